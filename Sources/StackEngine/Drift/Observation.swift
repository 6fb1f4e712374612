package import Document
package import OrderedCollections

/// What a cloud says of a resource now.
package struct Observation: Sendable {
  package enum Condition: Sendable, Hashable {
    case sound
    /// It is there and doesn't work, as the sentence says.
    case unsound(String)
    case gone
  }

  package let condition: Condition
  /// The resource with its attributes of now.
  package let resource: PhysicalResource
  /// The properties that the cloud can tell, as a template would give them.
  ///
  /// One that is as the call wants it is the call's own value, however the cloud writes that.
  package let properties: OrderedDictionary<String, Value>

  package init(
    _ condition: Condition = .sound, _ resource: PhysicalResource,
    properties: OrderedDictionary<String, Value> = [:]
  ) {
    self.condition = condition
    self.resource = resource
    self.properties = properties
  }

  package static func gone(_ resource: PhysicalResource) -> Observation { Observation(.gone, resource) }
}

extension Value {
  /// Whether the cloud's value says what a template's does: numbers and words alike in any writing, a map by the
  /// fields that the template gives, a list in any order.
  package func says(_ wanted: Value) -> Bool {
    switch (self, wanted) {
    case (.map(let own), .map(let other)):
      return other.allSatisfy { key, value in (own[key] ?? .null).says(value) }
    case (.list(let own), .list(let other)):
      guard own.count == other.count else { return false }
      var rest = own
      for item in other {
        guard let index = rest.firstIndex(where: { $0.says(item) }) else { return false }
        rest.remove(at: index)
      }
      return true
    case (.null, .string("")), (.string(""), .null): return true
    case (.null, .list(let items)): return items.isEmpty
    case (.null, .map(let fields)): return fields.isEmpty
    default:
      if self == wanted { return true }
      guard let own = scalarText, let other = wanted.scalarText else { return false }
      return own.lowercased() == other.lowercased()
    }
  }
}
