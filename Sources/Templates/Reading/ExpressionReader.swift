package import Document
import OrderedCollections

/// Reads values with intrinsic functions in them.
struct ExpressionReader {
  let scan: TemplateScan
  /// Whether this is in the section Conditions, where resources don't exist yet.
  let isInCondition: Bool

  init(_ scan: TemplateScan, isInCondition: Bool = false) {
    self.scan = scan
    self.isInCondition = isInCondition
  }

  func expression(_ node: Node) -> Expression {
    if let call = FunctionCall(node, isInCondition: isInCondition) { return function(call, node) }
    switch node.content {
    case .scalar: return Expression(.literal(node.faithful), at: node.place)
    case .list(let items): return Expression(.list(items.map(expression)), at: node.place)
    case .map(let entries):
      if entries.count > 1, let mixed = entries.first(where: { $0.key.hasPrefix("Fn::") }) {
        scan.error(
          "mixed_function", "`\(mixed.key)` can't have other keys beside it", at: mixed.keyPlace,
          hint: "a function is a map of one key")
      }
      return Expression(.map(entries.map { ($0.key, expression($0.value)) }), at: node.place)
    }
  }

  /// Reads something that must be true or false.
  func condition(_ node: Node) -> Expression {
    let reader = ExpressionReader(scan, isInCondition: true)
    guard let call = FunctionCall(node, isInCondition: true) else {
      scan.error(
        "E8001", "a condition must be a condition function, found \(node.kind)", at: node.place,
        hint: "use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition")
      return Expression(.literal(.bool(false)), at: node.place)
    }
    guard FunctionCall.conditionNames.contains(call.name) else {
      scan.error(
        "E8001", "`\(call.name)` doesn't give true or false", at: call.namePlace,
        hint: "use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition")
      return Expression(.literal(.bool(false)), at: node.place)
    }
    return reader.function(call, node)
  }

  /// Reads the name of a condition that must be defined.
  func conditionName(_ node: Node, code: String) -> String? {
    guard let name = scan.text(of: node, "a condition's name", code: code) else { return nil }
    scan.usedConditions.insert(name)
    if !scan.conditionNames.contains(name) {
      scan.error(
        code, "there is no condition `\(name)`", at: node.place,
        hint: scan.suggestion(name, scan.conditionNames))
    }
    return name
  }

  // MARK: - References

  func reference(_ call: FunctionCall) -> Expression.Kind {
    guard let name = scan.text(of: call.argument, "what `Ref` names", code: "E1020") else {
      return .literal(.null)
    }
    return reference(to: name, at: call.argument.place, code: "E1020")
  }

  func reference(to name: String, at place: Place, code: String) -> Expression.Kind {
    if name == "AWS::NoValue" { return .noValue }
    if TemplateScan.pseudoParameters.contains(name) { return .parameter(name) }
    if scan.parameterNames.contains(name) {
      scan.usedParameters.insert(name)
      return .parameter(name)
    }
    if scan.resourceTypes[name] != nil {
      if isInCondition {
        scan.error(code, "a condition can't refer to the resource `\(name)`", at: place)
      }
      return .resource(name)
    }
    scan.error(
      code, "there is no parameter or resource `\(name)`", at: place,
      hint: scan.suggestion(
        name, Array(scan.parameterNames) + Array(scan.resourceTypes.keys) + TemplateScan.pseudoParameters))
    return .literal(.null)
  }

  func attribute(_ call: FunctionCall) -> Expression.Kind {
    let node = call.argument
    if let items = node.items, node.tag == nil, items.count >= 2 {
      let parts = items.map(\.plainText)
      guard let id = parts[0] else {
        scan.error(
          "E1010", "what `Fn::GetAtt` names must be a text, found \(items[0].kind)", at: items[0].place)
        return .literal(.null)
      }
      let tail = parts.dropFirst().compactMap(\.self)
      guard tail.count == parts.count - 1 else {
        scan.error("E1010", "an attribute's name must be a text", at: items[1].place)
        return .literal(.null)
      }
      return attribute(
        tail.joined(separator: "."), of: id, at: items[0].place, attributePlace: items[1].place)
    }
    if let text = node.plainText, let dot = text.firstIndex(of: ".") {
      let name = String(text[text.index(after: dot)...])
      return attribute(name, of: String(text[..<dot]), at: node.place, attributePlace: node.place)
    }
    scan.error(
      "E1010", "`Fn::GetAtt` needs a resource and an attribute, found \(node.kind)", at: node.place,
      hint: "write `[Resource, Attribute]` or `Resource.Attribute`")
    return .literal(.null)
  }

  func attribute(
    _ name: String, of id: String, at place: Place, attributePlace: Place, code: String = "E1010"
  ) -> Expression.Kind {
    guard let type = scan.resourceTypes[id] else {
      scan.error(
        code, "there is no resource `\(id)`", at: place, hint: scan.suggestion(id, scan.resourceTypes.keys))
      return .literal(.null)
    }
    if isInCondition { scan.error(code, "a condition can't refer to the resource `\(id)`", at: place) }
    if let schema = scan.schemas?(type), !schema.hasAttribute(name) {
      scan.error(
        "E1010", "\(type) has no attribute `\(name)`", at: attributePlace,
        hint: scan.suggestion(name, schema.attributes)
          ?? (schema.attributes.isEmpty ? nil : "it has \(schema.attributes.joined(separator: ", "))"))
    }
    return .attribute(logicalID: id, name: name)
  }
}

extension ResourceSchema {
  /// Whether `Fn::GetAtt` can ask for it.
  func hasAttribute(_ name: String) -> Bool {
    attributes.contains { $0 == name || ($0.hasSuffix(".*") && name.hasPrefix($0.dropLast(1))) }
  }
}

/// A node that calls a function: `{"Fn::Join": …}`, `!Join …`, `{"Ref": …}`.
package struct FunctionCall {
  static let names: [String] = [
    "Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::Split", "Fn::Select", "Fn::Base64", "Fn::FindInMap",
    "Fn::GetAZs", "Fn::Cidr", "Fn::ImportValue", "Fn::If", "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not",
    "Condition", "Fn::Replace", "Fn::MemberListToMap",
  ]
  static let conditionNames: Set<String> = ["Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition"]

  /// The name in long form.
  package let name: String
  package let namePlace: Place
  package let argument: Node

  /// Nil when the node is no call.
  ///
  /// `Condition` is one by its tag, or in a condition: policies have maps with that key.
  package init?(_ node: Node, isInCondition: Bool) {
    if let tag = node.tag {
      name = ["Ref", "Condition"].contains(tag) || tag.hasPrefix("Fn::") ? tag : "Fn::" + tag
      namePlace = node.place.atStart
      argument = Node(node.content, place: node.place, written: node.written)
      return
    }
    guard let entries = node.entries, entries.count == 1 else { return nil }
    let key = entries[0].key
    guard key == "Ref" || key.hasPrefix("Fn::") || (key == "Condition" && isInCondition) else { return nil }
    name = key
    namePlace = entries[0].keyPlace
    argument = entries[0].value
  }
}
