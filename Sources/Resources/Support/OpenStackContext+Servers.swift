import Ambience
import Document
import OpenStack
import StackEngine

extension OpenStackContext {
  /// Waits until a server is active and Nova is doing nothing with it.
  @discardableResult
  func serverReady(_ id: String, within limit: Duration = .seconds(1800)) async throws -> Server {
    try await serverSettled(id, within: limit, in: ["ACTIVE"])
  }

  /// Waits until a server is in one of these states and Nova is doing nothing with it.
  func serverSettled(_ id: String, within limit: Duration, in states: Set<String>) async throws -> Server {
    let goal = "become \(states.sorted().joined(separator: " or ").lowercased())"
    let settled = try await servers.wait(for: id, to: goal, within: limit) { server -> Settled? in
      guard let server else { throw ResourceError(.broken, "server \(id) is gone") }
      if server.status == "ERROR" { return .broken(server.fault ?? "Nova gives no reason") }
      return states.contains(server.status) && server.taskState == nil ? .well(server) : nil
    }
    switch settled {
    case .well(let server): return server
    case .broken(let fault):
      var error = ResourceError(.broken, "server \(id) is broken: \(fault)")
      error.failedRequest = await lastAction(on: id, fault)
      throw error
    }
  }

  /// Where waiting for a server has led.
  private enum Settled: Sendable {
    case well(Server)
    case broken(String)
  }

  /// The request that Nova last worked on for a server, long after it has answered it.
  private func lastAction(on id: String, _ fault: String) async -> FailedRequest? {
    guard let deed = try? await cloud.compute.servers.deeds(on: id, newest: 1).first else { return nil }
    return FailedRequest(
      service: "Nova", method: "POST", url: deed.action == "create" ? "/servers" : "/servers/\(id)/action",
      status: 202, requestID: deed.request, message: fault)
  }

  /// Moves a server to another flavor, confirms that, and returns when it is active.
  func resize(_ id: String, to flavor: String, _ call: ResourceCall) async throws {
    let servers = cloud.compute.servers
    let wanted = try await cloud.compute.flavors.find(flavor)
    // A resize that was cut off goes on in Nova, perhaps to another flavor: it ends first.
    var now = try await resized(id)
    if now.flavorName != wanted.name {
      try await untilAllowed { try await servers.resize(id, flavorID: wanted.id) }
      now = try await resized(id)
    }
    guard now.flavorName == wanted.name else {
      throw ResourceError(
        .broken, "Nova left server \(id) with the flavor \(now.flavorName ?? "that it had")")
    }
    try await serverReady(id, within: .seconds(600))
  }

  /// A server once no resize of it goes on any more; one that waits to be confirmed is.
  private func resized(_ id: String) async throws -> Server {
    let settled = try await serverSettled(
      id, within: .seconds(1800), in: ["ACTIVE", "SHUTOFF", "VERIFY_RESIZE"])
    guard settled.status == "VERIFY_RESIZE" else { return settled }
    try await untilAllowed {
      do {
        try await cloud.compute.servers.confirmResize(id)
      } catch let error as OpenStackError where error.code == .conflict {
        // Its answer was lost, and it is confirmed already.
        guard try await cloud.compute.servers.get(id).status != "VERIFY_RESIZE" else { throw error }
      }
    }
    return try await serverSettled(id, within: .seconds(600), in: ["ACTIVE", "SHUTOFF"])
  }

  /// Deletes a server and waits until it is gone.
  ///
  /// Nova accepts a deletion before it does it; one that failed leaves the server in error, and is asked for again.
  func deleteServer(_ id: String) async throws {
    var fault: String?
    for pause in [2, 10, 30, 0] {
      _ = try await untilAllowed { try await cloud.compute.servers.deleteIfPresent(id) }
      let rest = try await servers.wait(for: id, to: "go away", within: .seconds(600)) { server -> Rest? in
        guard let server, !["DELETED", "SOFT_DELETED"].contains(server.status) else { return .gone }
        return server.status == "ERROR" && server.taskState == nil ? .broken(server.fault) : nil
      }
      guard case .broken(let reason) = rest else { return }
      fault = reason
      if pause > 0 { try await ambient.sleep(.seconds(pause)) }
    }
    throw ResourceError(.broken, "Nova could not delete server \(id): \(fault ?? "it gives no reason")")
  }

  /// What a deletion has left of a server.
  private enum Rest: Sendable {
    case gone
    case broken(String?)
  }

  /// Makes a server's metadata what is wanted, beside the stack's tags and kiln's marks.
  func setMetadata(
    of id: String, from old: [String: String], to new: [String: String], _ call: ResourceCall
  ) async throws {
    let servers = cloud.compute.servers
    try await changeLabels(from: old, to: new, call) {
      Array(try await servers.get(id).metadata.keys)
    } set: {
      try await servers.setMetadata(id, $0)
    } delete: {
      try await servers.deleteMetadata(id, key: $0)
    }
  }

  /// The same of a volume.
  func setMetadata(
    ofVolume id: String, from old: [String: String], to new: [String: String], _ call: ResourceCall
  ) async throws {
    let volumes = cloud.volume.volumes
    try await changeLabels(from: old, to: new, call) {
      Array(try await volumes.get(id).metadata.keys)
    } set: {
      try await volumes.setMetadata(id, $0)
    } delete: {
      try await volumes.deleteMetadata(id, key: $0)
    }
  }

  private func changeLabels(
    from old: [String: String], to new: [String: String], _ call: ResourceCall,
    present: () async throws -> [String], set: ([String: String]) async throws -> Void,
    delete: (String) async throws -> Void
  ) async throws {
    let old = ResourceCall.labels(old, and: call.previousStackTags)
    let new = ResourceCall.labels(new, and: call.stackTags)
    if old == new { return }
    // An update that didn't end may have left others than the old ones.
    // A mark to leave it alone that no tag of the stack's has made is a person's.
    let present = try await present().filter {
      !$0.hasPrefix("kiln:") || $0 == Tags.highAvailability && old[$0] != nil
    }
    try await set(new.merging(call.marks) { $1 })
    for key in present.sorted() where new[key] == nil {
      do {
        try await delete(key)
      } catch let error as OpenStackError where error.code == .notFound {}
    }
  }

  static func canDoToServers(_ action: ResourceAction) -> Bool {
    switch action {
    case .softReboot, .hardReboot, .stopStart, .rebuild, .stop, .evacuate: true
    case .lead, .drain, .admit, .resize: false
    }
  }
}
