import Document
import OrderedCollections

/// Reads the section Rules.
struct RuleReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ section: Node) -> OrderedDictionary<String, RuleDefinition> {
    var result: OrderedDictionary<String, RuleDefinition> = [:]
    for entry in scan.entries(of: section, "Rules", code: "E1700") ?? [] {
      if let rule = rule(entry) { result[entry.key] = rule }
    }
    return result
  }

  private func rule(_ entry: Node.Entry) -> RuleDefinition? {
    scan.checkName(entry, "the rule", code: "E1700")
    let what = "the rule `\(entry.key)`"
    guard let body = scan.entries(of: entry.value, what, code: "E1700", at: entry.valuePlace) else {
      return nil
    }
    for unknown in body where !["RuleCondition", "Assertions"].contains(unknown.key) {
      scan.warning("unknown_key", "\(what) has no key `\(unknown.key)`", at: unknown.keyPlace)
    }
    let condition = body.first { $0.key == "RuleCondition" }.map { expression($0, "E1702") }
    guard let assertions = body.first(where: { $0.key == "Assertions" }) else {
      scan.error("E1700", "\(what) has no Assertions", at: entry.keyPlace, hint: "add `Assertions:`")
      return nil
    }
    guard let items = assertions.value.items, assertions.value.tag == nil else {
      scan.error(
        "E1700", "Assertions must be a list, found \(assertions.value.kind)", at: assertions.valuePlace)
      return nil
    }
    return RuleDefinition(
      name: entry.key, condition: condition, assertions: items.compactMap(assertion),
      place: entry.keyPlace)
  }

  private func assertion(_ node: Node) -> RuleDefinition.Assertion? {
    guard let entries = scan.entries(of: node, "an assertion", code: "E1700") else { return nil }
    let description = entries.first { $0.key == "AssertDescription" }.flatMap {
      scan.text(of: $0.value, "AssertDescription", code: "E1700", at: $0.valuePlace)
    }
    guard let assert = entries.first(where: { $0.key == "Assert" }) else {
      scan.warning("no_assertion", "an assertion without Assert asserts nothing", at: node.place)
      return nil
    }
    return RuleDefinition.Assertion(
      assert: expression(assert, "E1701"), description: description, place: assert.keyPlace)
  }

  private func expression(_ entry: Node.Entry, _ code: String) -> Expression {
    var reader = ExpressionReader(scan, isInCondition: true)
    reader.isInRule = true
    reader.anchor = entry.valuePlace
    if case .scalar(.bool) = entry.value.content, entry.value.tag == nil {
      return reader.expression(entry.value)
    }
    return reader.condition(entry.value, code: code)
  }
}
