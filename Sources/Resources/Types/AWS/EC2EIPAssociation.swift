import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::EIPAssociation`: a floating IP that forwards to a server or port.
package struct EC2EIPAssociation: ResourceType {
  package let name = "AWS::EC2::EIPAssociation"
  package let schema: ResourceSchema
  let context: OpenStackContext
  private var addresses: Calls<FloatingIP> { context.cloud.network.floatingIPs }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource { try await associate(call) }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let new = try await associate(call)
    if let old = resource.notes["address"], old != new.notes["address"] { try await delete(resource, call) }
    return new
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    guard let id = resource.notes["address"]?.string, let port = resource.notes["port"]?.string else {
      return
    }
    // Another association may have taken the address since.
    guard try await addresses.getIfPresent(id)?.portID == port else { return }
    do {
      try await context.untilAllowed { _ = try await addresses.associate(id, portID: nil) }
    } catch let error as OpenStackError where error.code == .notFound {}
  }

  private func associate(_ call: ResourceCall) async throws -> PhysicalResource {
    let address = try await address(call)
    let port: String
    if let given = call.text("NetworkInterfaceId") {
      port = given
    } else {
      port = try await context.firstPort(of: try call.required("InstanceId"))
    }
    // Setting the same twice does no harm, so what is sent again needs no search.
    let notes = try await call.step("association") {
      let fixed = call.text("PrivateIpAddress")
      try await context.untilAllowed {
        _ = try await addresses.associate(address.id, portID: port, fixedAddress: fixed)
      }
      return ["id": .string(address.id), "address": .string(address.id), "port": .string(port)]
    }
    return PhysicalResource(
      id: call.physicalName, notes: notes.map ?? [:])
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let id = resource.notes["address"]?.string, let port = resource.notes["port"]?.string else {
      return nil
    }
    let leads = try await addresses.getIfPresent(id)?.portID == port
    return Observation(leads ? .sound : .gone, resource)
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    for step in try await call.journal.entries() {
      if step.key == "association", case .done(let notes) = step.record {
        return PhysicalResource(id: call.physicalName, notes: notes.map ?? [:])
      }
    }
    return nil
  }

  private func address(_ call: ResourceCall) async throws -> FloatingIP {
    if let id = call.text("AllocationId") { return try await addresses.get(id) }
    let text = try call.required("EIP")
    if let found = try await addresses.find(address: text) { return found }
    throw ResourceError(.badProperty, "the project has no floating IP \(text), which \(call.logicalID) names")
  }
}
