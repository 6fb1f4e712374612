package import StackEngine
package import Templates

/// `AWS::IAM::User`: a name only, as ordinary members of a project can't make users.
package struct IAMUser: RecordOnlyType {
  package let name = "AWS::IAM::User"
  package let schema: ResourceSchema

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    PhysicalResource(id: call.physicalName)
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
}
