import Document
import OrderedCollections
import Templates

/// Holds values against a resource type's schema and turns scalars into its types.
struct SchemaCheck {
  private let owner: ResourceDefinition
  /// Whether messages mustn't show the value.
  private let isSecret: Bool
  private(set) var problems: [Diagnostic] = []

  init(owner: ResourceDefinition, isSecret: Bool = false) {
    self.owner = owner
    self.isSecret = isSecret
  }

  mutating func property(
    _ name: String, _ value: Value, _ expression: Expression, _ schema: ResourceSchema
  ) -> Value {
    if schema.properties[name] == nil, schema.shape.content.isOpen { return value }
    return member(name, value, expression, expression.place, schema.properties, "\(owner.type)")
  }

  mutating func required(
    _ schema: ResourceSchema, given: OrderedSet<String>, failed: Bool
  ) {
    for (name, property) in schema.properties where property.isRequired && !given.contains(name) {
      if failed && owner.properties[name] != nil { continue }
      problems.append(
        Diagnostic(
          "missing_property", "\(owner.logicalID) lacks \(name), which \(owner.type) needs",
          at: owner.place))
    }
  }

  // MARK: - Values

  private mutating func member(
    _ name: String, _ value: Value, _ expression: Expression?, _ place: Place,
    _ members: OrderedDictionary<String, ResourceSchema.Property>, _ owner: String
  ) -> Value {
    guard let property = members[name] else {
      let hint = nearest(to: name, among: members.keys).map { "did you mean \($0)?" }
      problems.append(
        Diagnostic("unknown_property", "\(owner) has no property \(name)", at: place, hint: hint))
      return value
    }
    if !property.isImplemented {
      problems.append(
        Diagnostic(
          .warning, "ignored_property", "kiln can't do anything with \(name) of \(owner)", at: place))
    }
    let typed = typed(value, property.kind, expression, place, name)
    let refused = property.allowedValues.flatMap { allowed in
      (typed.list ?? [typed]).first { !allowed.contains($0) }
    }
    if let refused, let allowed = property.allowedValues {
      let names = allowed.map { $0.scalarText ?? "?" }
      problems.append(
        Diagnostic(
          "not_allowed", "\(name) can't be \(isSecret ? "what it is" : refused.scalarText ?? refused.kind)",
          at: place,
          hint: "it is one of \(names.joined(separator: ", "))"))
    }
    return typed
  }

  private mutating func typed(
    _ value: Value, _ kind: ResourceSchema.Kind, _ expression: Expression?, _ place: Place, _ name: String
  ) -> Value {
    switch kind {
    case .string: return value.scalarText.map(Value.string) ?? wrong(value, "a string", name, place)
    case .integer:
      let number = value.integer ?? value.string.flatMap { Int64($0) }
      return number.map(Value.integer) ?? wrong(value, "an integer", name, place)
    case .number:
      if case .integer = value { return value }
      if let text = value.string, let integer = Int64(text) { return .integer(integer) }
      let number = value.number ?? value.string.flatMap { Double($0) }
      return number.map(Value.number) ?? wrong(value, "a number", name, place)
    case .boolean:
      switch value.scalarText?.lowercased() {
      case "true": return true
      case "false": return false
      default: return wrong(value, "a boolean", name, place)
      }
    case .json: return value
    case .list(let item): return list(value, item, expression, place, name)
    case .limited(let inner, _): return typed(value, inner, expression, place, name)
    case .map(let shape): return map(value, shape.properties, expression, place, name)
    case .mapOf(let item):
      guard let entries = value.map else { return wrong(value, "a map", name, place) }
      var result: OrderedDictionary<String, Value> = [:]
      for (key, inner) in entries {
        let part = part(key, of: expression)
        result[key] = typed(inner, item, part, part?.place ?? place, key)
      }
      return .map(result)
    }
  }

  private mutating func list(
    _ value: Value, _ item: ResourceSchema.Kind, _ expression: Expression?, _ place: Place, _ name: String
  ) -> Value {
    guard let items = value.list else { return wrong(value, "a list", name, place) }
    var parts: [Expression] = []
    if case .list(let inner)? = expression?.kind, inner.count == items.count { parts = inner }
    return .list(
      items.enumerated().map { index, inner in
        let part = parts.isEmpty ? nil : parts[index]
        return typed(inner, item, part, part?.place ?? place, name)
      })
  }

  private mutating func map(
    _ value: Value, _ members: OrderedDictionary<String, ResourceSchema.Property>,
    _ expression: Expression?, _ place: Place, _ name: String
  ) -> Value {
    guard let entries = value.map else { return wrong(value, "a map", name, place) }
    var result: OrderedDictionary<String, Value> = [:]
    for (key, inner) in entries {
      let part = part(key, of: expression)
      result[key] = member(key, inner, part, part?.place ?? place, members, name)
    }
    for (key, property) in members where property.isRequired && entries[key] == nil {
      problems.append(Diagnostic("missing_property", "\(name) lacks \(key)", at: place))
    }
    return .map(result)
  }

  private func part(_ key: String, of expression: Expression?) -> Expression? {
    guard case .map(let members)? = expression?.kind else { return nil }
    return members.first { $0.key == key }?.value
  }

  private mutating func wrong(_ value: Value, _ wanted: String, _ name: String, _ place: Place) -> Value {
    problems.append(Diagnostic("wrong_type", "\(name) must be \(wanted), not \(value.kind)", at: place))
    return value
  }
}
