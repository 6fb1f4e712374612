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
  package let carriesStackTags = true
  var servers: Calls<Server> { context.cloud.compute.servers }

  package func replacesAfterDelete(_ old: Properties, by new: Properties) -> Bool {
    !Self.holdings(old).isDisjoint(with: Self.holdings(new))
  }

  /// What no two instances can have at once: network interfaces and volumes.
  private static func holdings(_ properties: Properties) -> Set<String> {
    let interfaces = (properties["NetworkInterfaces"]?.list ?? []).compactMap {
      $0.scalarText ?? $0["NetworkInterfaceId"]?.scalarText
    }
    let volumes = (properties["Volumes"]?.list ?? []).compactMap { $0["VolumeId"]?.scalarText }
    return Set(interfaces + volumes)
  }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let port = try await makePort(call)
    // Looked up before the step begins: where a name is wrong, nothing was made that deletion would look for.
    let draft = try await draft(call, port: port)
    let id = try await call.stepID("server", find: { try await find(call)?.id }) {
      try await servers.begin(draft)
    }
    var server = try await context.serverReady(id)
    let volumes = call.properties["Volumes"]?.list ?? []
    for volume in volumes {
      guard let volumeID = volume["VolumeId"]?.scalarText else { continue }
      _ = try await context.attach(
        volumeID, to: id, device: volume["Device"]?.scalarText, key: "attach \(volumeID)", call)
    }
    if !volumes.isEmpty { server = try await servers.get(id) }
    var resource = describe(server, port: port)
    resource.notes[OpenStackContext.restoredImage] = call.content?["image"]
    return resource
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    if let flavor = call.text("InstanceType"), flavor != call.previous?["InstanceType"]?.scalarText {
      try await context.resize(resource.id, to: flavor, call)
    }
    let old = call.previous.map { ResourceCall.tags($0) } ?? [:]
    try await context.setMetadata(of: resource.id, from: old, to: call.tags, call)
    var now = describe(try await servers.get(resource.id), port: resource.notes["port"]?.string)
    now.notes[OpenStackContext.restoredImage] = resource.notes[OpenStackContext.restoredImage]
    now.rebuilds = resource.rebuilds
    return now
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if resource.notes["hasServer"]?.bool ?? true {
      try await context.deleteServer(resource.id)
    }
    guard let port = resource.notes["port"]?.string else { return }
    _ = try await context.untilAllowed { try await context.cloud.network.ports.deleteIfPresent(port) }
  }

  package func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    guard let server = try await servers.getIfPresent(resource.id) else { return resource }
    var now = describe(server, port: resource.notes["port"]?.string)
    // Nova learns of a floating IP some time after Neutron.
    if let address = try await context.floatingAddress(of: resource.id) {
      now.attributes["PublicIp"] = .string(address)
      now.attributes["PublicDnsName"] = .string(address)
    }
    return now
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let (server, condition) = try await context.observedServer(resource.id) else {
      return .gone(resource)
    }
    var now = describe(server, port: resource.notes["port"]?.string)
    now.attributes = resource.attributes.merging(now.attributes) { $1 }
    now.notes.merge(resource.notes) { $1 }
    var sighting = Sighting(call)
    sighting.tell("InstanceType", try await context.flavor(of: server, named: call.text("InstanceType")))
    sighting.tell("ImageId", try await context.image(of: server, resource, named: call.text("ImageId")))
    sighting.tell("KeyName", server.raw["key_name"])
    let tags = server.metadata.filter { !$0.key.hasPrefix("kiln:") }.sorted { $0.key < $1.key }
    sighting.tell("Tags", .list(tags.map { ["Key": .string($0), "Value": .string($1)] }))
    return Observation(condition, now, properties: sighting.properties)
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

  private func describe(_ server: Server, port: String?) -> PhysicalResource {
    let own = Value.string(server.fixedAddress ?? "")
    let outer = server.floatingAddress.map { Value.string($0) } ?? own
    var resource = PhysicalResource(
      id: server.id,
      attributes: [
        "PrivateIp": own, "PublicIp": outer, "PrivateDnsName": own, "PublicDnsName": outer,
        "AvailabilityZone": .string(server.availabilityZone ?? ""), "InstanceId": .string(server.id),
      ])
    if let port { resource.notes["port"] = .string(port) }
    return resource
  }
}
