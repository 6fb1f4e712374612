package import Document
package import OrderedCollections

/// The properties and attributes that a resource type has.
package struct ResourceSchema: Sendable {
  package indirect enum Kind: Sendable {
    case string, integer, number, boolean, json
    case list(Kind)
    case map(OrderedDictionary<String, Property>)
    case mapOf(Kind)
  }

  package struct Property: Sendable {
    package var kind: Kind
    package var isRequired: Bool
    /// Whether a change needs no replacement.
    package var updatesInPlace: Bool
    package var allowedValues: [Value]?
    /// False when the schema names it but no cloud of kiln's can do it: using it is a warning, not an error.
    package var isImplemented: Bool

    package init(
      _ kind: Kind, isRequired: Bool = false, updatesInPlace: Bool = false, allowedValues: [Value]? = nil,
      isImplemented: Bool = true
    ) {
      self.kind = kind
      self.isRequired = isRequired
      self.updatesInPlace = updatesInPlace
      self.allowedValues = allowedValues
      self.isImplemented = isImplemented
    }
  }

  package var properties: OrderedDictionary<String, Property>
  /// Names for `Fn::GetAtt`; one that ends in `.*` allows any tail.
  package var attributes: [String]

  package init(properties: OrderedDictionary<String, Property> = [:], attributes: [String] = []) {
    self.properties = properties
    self.attributes = attributes
  }
}
