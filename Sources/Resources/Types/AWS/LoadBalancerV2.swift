import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

extension Declaration {
  /// Amazon's load balancers of today, as Octavia's; the first subnet has the address.
  static let balancerV2 = Declaration("AWS::ElasticLoadBalancingV2::LoadBalancer", .loadBalancer).with {
    $0.mark = .description
    $0.isSelective = true
    $0.givesName = true
    $0.goesSlowly = true
    $0.fields = [
      "Subnets": .made { value, making in
        try await subnet(value[0]?.scalarText, making)
      },
      "SubnetMappings": .made { value, making in
        try await subnet(value[0]?["SubnetId"]?.scalarText, making)
      },
    ]
    $0.attributes = [
      "DNSName": { $0["vip_address"] }, "LoadBalancerArn": { $0["id"] }, "LoadBalancerName": { $0["name"] },
      "LoadBalancerFullName": { $0["name"] }, "CanonicalHostedZoneID": { _ in "" },
    ]
  }

  private static func subnet(_ name: String?, _ making: Making) async throws
    -> OrderedDictionary<String, Value>
  {
    guard let name, !name.isEmpty else { return [:] }
    return ["vip_subnet_id": .string(try await making.context.names.id(of: Subnet.kind, named: name))]
  }
}

/// `AWS::ElasticLoadBalancingV2::TargetGroup`: what its listeners' pools are made from.
///
/// In the cloud it is a pool for each listener that sends requests to it; a change of the group changes them all.
struct TargetGroup: RecordOnlyType {
  let name = "AWS::ElasticLoadBalancingV2::TargetGroup"
  let schema: ResourceSchema
  let context: OpenStackContext

  func replaces(_ property: String, _ wanted: OrderedDictionary<String, Evaluated>) -> Bool {
    ["Protocol", "TargetType", "VpcId"].contains(property)
  }

  func create(_ call: ResourceCall) async throws -> PhysicalResource { physical(call, call.physicalName) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let group = TargetPool(context: context, group: call.properties.values, groupID: resource.id)
    for pool in try await group.all() { try await group.fill(pool.id) }
    return physical(call, resource.id)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}

  private func physical(_ call: ResourceCall, _ id: String) -> PhysicalResource {
    PhysicalResource(
      id: id,
      attributes: [
        "TargetGroupArn": .string(id), "TargetGroupName": .string(id), "TargetGroupFullName": .string(id),
        "LoadBalancerArns": [],
      ], notes: call.properties.values)
  }
}

/// `AWS::ElasticLoadBalancingV2::Listener`: a listener of Octavia's with the pool of the target group that it sends
/// requests to.
struct ListenerV2: ResourceType {
  let name = "AWS::ElasticLoadBalancingV2::Listener"
  let schema: ResourceSchema
  let context: OpenStackContext
  private var listeners: Calls<Thing> { Calls(context.cloud, .listener) }

  func replaces(_ property: String, _ wanted: OrderedDictionary<String, Evaluated>) -> Bool {
    ["LoadBalancerArn", "Port", "Protocol"].contains(property)
  }
  /// Two can't have one port.
  var replacesAfterDelete: Bool { true }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let fields = try fields(call)
    let group = try await group(call)
    let id = try await call.stepID("listener", find: { try await find(call)?.id }) {
      try await context.untilAllowed(within: .seconds(600)) { try await listeners.create(fields: fields).id }
    }
    _ = try await listeners.wait(id, timeout: .seconds(600))
    _ = try await call.step("pool") { .string(try await group.bring(behind: id)) }
    return physical(id)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let group = try await group(call)
    if try await group.pool(behind: resource.id) == nil {
      for pool in try await pools(of: resource.id) { try await group.remove(pool) }
    }
    _ = try await group.bring(behind: resource.id)
    return resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    let pools = try await pools(of: resource.id)
    let isThere = try await context.untilAllowed(within: .seconds(600)) {
      try await listeners.deleteIfPresent(resource.id)
    }
    if isThere { try await listeners.waitGone(resource.id, timeout: .seconds(600)) }
    let none = TargetPool(context: context, group: [:], groupID: "")
    for pool in pools { try await none.remove(pool) }
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let listener = try await listeners.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    sighting.tell("Port", listener.raw["protocol_port"])
    return Observation(listener.condition(.listener), resource, properties: sighting.properties)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { physical($0.id) }
  }

  private func physical(_ id: String) -> PhysicalResource {
    PhysicalResource(id: id, attributes: ["ListenerArn": .string(id)])
  }

  private func find(_ call: ResourceCall) async throws -> Thing? {
    try await listeners.list(["name": call.physicalName]).first
  }

  /// The pools behind a listener.
  private func pools(of listener: String) async throws -> [String] {
    guard let found = try await listeners.getIfPresent(listener) else { return [] }
    return [found.raw["default_pool_id"]?.string].compactMap { $0 }
  }

  private func fields(_ call: ResourceCall) throws -> Value {
    var fields: OrderedDictionary<String, Value> = [
      "name": .string(call.physicalName), "loadbalancer_id": .string(try call.required("LoadBalancerArn")),
      "protocol_port": .integer(Int64(try call.required("Port")) ?? 0),
    ]
    let spoken = call.text("Protocol") ?? "HTTP"
    switch spoken {
    case "HTTP", "TCP", "UDP": fields["protocol"] = .string(spoken)
    case "HTTPS", "TLS":
      guard let certificate = call.properties["Certificates"]?[0]?["CertificateArn"]?.scalarText else {
        throw ResourceError(
          .badProperty, "\(call.logicalID) speaks \(spoken) and has no certificate",
          hint: "give Certificates with the reference of a container of the key manager")
      }
      fields["protocol"] = "TERMINATED_HTTPS"
      fields["default_tls_container_ref"] = .string(certificate)
    default:
      throw ResourceError(
        .badProperty, "\(call.logicalID) speaks \(spoken), which Octavia doesn't",
        hint: "take HTTP, HTTPS, TCP, TLS or UDP")
    }
    return .map(fields)
  }

  /// The target group that the listener sends requests to.
  private func group(_ call: ResourceCall) async throws -> TargetPool {
    let actions = call.properties["DefaultActions"]?.list ?? []
    let named = actions.lazy.compactMap { action in
      (action["TargetGroupArn"] ?? action["ForwardConfig"]?["TargetGroups"]?[0]?["TargetGroupArn"])?
        .scalarText
    }.first
    guard let named else {
      throw ResourceError(
        .badProperty, "\(call.logicalID) sends requests to no target group",
        hint: "of the default actions, only `forward` is known here")
    }
    guard let found = try await call.lookUp(named) else {
      throw ResourceError(.badProperty, "\(named) is no target group of a stack of kiln's")
    }
    return TargetPool(context: context, group: found.notes, groupID: found.id)
  }
}
