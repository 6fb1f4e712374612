import Document
import OrderedCollections

/// Checks resources against what is known of their types, as far as their values are literal.
struct SchemaReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func check(_ resources: OrderedDictionary<String, ResourceDefinition>) {
    for resource in resources.values where !resource.type.isEmpty {
      guard let schema = scan.schemas?[resource.type] else {
        if !resource.type.hasPrefix("Custom::") {
          let near = scan.schemas?.suggestion(for: resource.type)
          scan.warning(
            "E3006", "kiln doesn't know the type \(resource.type)", at: resource.typePlace,
            hint: near.map { "did you mean `\($0)`?" })
        }
        continue
      }
      guard scan.checksProperties else { continue }
      members(
        resource.properties.map { ($0.key, $0.value) }, schema.shape.content, of: resource.type,
        at: resource.place, isExternal: resource.details.externalID != nil)
    }
  }

  /// Checks the members of a map; what exists outside of the stack needs none.
  private func members(
    _ given: [(key: String, value: Expression)], _ shape: Shape.Content, of owner: String, at place: Place,
    isExternal: Bool = false
  ) {
    let properties = shape.properties
    for (name, value) in given {
      guard let property = properties[name] else {
        if shape.isOpen { continue }
        scan.error(
          "E3002", "\(owner) has no property `\(name)`", at: value.place,
          hint: scan.suggestion(name, properties.keys))
        continue
      }
      if !property.isImplemented {
        scan.warning("not_implemented", "`\(name)` of \(owner) has no effect", at: value.place)
      }
      check(value, property.kind, name, property.allowedValues)
    }
    if isExternal { return }
    let present = Set(
      given.lazy.filter { if case .noValue = $0.value.kind { false } else { true } }.map(\.key))
    for (name, property) in properties where property.isRequired && !present.contains(name) {
      scan.error("E3003", "\(owner) needs the property `\(name)`", at: place, hint: "add `\(name):`")
    }
  }

  private func check(
    _ value: Expression, _ kind: ResourceSchema.Kind, _ name: String, _ allowed: [Value]? = nil
  ) {
    switch (value.kind, kind) {
    case (.function(.if(_, let then, let otherwise)), _):
      check(then, kind, name, allowed)
      check(otherwise, kind, name, allowed)
    case (_, .limited(let inner, let limits)): check(value, inner, name, limits.allowedValues)
    case (_, .json), (.parameter, _), (.resource, _), (.attribute, _), (.function, _), (.noValue, _): break
    case (.literal(let literal), _): check(literal, kind, name, allowed, value.place)
    case (.list(let items), .list(let element)): for item in items { check(item, element, name) }
    case (.map(let members), .mapOf(let element)):
      for member in members { check(member.value, element, name) }
    case (.map(let given), .map(let shape)):
      self.members(given, shape.content, of: "`\(name)`", at: value.place)
    case (.list, _), (.map, _):
      let found = if case .list = value.kind { "a list" } else { "a map" }
      scan.error("E3012", "`\(name)` must be \(kind.words), found \(found)", at: value.place)
    }
  }

  private func check(
    _ literal: Value, _ kind: ResourceSchema.Kind, _ name: String, _ allowed: [Value]?, _ place: Place
  ) {
    guard kind.accepts(literal) else {
      scan.error("E3012", "`\(name)` must be \(kind.words), found \(literal.kind)", at: place)
      return
    }
    guard let allowed, !allowed.contains(where: { $0.scalarText == literal.scalarText }) else { return }
    let texts = allowed.compactMap(\.scalarText)
    scan.error(
      "E3030", "`\(name)` can't be `\(literal.scalarText ?? "null")`", at: place,
      hint: scan.suggestion(literal.scalarText ?? "", texts) ?? "it can be \(texts.joined(separator: ", "))")
  }
}

extension ResourceSchema.Kind {
  /// Whether a literal is of this kind or can be taken as it, as CloudFormation and Heat do.
  fileprivate func accepts(_ literal: Value) -> Bool {
    if literal.isNull { return true }
    switch self {
    case .json: return true
    case .string: return literal.scalarText != nil
    case .integer: return literal.integer != nil || literal.string.flatMap { Int64($0) } != nil
    case .number: return literal.number != nil || literal.string.flatMap { Double($0) } != nil
    case .boolean:
      guard let text = literal.scalarText?.lowercased() else { return false }
      return ["true", "false", "yes", "no", "on", "off", "1", "0"].contains(text)
    case .limited(let inner, _): return inner.accepts(literal)
    case .list, .map, .mapOf: return false
    }
  }

  fileprivate var words: String {
    switch self {
    case .string: "a text"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .json: "a value"
    case .list: "a list"
    case .map, .mapOf: "a map"
    case .limited(let inner, _): inner.words
    }
  }
}
