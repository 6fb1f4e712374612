package import StackEngine

extension EC2Instance: ActionableResource {
  package func can(_ action: ResourceAction) -> Bool { OpenStackContext.canDoToServers(action) }

  package func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    try await context.perform(action, onServer: resource.id, call)
    return resource
  }
}
