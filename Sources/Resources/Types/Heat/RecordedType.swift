import Document
import OrderedCollections
package import StackEngine
package import Templates

/// A type that exists in the stack's record only, where HA reads it: alarms and restarters.
package struct RecordedType: RecordOnlyType {
  package let name: String
  package let schema: ResourceSchema

  package func create(_ call: ResourceCall) async throws -> PhysicalResource { physical(call) }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    var new = physical(call)
    new.id = resource.id
    new.reference = resource.reference
    new.attributes = resource.attributes
    return new
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}

  private func physical(_ call: ResourceCall) -> PhysicalResource {
    var resource = PhysicalResource(id: call.physicalName, notes: call.properties.values)
    if schema.attributes.contains("AlarmUrl") {
      resource.attributes["AlarmUrl"] = .string(SignalAddress.local(call))
    }
    return resource
  }
}
