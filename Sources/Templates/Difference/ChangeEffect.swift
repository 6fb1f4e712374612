import OrderedCollections

/// What changing a property does to the resource that has it.
package enum ChangeEffect: Sendable, Hashable {
  case inPlace
  /// The property can only be set when the resource is created.
  case replacement
  /// Nothing is known of the type, or of the property.
  case unknown
}

extension ResourceSchema {
  /// What changing a property does, as far as the type's facts say.
  package func effect(ofChanging name: String) -> ChangeEffect {
    guard let property = properties[name] else { return .unknown }
    return property.updatesInPlace ? .inPlace : .replacement
  }
}
