package import Document
import OrderedCollections

/// Reads values with intrinsic functions in them.
struct ExpressionReader {
  let scan: TemplateScan
  /// Whether this is in the section Conditions, where resources don't exist yet.
  let isInCondition: Bool
  /// Whether this is in the section Rules.
  var isInRule = false
  /// The rule that speaks for what is wrong inside a function: that of the outermost.
  var outer: String?
  /// The rule that speaks for references.
  var referenceCode = "E1020"
  /// What may stand here; nil in properties, whose types the reader doesn't know.
  var slot: Slot?
  /// Where to say that the whole value is wrong; nil for where the value stands.
  var anchor: Place?

  init(_ scan: TemplateScan, isInCondition: Bool = false) {
    self.scan = scan
    self.isInCondition = isInCondition
  }

  func expression(_ node: Node) -> Expression {
    scan.weight += 1
    if let call = FunctionCall(node, isInCondition: isInCondition) {
      return slot.map { checked(call, node, $0) } ?? function(call, node)
    }
    if let slot { check(node, slot) }
    switch node.content {
    case .scalar: return literal(node)
    case .list(let items):
      let reader = inside(slot?.items)
      return Expression(.list(items.map(reader.expression)), at: node.place)
    case .map(let entries):
      if entries.count > 1, let mixed = entries.first(where: { $0.key.hasPrefix("Fn::") }) {
        scan.error(
          "mixed_function", "`\(mixed.key)` can't have other keys beside it", at: mixed.keyPlace,
          hint: "a function is a map of one key")
      }
      let reader = inside(nil)
      return Expression(.map(entries.map { ($0.key, reader.expression($0.value)) }), at: node.place)
    }
  }

  /// The reader of what stands in this value.
  private func inside(_ slot: Slot?) -> ExpressionReader {
    if self.slot == nil, anchor == nil { return self }
    var reader = self
    reader.slot = slot
    reader.anchor = nil
    return reader
  }

  /// A scalar; one with `{{resolve:…}}` in it is resolved when it is evaluated.
  private func literal(_ node: Node) -> Expression {
    let literal = Expression(.literal(node.faithful), at: node.place)
    if scan.looksForVariables, slot !== Slot.substitute, case .scalar(.string(let text)) = node.content,
      text.utf8.contains(UInt8(ascii: "$"))
    {
      checkVariables(text, node.place)
    }
    guard scan.mayResolve, case .scalar(.string(let text)) = node.content,
      text.contains(DynamicReference.opening)
    else { return literal }
    scan.hasReferences = true
    return Expression(.function(.resolve(literal)), at: node.place)
  }

  /// Reads something that must be true or false.
  func condition(_ node: Node, code: String = "E8001") -> Expression {
    let own = outer ?? code
    var reader = isInCondition ? self : ExpressionReader(scan, isInCondition: true)
    reader.slot = nil
    let place = anchor ?? node.place
    guard let call = FunctionCall(node, isInCondition: true) else {
      scan.error(
        own, "a condition must be a condition function, found \(node.kind)", at: place,
        hint: "use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition")
      return Expression(.literal(.bool(false)), at: node.place)
    }
    guard
      FunctionCall.conditionNames.contains(call.name)
        || (isInRule && FunctionCall.ruleNames.contains(call.name))
    else {
      scan.error(
        own, "`\(call.name)` doesn't give true or false", at: anchor ?? call.namePlace,
        hint: "use Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition")
      return Expression(.literal(.bool(false)), at: node.place)
    }
    reader.anchor = nil
    return reader.function(call, node)
  }

  /// Reads the name of a condition that must be defined.
  func conditionName(_ node: Node, code: String, at place: Place? = nil) -> String? {
    guard let name = scan.text(of: node, "a condition's name", code: code, at: place) else { return nil }
    scan.usedConditions.insert(name)
    if !scan.conditionNames.contains(name) {
      scan.error(
        code, "there is no condition `\(name)`", at: place ?? node.place,
        hint: scan.suggestion(name, scan.conditionNames))
    }
    return name
  }

  // MARK: - References

  func reference(_ call: FunctionCall) -> Expression.Kind {
    guard let name = name(call, call.argument, "what `Ref` names", code: referenceCode) else {
      return .literal(.null)
    }
    return reference(to: name, at: call.argumentPlace, code: referenceCode)
  }

  func reference(to name: String, at place: Place, code: String) -> Expression.Kind {
    if name.hasPrefix("AWS::") {
      if name == "AWS::NoValue" { return .noValue }
      if TemplateScan.pseudoParameters.contains(name) { return .parameter(name) }
    }
    if scan.parameterNames.contains(name) {
      scan.usedParameters.insert(name)
      if scan.untypedParameters.contains(name) {
        scan.warning(code, "the parameter `\(name)` has no type that AWS knows", at: place)
      }
      return .parameter(name)
    }
    if scan.resourceTypes[name] != nil {
      if isInCondition {
        scan.error(code, "a condition can't refer to the resource `\(name)`", at: place)
      }
      return .resource(name)
    }
    scan.error(
      code, "there is no parameter or resource `\(name)`", at: place.narrowed(to: name),
      hint: scan.suggestion(
        name, Array(scan.parameterNames) + Array(scan.resourceTypes.keys) + TemplateScan.pseudoParameters))
    return .literal(.null)
  }

  /// A name in a reference, which AWS::LanguageExtensions lets functions make.
  private func name(_ call: FunctionCall, _ node: Node, _ what: String, code: String) -> String? {
    if scan.hasExtensions, FunctionCall(node, isInCondition: isInCondition) != nil {
      if let value = scan.form?.value(of: node), let text = value.scalarText { return text }
      if scan.form?.isProvisional == true { return nil }
    }
    if let text = node.plainText { return text }
    let place = node.place.start.line == call.argumentPlace.start.line ? node.place : call.argumentPlace
    scan.error(code, "\(what) must be a text, found \(node.kind)", at: place)
    return nil
  }

  func attribute(_ call: FunctionCall) -> Expression.Kind {
    let node = call.argument
    let code = outer ?? "E1010"
    if let items = node.items, node.tag == nil, items.count >= 2 {
      guard let id = name(call, items[0], "what `Fn::GetAtt` names", code: code) else {
        return .literal(.null)
      }
      if items.count == 2, FunctionCall(items[1], isInCondition: isInCondition) != nil {
        return computedAttribute(call, id, items)
      }
      let tail = items.dropFirst().compactMap(\.plainText)
      guard tail.count == items.count - 1 else {
        scan.error(code, "an attribute's name must be a text", at: items[1].place)
        return .literal(.null)
      }
      return attribute(
        tail.joined(separator: "."), of: id, at: items[0].place, attributePlace: items[1].place, code: code)
    }
    if let (id, name) = node.plainText?.partsAtPoint {
      let place = call.argumentPlace
      return attribute(name, of: id, at: place, attributePlace: place, code: code)
    }
    scan.error(
      code, "`Fn::GetAtt` needs a resource and an attribute, found \(node.kind)", at: call.argumentPlace,
      hint: "write `[Resource, Attribute]` or `Resource.Attribute`")
    return .literal(.null)
  }

  /// `[Resource, {Ref: Parameter}]`: the attribute is known with the parameter's value.
  private func computedAttribute(_ call: FunctionCall, _ id: String, _ items: [Node]) -> Expression.Kind {
    _ = inside("E1010", .attributeName).expression(items[1])
    if let value = scan.form?.value(of: items[1]), let name = value.scalarText {
      return attribute(
        name, of: id, at: items[0].place, attributePlace: items[1].place, code: outer ?? "E1010")
    }
    return .attribute(logicalID: id, name: "")
  }

  func attribute(
    _ name: String, of id: String, at place: Place, attributePlace: Place, code: String
  ) -> Expression.Kind {
    guard let type = scan.resourceTypes[id] else {
      scan.error(
        code, "there is no resource `\(id)`", at: place.narrowed(to: id),
        hint: scan.suggestion(id, scan.resourceTypes.keys))
      return .literal(.null)
    }
    if isInCondition { scan.error(code, "a condition can't refer to the resource `\(id)`", at: place) }
    if let schema = scan.schemas?[type], !schema.hasAttribute(name, of: type) {
      scan.error(
        code == "E1019" ? "E1010" : code, "\(type) has no attribute `\(name)`",
        at: attributePlace.narrowed(to: name),
        hint: scan.suggestion(name, schema.attributes)
          ?? (schema.attributes.isEmpty ? nil : "it has \(schema.attributes.joined(separator: ", "))"))
    }
    return .attribute(logicalID: id, name: name)
  }
}

/// A node that calls a function: `{"Fn::Join": …}`, `!Join …`, `{"Ref": …}`.
package struct FunctionCall {
  static let names: [String] = [
    "Ref", "Fn::GetAtt", "Fn::Join", "Fn::Sub", "Fn::Split", "Fn::Select", "Fn::Base64", "Fn::FindInMap",
    "Fn::GetAZs", "Fn::Cidr", "Fn::ImportValue", "Fn::If", "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not",
    "Condition", "Fn::Replace", "Fn::MemberListToMap", "Fn::Length", "Fn::ToJsonString", "Fn::Transform",
    "Fn::GetStackOutput",
  ]
  static let ruleNames: Set<String> = [
    "Fn::Contains", "Fn::EachMemberEquals", "Fn::EachMemberIn", "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll",
  ]
  static let conditionNames: Set<String> = ["Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not", "Condition"]

  /// The name in long form.
  package let name: String
  package let namePlace: Place
  package let argument: Node
  /// Where to say that the whole argument is wrong: there, or at the name when it starts on a later line.
  var argumentPlace: Place {
    argument.place.start.line == namePlace.start.line ? argument.place : namePlace
  }

  init(_ name: String, at place: Place, of argument: Node) {
    self.name = name
    namePlace = place
    self.argument = argument
  }

  /// Nil when the node is no call.
  ///
  /// `Condition` is one by its tag, or in a condition: policies have maps with that key.
  package init?(_ node: Node, isInCondition: Bool) {
    if let tag = node.tag {
      name = tag == "Ref" || tag == "Condition" || tag.hasPrefix("Fn::") ? tag : "Fn::" + tag
      namePlace = node.place.atStart
      argument = Node(node.content, place: node.place, written: node.written)
      return
    }
    guard case .map(let entries) = node.content, entries.count == 1 else { return nil }
    let key = entries[0].key
    guard key == "Ref" || key.hasPrefix("Fn::") || (key == "Condition" && isInCondition) else { return nil }
    name = key
    namePlace = entries[0].keyPlace
    argument = entries[0].value
  }
}
