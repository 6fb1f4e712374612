import Document
import OrderedCollections
import Templates

/// A type whose resource is there already: taken as it is, never changed, never deleted (HOT's `external_id`).
struct ExternalType: ResourceType {
  static let property = "external_id"

  let base: any ResourceType
  var name: String { base.name }

  var schema: ResourceSchema {
    var properties = base.schema.properties
    for name in properties.keys { properties[name]?.isRequired = false }
    properties[Self.property] = ResourceSchema.Property(.string, isRequired: true)
    return ResourceSchema(
      properties: properties, attributes: base.schema.attributes, identifier: base.schema.identifier)
  }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let id = call.properties[Self.property]?.scalarText ?? ""
    var resource = try await base.refreshed(PhysicalResource(id: id))
    if resource.attributes.isEmpty, !base.schema.attributes.isEmpty {
      throw EngineError(.operationFailed, "the cloud has no \(name) with the id \(id)")
    }
    resource.notes["external"] = true
    return resource
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }
  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
  func remains(_ call: ResourceCall) async throws -> PhysicalResource? { nil }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    try await base.refreshed(resource)
  }
}
