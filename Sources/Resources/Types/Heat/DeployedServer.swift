import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Heat::DeployedServer`: a machine that is there already, and takes deployments as a server of Nova's does.
///
/// The cloud makes nothing but the place where the machine finds what it has to do.
struct DeployedServer: ResourceType {
  let name = "OS::Heat::DeployedServer"
  let schema: ResourceSchema
  let context: OpenStackContext

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    physical(call, call.physicalName, try await DeploymentDesk.open(for: call, context, isDeployed: true))
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let desk = DeploymentDesk(notes: resource.notes, context)
    try await desk?.setMetadata(call.metadata)
    return physical(call, resource.id, desk)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await DeploymentDesk(notes: resource.notes, context)?.close()
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let desk = DeploymentDesk(notes: resource.notes, context), try await !desk.isThere() else {
      return Observation(.sound, resource)
    }
    return Observation(.unsound("what it has to do is gone from the object store"), resource)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    DeploymentDesk(call, context, isDeployed: true).map {
      PhysicalResource(id: call.physicalName, notes: $0.notes)
    }
  }

  private func physical(_ call: ResourceCall, _ id: String, _ desk: DeploymentDesk?) -> PhysicalResource {
    PhysicalResource(
      id: id,
      attributes: [
        "name": .string(call.text("name") ?? call.physicalName),
        "os_collect_config": desk?.collectConfig ?? [:],
      ], notes: desk?.notes ?? [:])
  }
}
