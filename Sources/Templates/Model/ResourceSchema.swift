package import Document
package import OrderedCollections

/// The properties and attributes that a resource type has.
package struct ResourceSchema: Sendable {
  package indirect enum Kind: Sendable {
    case string, integer, number, boolean, json
    case list(Kind)
    case map(Shape)
    case mapOf(Kind)
    /// Items or members that must be more than of one kind.
    case limited(Kind, ValueLimits)
  }

  package struct Property: Sendable {
    package var kind: Kind
    package var isRequired: Bool
    /// Whether a change needs no replacement.
    package var updatesInPlace: Bool
    /// Whether only `Fn::GetAtt` gives it and no template can set it.
    package var isReadOnly: Bool
    /// What its value must be beside its kind.
    package var limits: ValueLimits?
    /// False when the schema names it but no cloud of kiln's can do it: using it is a warning, not an error.
    package var isImplemented: Bool

    package init(
      _ kind: Kind, isRequired: Bool = false, updatesInPlace: Bool = false, isReadOnly: Bool = false,
      limits: ValueLimits? = nil, isImplemented: Bool = true
    ) {
      self.kind = kind
      self.isRequired = isRequired
      self.updatesInPlace = updatesInPlace
      self.isReadOnly = isReadOnly
      self.limits = limits
      self.isImplemented = isImplemented
    }

    package var allowedValues: [Value]? { limits?.allowedValues }
  }

  /// The properties and what holds between them.
  package let shape: Shape
  package var properties: OrderedDictionary<String, Property> { shape.properties }
  /// Names for `Fn::GetAtt`; one that ends in `.*` allows any tail.
  package var attributes: [String]
  /// The properties that tell one resource from another.
  package var identifier: [String]

  package init(
    properties: OrderedDictionary<String, Property> = [:], attributes: [String] = [],
    identifier: [String] = []
  ) {
    self.init(shape: Shape(properties), attributes: attributes, identifier: identifier)
  }

  package init(shape: Shape, attributes: [String], identifier: [String] = []) {
    self.shape = shape
    self.attributes = attributes
    self.identifier = identifier
  }

  /// What an attribute gives, where it is a property too.
  package func kind(ofAttribute name: String) -> Kind? { property(ofAttribute: name)?.kind }

  /// The property that an attribute is too.
  package func property(ofAttribute name: String) -> Property? {
    if let property = properties[name] { return property }
    var shape: Shape? = shape
    var found: Property?
    for part in name.split(separator: ".") {
      guard let property = shape?.properties[String(part)] else { return nil }
      found = property
      shape = if case .map(let inner) = property.kind { inner } else { nil }
    }
    return found
  }
}

/// What a value must be beside its kind.
package struct ValueLimits: Sendable {
  /// The length of a text, the value of a number or the number of items; open ends are nil.
  package var least: Double?
  package var most: Double?
  package var pattern: String?
  package var allowedValues: [Value]?
  /// Whether a value is allowed in capitals or small letters.
  package var ignoresCase: Bool
  /// Names of formats, one of which it must have: `ipv4-network`, `AWS::EC2::VPC.Id`, `nova.flavor` ...
  package var formats: [String]
  /// Formats that only references are held to: what a cloud names its own things by, literals may say.
  package var links: [String]
  package var itemsAreUnique: Bool
  /// Whether a text of the value will do, as for policies.
  package var acceptsText: Bool

  package init(
    least: Double? = nil, most: Double? = nil, pattern: String? = nil, allowedValues: [Value]? = nil,
    ignoresCase: Bool = false, formats: [String] = [], links: [String] = [],
    itemsAreUnique: Bool = false,
    acceptsText: Bool = false
  ) {
    self.least = least
    self.most = most
    self.pattern = pattern
    self.allowedValues = allowedValues
    self.ignoresCase = ignoresCase
    self.formats = formats
    self.links = links
    self.itemsAreUnique = itemsAreUnique
    self.acceptsText = acceptsText
  }
}

extension ResourceSchema {
  /// The types whose attributes are what is in them or what they run gives.
  private static let open: Set<String> = [
    "AWS::CloudFormation::CustomResource", "OS::Heat::ResourceGroup", "OS::Heat::ResourceChain",
    "OS::Heat::AutoScalingGroup", "OS::Heat::InstanceGroup", "OS::Heat::SoftwareDeployment",
    "OS::Heat::SoftwareDeploymentGroup", "OS::Heat::StructuredDeployment",
    "OS::Heat::StructuredDeploymentGroup", "OS::Heat::Stack", "OS::Heat::Value",
  ]

  /// Whether a resource of this type gives an attribute: one that the schema names, what is inside of one, and
  /// properties, which many types give back.
  package func hasAttribute(_ name: String, of type: String) -> Bool {
    if attributes.contains(name) || kind(ofAttribute: name) != nil { return true }
    if Self.open.contains(type) || type.hasPrefix("Custom::") { return true }
    if name.hasPrefix("Outputs."), properties["TemplateURL"] != nil || type.contains("Provisioned") {
      return true
    }
    // Every resource of Heat's has it.
    if type.hasPrefix("OS::"), name == "show" || name.hasPrefix("show.") { return true }
    return attributes.contains { known in
      if known == "*" { return true }
      return known.hasSuffix(".*") ? name.hasPrefix(known.dropLast(1)) : name.hasPrefix(known + ".")
    }
  }
}
