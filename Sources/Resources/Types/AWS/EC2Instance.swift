import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::Instance`: a Nova server; `Ref` gives its id.
package struct EC2Instance: ResourceType {
  package let name = "AWS::EC2::Instance"
  package let schema: ResourceSchema
  let context: OpenStackContext
  var servers: Calls<Server> { context.cloud.compute.servers }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let port = try await makePort(call)
    // Looked up before the step begins: where a name is wrong, nothing was made that deletion would look for.
    let draft = try await draft(call, port: port)
    let id = try await call.stepID("server", find: { try await find(call)?.id }) {
      try await servers.create(draft).id
    }
    try await ready(id, within: .seconds(1800))
    for volume in call.properties["Volumes"]?.list ?? [] {
      guard let volumeID = volume["VolumeId"]?.scalarText else { continue }
      try await context.attach(
        volumeID, to: id, device: volume["Device"]?.scalarText, key: "attach \(volumeID)", call)
    }
    return try await describe(id, port: port)
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await resize(resource.id, call)
    let old = call.previous.map { ResourceCall.tags($0) } ?? [:]
    if old != call.tags {
      try await servers.setMetadata(resource.id, call.tags.merging(call.marks) { $1 })
      for key in old.keys where call.tags[key] == nil {
        do {
          try await servers.deleteMetadata(resource.id, key: key)
        } catch let error as OpenStackError where error.code == .notFound {}
      }
    }
    return try await describe(resource.id, port: resource.notes["port"]?.string)
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if resource.notes["hasServer"]?.bool ?? true {
      _ = try await context.untilAllowed { try await servers.deleteIfPresent(resource.id) }
      let id = resource.id
      _ = try await context.servers.wait(for: id, to: "go away", within: .seconds(600)) { server in
        server == nil || server?.status == "DELETED" || server?.status == "SOFT_DELETED" ? true : nil
      }
    }
    guard let port = resource.notes["port"]?.string else { return }
    _ = try await context.untilAllowed { try await context.cloud.network.ports.deleteIfPresent(port) }
  }

  package func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    var now = try await describe(resource.id, port: resource.notes["port"]?.string)
    // Nova learns of a floating IP some time after Neutron.
    if let address = try await context.floatingAddress(of: resource.id) {
      now.attributes["PublicIp"] = .string(address)
      now.attributes["PublicDnsName"] = .string(address)
    }
    return now
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    let server = try await find(call)
    let port = try await findPort(call)
    guard let id = server?.id ?? port else { return nil }
    var resource = PhysicalResource(id: id)
    if server == nil { resource.notes["hasServer"] = false }
    if let port { resource.notes["port"] = .string(port) }
    return resource
  }

  private func find(_ call: ResourceCall) async throws -> Server? {
    try await servers.list(named: call.physicalName, metadata: call.token).first
  }

  private func describe(_ id: String, port: String?) async throws -> PhysicalResource {
    let server = try await servers.get(id)
    let own = Value.string(server.fixedAddress ?? "")
    let outer = server.floatingAddress.map { Value.string($0) } ?? own
    var resource = PhysicalResource(
      id: id,
      attributes: [
        "PrivateIp": own, "PublicIp": outer, "PrivateDnsName": own, "PublicDnsName": outer,
        "AvailabilityZone": .string(server.availabilityZone ?? ""),
      ])
    if let port { resource.notes["port"] = .string(port) }
    return resource
  }

  // MARK: - Changes

  private func resize(_ id: String, _ call: ResourceCall) async throws {
    guard let wanted = call.text("InstanceType"), wanted != call.previous?["InstanceType"]?.scalarText else {
      return
    }
    let flavor = try await context.cloud.compute.flavors.find(wanted)
    let now = try await servers.get(id)
    if now.flavorName != flavor.name, now.status != "VERIFY_RESIZE" {
      _ = try await call.step("resize") {
        try await context.untilAllowed { try await servers.resize(id, flavorID: flavor.id) }
        return true
      }
    }
    let needsConfirmation = try await settled(id, within: .seconds(1800), or: ["VERIFY_RESIZE"])
    if needsConfirmation == "VERIFY_RESIZE" { try await servers.confirmResize(id) }
    try await ready(id, within: .seconds(600))
  }

  /// Waits until the server is active and Nova is doing nothing with it.
  func ready(_ id: String, within limit: Duration) async throws {
    _ = try await settled(id, within: limit, or: [])
  }

  /// - Returns: The status it settled in.
  func settled(_ id: String, within limit: Duration, or others: Set<String>, notActive: Bool = false)
    async throws
    -> String
  {
    try await context.servers.wait(for: id, to: "become active", within: limit) { server in
      guard let server else { throw ResourceError(.broken, "server \(id) is gone") }
      if server.status == "ERROR" {
        throw ResourceError(.broken, "server \(id) is broken: \(server.fault ?? "Nova gives no reason")")
      }
      let isDone = (server.status == "ACTIVE" && !notActive) || others.contains(server.status)
      return isDone && server.taskState == nil ? server.status : nil
    }
  }
}
