import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// A type whose resources exist in the stack's record only: what they are follows from their properties.
struct LocalType: RecordOnlyType, InstantType {
  typealias Make = @Sendable (ResourceCall) -> PhysicalResource

  let name: String
  let schema: ResourceSchema
  let make: Make

  func made(_ call: ResourceCall) -> PhysicalResource { make(call) }
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
