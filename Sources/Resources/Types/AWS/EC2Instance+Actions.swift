package import Document
import OrderedCollections
package import StackEngine

extension EC2Instance: ActionableResource {
  package func can(_ action: ResourceAction) -> Bool { OpenStackContext.canDoToServers(action) }

  package func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    try await context.perform(action, on: resource, call)
  }
}

extension EC2Instance: SnapshottableResource {
  package func snapshot(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Value? {
    try await context.imageDisk(ofServer: resource.id, call)
  }

  package func deleteSnapshot(_ content: Value?, _ call: ResourceCall) async throws {
    try await context.deleteImages(content, call)
  }
}
