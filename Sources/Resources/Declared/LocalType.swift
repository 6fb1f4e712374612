import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// A type whose resources exist in the stack's record only: what they are follows from their properties.
struct LocalType: RecordOnlyType {
  typealias Make = @Sendable (ResourceCall, OpenStackContext) async throws -> PhysicalResource

  let name: String
  let schema: ResourceSchema
  let context: OpenStackContext
  let make: Make

  func create(_ call: ResourceCall) async throws -> PhysicalResource { try await make(call, context) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    var now = try await make(call, context)
    now.id = resource.id
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
}

extension PhysicalResource {
  /// One that is nothing but its record, under its physical name.
  static func local(
    _ call: ResourceCall, attributes: OrderedDictionary<String, Value> = [:],
    notes: OrderedDictionary<String, Value> = [:]
  ) -> PhysicalResource {
    PhysicalResource(id: call.physicalName, attributes: attributes, notes: notes)
  }
}
