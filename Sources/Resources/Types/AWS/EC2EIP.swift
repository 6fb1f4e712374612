import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::EIP`: a floating IP of Neutron's; `Ref` gives its address.
package struct EC2EIP: ResourceType {
  package let name = "AWS::EC2::EIP"
  package let schema: ResourceSchema
  let context: OpenStackContext
  private var addresses: Calls<FloatingIP> { context.cloud.network.floatingIPs }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let id = try await call.stepID("address", find: { try await find(call)?.id }) {
      let network = try await context.externalNetwork()
      return try await addresses.create(
        NewFloatingIP(externalNetworkID: network, description: call.description)
      ).id
    }
    let address = try await addresses.get(id)
    try await point(id, call)
    return physical(address)
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await point(resource.id, call)
    return resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    _ = try await context.untilAllowed { try await addresses.deleteIfPresent(resource.id) }
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let address = try await addresses.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    if let server = call.text("InstanceId") {
      let port = try? await context.firstPort(of: server)
      sighting.tell(
        "InstanceId", address.portID == port ? .string(server) : address.portID.map { .string($0) } ?? .null)
    }
    return Observation(address.condition(FloatingIP.kind), physical(address), properties: sighting.properties)
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map(physical)
  }

  private func find(_ call: ResourceCall) async throws -> FloatingIP? {
    try await addresses.list(["description": call.description]).first {
      $0.raw["description"]?.string == call.description
    }
  }

  private func physical(_ address: FloatingIP) -> PhysicalResource {
    PhysicalResource(
      id: address.id, reference: .string(address.address),
      attributes: ["AllocationId": .string(address.id), "PublicIp": .string(address.address)])
  }

  /// Forwards the address as `InstanceId` says; setting the same twice does no harm.
  private func point(_ id: String, _ call: ResourceCall) async throws {
    guard let server = call.text("InstanceId") else {
      if call.previous?["InstanceId"] != nil { try await addresses.associate(id, portID: nil) }
      return
    }
    let port = try await context.firstPort(of: server)
    try await context.untilAllowed { _ = try await addresses.associate(id, portID: port) }
  }
}
