import OrderedCollections
import Templates

/// One schema of two views of a type: what Heat knows first, then what only CloudFormation does.
enum SchemaUnion {
  /// Both views; `beyond` names what only CloudFormation does and kiln makes all the same.
  static func schema(_ heat: ResourceSchema, _ aws: ResourceSchema, beyond: Set<String>) -> ResourceSchema {
    ResourceSchema(
      shape: Shape {
        let content = content(heat.shape.content, aws.shape.content)
        var properties = content.properties
        for name in beyond { properties[name]?.isImplemented = true }
        return Shape.Content(properties: properties, rules: content.rules, isOpen: content.isOpen)
      },
      attributes: heat.attributes + aws.attributes.filter { !heat.attributes.contains($0) },
      identifier: aws.identifier)
  }

  /// Heat's schema, with the properties that only CloudFormation names as such without effect, but for those that
  /// kiln makes `beyond` Heat.
  static func launched(
    _ heat: ResourceSchema, _ aws: ResourceSchema, beyond: Set<String>
  ) -> ResourceSchema {
    var properties = heat.properties
    for (name, property) in aws.properties {
      if beyond.contains(name), !property.isReadOnly {
        properties[name] = optional(property)
      } else if properties[name] == nil, !property.isReadOnly {
        properties[name] = ResourceSchema.Property(.json, updatesInPlace: true, isImplemented: false)
      }
    }
    return ResourceSchema(
      properties: properties, attributes: heat.attributes + aws.attributes.filter(beyond.contains),
      identifier: aws.identifier)
  }

  private static func shape(_ heat: Shape, _ aws: Shape) -> Shape {
    Shape { content(heat.content, aws.content) }
  }

  private static func content(_ heat: Shape.Content, _ aws: Shape.Content) -> Shape.Content {
    var properties: OrderedDictionary<String, ResourceSchema.Property> = [:]
    for (name, property) in heat.properties {
      properties[name] = aws.properties[name].map { union(property, $0) } ?? optional(property)
    }
    for (name, property) in aws.properties where properties[name] == nil {
      properties[name] = optional(property)
      properties[name]?.isImplemented = property.isReadOnly
    }
    // Rules between members are CloudFormation's; they count where Heat doesn't know all of them.
    let rules = aws.rules.filter { rule in !rule.names.allSatisfy { heat.properties[$0] != nil } }
    return Shape.Content(properties: properties, rules: rules, isOpen: heat.isOpen || aws.isOpen)
  }

  private static func optional(_ property: ResourceSchema.Property) -> ResourceSchema.Property {
    var property = property
    property.isRequired = false
    return property
  }

  private static func union(
    _ heat: ResourceSchema.Property, _ aws: ResourceSchema.Property
  ) -> ResourceSchema.Property {
    guard heat.isImplemented else {
      var property = aws
      property.isImplemented = false
      property.isRequired = false
      return property
    }
    return ResourceSchema.Property(
      kind(heat.kind, aws.kind), isRequired: heat.isRequired && aws.isRequired,
      updatesInPlace: heat.updatesInPlace, limits: limits(heat.limits, aws.limits))
  }

  /// What neither allows.
  private static func limits(_ heat: ValueLimits?, _ aws: ValueLimits?) -> ValueLimits? {
    var result = ValueLimits()
    // A network is one everywhere; IDs have the form of the cloud that gave them.
    result.formats = aws?.formats.filter { $0.hasSuffix("-network") } ?? []
    result.links = aws?.formats.filter { !$0.hasSuffix("-network") } ?? []
    let isNamed = !result.formats.isEmpty || !result.links.isEmpty
    guard let heat, let aws else { return isNamed ? result : nil }
    if let first = heat.least, let second = aws.least { result.least = min(first, second) }
    if let first = heat.most, let second = aws.most { result.most = max(first, second) }
    if let first = heat.allowedValues, let second = aws.allowedValues {
      result.allowedValues = first + second.filter { !first.contains($0) }
    }
    if heat.pattern == aws.pattern { result.pattern = heat.pattern }
    result.acceptsText = aws.acceptsText
    let isLimited =
      isNamed || result.least != nil || result.most != nil || result.pattern != nil
      || result.allowedValues != nil
    return isLimited || result.acceptsText ? result : nil
  }

  private static func kind(_ heat: ResourceSchema.Kind, _ aws: ResourceSchema.Kind) -> ResourceSchema.Kind {
    switch (heat, aws) {
    case (.string, .string), (.integer, .integer), (.number, .number), (.boolean, .boolean): return heat
    case (.map(let first), .map(let second)): return .map(shape(first, second))
    case (.list(let first), .list(let second)): return .list(kind(first, second))
    case (.limited(let first, let some), .limited(let second, let others)):
      let inner = kind(first, second)
      return limits(some, others).map { .limited(inner, $0) } ?? inner
    case (.limited(let first, _), _): return kind(first, aws)
    case (_, .limited(let second, _)): return kind(heat, second)
    // Heat leaves the inside of many lists and maps open where CloudFormation says it.
    case (.json, .map), (.json, .list), (.json, .mapOf): return aws
    case (.json, _), (_, .json): return .json
    // Who takes a text must make a number or a truth of it when the other wants one.
    case (.string, _) where scalar(aws): return aws
    case (_, .string) where scalar(heat): return heat
    case (.number, .integer), (.integer, .number): return .number
    default: return .json
    }
  }

  private static func scalar(_ kind: ResourceSchema.Kind) -> Bool {
    switch kind {
    case .string, .integer, .number, .boolean: true
    default: false
    }
  }
}

extension ShapeRule {
  /// The members that it is about.
  var names: [String] {
    switch self {
    case .exactlyOne(let names), .atLeastOne(let names): names
    case .exactlyOneGroup(let groups), .atLeastOneGroup(let groups): groups.flatMap(\.self)
    case .needs(let name, let others), .excludes(let name, let others): [name] + others
    }
  }
}
