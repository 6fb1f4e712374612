import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine

/// What a target group is in the cloud: a pool with its members and its monitor, one for each listener that sends
/// requests to the group.
///
/// A group is nothing by itself, as Octavia makes no pool without a listener. Its pools carry its mark.
struct TargetPool: Sendable {
  let context: OpenStackContext
  /// The group's properties, in Amazon's words.
  let group: OrderedDictionary<String, Value>
  /// The group's physical ID.
  let groupID: String
  private var pools: Calls<Thing> { Calls(context.cloud, .pool) }
  private var monitors: Calls<Thing> { Calls(context.cloud, .healthMonitor) }

  /// What marks the pools of a group.
  private var mark: String { "kiln target group \(groupID)" }

  /// The pools that the group has now.
  func all() async throws -> [Thing] { try await pools.list(["description": mark]) }

  /// The pool behind a listener; made when there is none.
  func bring(behind listener: String) async throws -> String {
    let id: String
    if let found = try await pool(behind: listener) {
      id = found.id
    } else {
      let fields: Value = [
        "listener_id": .string(listener), "description": .string(mark),
        "protocol": .string(try poolProtocol), "lb_algorithm": .string(algorithm),
      ]
      let made = try await context.untilAllowed(within: .seconds(600)) {
        try await pools.create(fields: fields)
      }
      id = made.id
    }
    _ = try await pools.wait(id, timeout: .seconds(600))
    try await fill(id)
    return id
  }

  /// The group's pool that a listener has; nil for none.
  func pool(behind listener: String) async throws -> Thing? {
    try await all().first { pool in
      (pool.raw["listeners"]?.list ?? []).contains { $0["id"]?.string == listener }
    }
  }

  /// Gives a pool the members and the monitor that the group asks for, and no others.
  func fill(_ pool: String) async throws {
    let members = Calls<Thing>(context.cloud, .poolMember, under: "/lbaas/pools/\(percentEncoded(pool))")
    let wanted = try await targets()
    let present = try await members.list()
    for member in present where !wanted.contains(where: { $0.is(member) }) {
      try await context.untilAllowed(within: .seconds(600)) {
        _ = try await members.deleteIfPresent(member.id)
      }
    }
    for target in wanted where !present.contains(where: { target.is($0) }) {
      try await context.untilAllowed(within: .seconds(600)) {
        _ = try await members.create(fields: target.fields)
      }
    }
    try await watch(pool)
  }

  /// Deletes a pool with all that it has.
  func remove(_ pool: String) async throws {
    let isThere = try await context.untilAllowed(within: .seconds(600)) {
      try await pools.deleteIfPresent(pool)
    }
    if isThere { try await pools.waitGone(pool, timeout: .seconds(600)) }
  }

  // MARK: - Members

  private struct Target {
    let address: String
    let port: Int64
    var fields: Value { ["address": .string(address), "protocol_port": .integer(port)] }

    func `is`(_ member: Thing) -> Bool {
      member.raw["address"]?.string == address && member.raw["protocol_port"]?.integer == port
    }
  }

  private func targets() async throws -> [Target] {
    var targets: [Target] = []
    for target in group["Targets"]?.list ?? [] {
      guard let id = target["Id"]?.scalarText, !id.isEmpty else { continue }
      guard let port = whole(target["Port"]) ?? whole(group["Port"]) else {
        throw ResourceError(.badProperty, "\(groupID) needs a Port for its target \(id)")
      }
      targets.append(Target(address: try await address(of: id), port: port))
    }
    return targets
  }

  /// The address of a target: its own, or that of the server that it names.
  private func address(of target: String) async throws -> String {
    if group["TargetType"]?.string == "ip" { return target }
    guard let address = try await context.cloud.compute.servers.get(target).fixedAddress else {
      throw ResourceError(.badProperty, "the target \(target) of \(groupID) has no address")
    }
    return address
  }

  // MARK: - The monitor

  private func watch(_ pool: String) async throws {
    let present = try await monitors.list(["pool_id": pool]).first
    guard let wanted = try monitor else {
      guard let present else { return }
      return try await context.untilAllowed(within: .seconds(600)) {
        _ = try await monitors.deleteIfPresent(present.id)
      }
    }
    if let present, present.raw["type"] == wanted["type"] {
      let changed = wanted.filter { !(present.raw[$0.key] ?? .null).says($0.value) && $0.key != "type" }
      if changed.isEmpty { return }
      return try await context.untilAllowed(within: .seconds(600)) {
        _ = try await monitors.update(present.id, .map(changed))
      }
    }
    if let present {
      try await context.untilAllowed(within: .seconds(600)) {
        _ = try await monitors.deleteIfPresent(present.id)
      }
    }
    var fields = wanted
    fields["pool_id"] = .string(pool)
    let made = fields
    try await context.untilAllowed(within: .seconds(600)) {
      _ = try await monitors.create(fields: .map(made))
    }
  }

  /// The monitor that the group asks for, in Octavia's words; nil for none.
  ///
  /// What isn't given is as CloudFormation documents it.
  private var monitor: OrderedDictionary<String, Value>? {
    get throws {
      if group["HealthCheckEnabled"]?.scalarText?.lowercased() == "false" { return nil }
      let spoken = (group["HealthCheckProtocol"] ?? group["Protocol"])?.scalarText ?? "HTTP"
      let delay = whole(group["HealthCheckIntervalSeconds"]) ?? 30
      var fields: OrderedDictionary<String, Value> = [
        "type": .string(spoken == "TLS" ? "TLS-HELLO" : spoken), "delay": .integer(delay),
        // Octavia takes no time-out above the interval.
        "timeout": .integer(min(whole(group["HealthCheckTimeoutSeconds"]) ?? 5, delay)),
        "max_retries": .integer(min(max(whole(group["HealthyThresholdCount"]) ?? 5, 1), 10)),
        "max_retries_down": .integer(min(max(whole(group["UnhealthyThresholdCount"]) ?? 2, 1), 10)),
      ]
      guard ["HTTP", "HTTPS"].contains(spoken) else { return fields }
      fields["url_path"] = .string(group["HealthCheckPath"]?.scalarText ?? "/")
      fields["expected_codes"] = .string(group["Matcher"]?["HttpCode"]?.scalarText ?? "200")
      return fields
    }
  }

  // MARK: - Words

  private var poolProtocol: String {
    get throws {
      let spoken = group["Protocol"]?.scalarText ?? "HTTP"
      switch spoken {
      case "HTTP", "TCP", "UDP": return spoken
      // What is encrypted passes through to the targets.
      case "HTTPS", "TLS": return "HTTPS"
      default:
        throw ResourceError(
          .badProperty, "\(groupID) speaks \(spoken), which Octavia doesn't",
          hint: "take HTTP, HTTPS, TCP, TLS or UDP")
      }
    }
  }

  private var algorithm: String {
    let attributes = group["TargetGroupAttributes"]?.list ?? []
    func attribute(_ key: String) -> String? {
      attributes.first { $0["Key"]?.string == key }?["Value"]?.scalarText
    }
    switch attribute("load_balancing.algorithm.type") {
    case "least_outstanding_requests": return "LEAST_CONNECTIONS"
    default: return attribute("stickiness.enabled") == "true" ? "SOURCE_IP" : "ROUND_ROBIN"
    }
  }

  private func whole(_ value: Value?) -> Int64? { value?.scalarText.flatMap { Int64($0) } }
}
