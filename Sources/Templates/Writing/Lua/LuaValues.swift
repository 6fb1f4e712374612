import Document
import OrderedCollections

/// Writes the values of a template as Lua: references as variables, functions as calls.
///
/// It works on the tree with functions in their long form. What has no form of its own in Lua stays a table in
/// the template's form, which the composer takes as it is.
struct LuaValues {
  /// Parts of each section by the names with which Lua knows them: `Resources/Web`, `Conditions/Live`.
  var names: LuaNames
  /// The parameters that are lists, which can't be joined by `..`.
  let lists: Set<String>
  let resources: Set<String>

  private static let pseudo = [
    "AWS::StackName": "stack_name", "AWS::StackId": "stack_id", "AWS::Region": "region",
    "AWS::AccountId": "account_id", "AWS::Partition": "partition", "AWS::URLSuffix": "url_suffix",
    "AWS::NotificationARNs": "notification_arns", "AWS::NoValue": "no_value",
  ]

  func code(_ node: Node) -> LuaCode {
    switch node.content {
    case .scalar(let value): return LuaCode(LuaLiteral.scalar(value))
    case .list(let items): return list(items.map(code))
    case .map(let entries):
      if entries.count == 1, let call = function(entries[0]) { return call }
      return LuaCode(table: entries.map { (LuaLiteral.key($0.key), code($0.value)) })
    }
  }

  /// A value in the template's own form.
  func raw(_ node: Node) -> LuaCode {
    switch node.content {
    case .scalar(let value): LuaCode(LuaLiteral.scalar(value))
    case .list(let items): list(items.map(raw))
    case .map(let entries): LuaCode(table: entries.map { (LuaLiteral.key($0.key), raw($0.value)) })
    }
  }

  private func list(_ items: [LuaCode]) -> LuaCode {
    items.isEmpty ? LuaCode("template.list {}") : LuaCode(table: items.map { (nil, $0) })
  }

  // MARK: - References

  func reference(_ name: String) -> LuaCode {
    if let own = Self.pseudo[name] { return LuaCode("template." + own) }
    if let variable = names["Resources/" + name] ?? names["Parameters/" + name] { return LuaCode(variable) }
    return LuaCode(call: "template.ref", [LuaCode(LuaLiteral.quoted(name))])
  }

  private func attribute(_ argument: Node) -> LuaCode? {
    var parts = argument.items ?? []
    if let text = argument.scalar?.string, let dot = text.firstIndex(of: ".") {
      parts = [text[..<dot], text[text.index(after: dot)...]].map {
        Node(.scalar(.string(String($0))), place: argument.place)
      }
    }
    guard parts.count == 2, let resource = parts[0].scalar?.string else { return nil }
    if let variable = names["Resources/" + resource], let name = parts[1].scalar?.string,
      name.unicodeScalars.first?.properties.isUppercase ?? false
    {
      let isName = LuaLiteral.isName(name)
      return LuaCode(variable + (isName ? "." + name : "[" + LuaLiteral.quoted(name) + "]"))
    }
    return LuaCode(call: "template.get_att", [LuaCode(LuaLiteral.quoted(resource)), code(parts[1])])
  }

  // MARK: - Functions

  private func function(_ entry: Node.Entry) -> LuaCode? {
    let argument = entry.value
    switch entry.key {
    case "Ref": return argument.scalar?.string.map(reference)
    case "Fn::GetAtt": return attribute(argument)
    case "Fn::Join": return join(argument)
    case "Fn::Sub": return sub(argument)
    case "Fn::If": return choice(argument)
    case "Fn::Base64": return LuaCode(call: "template.base64", [code(argument)])
    case "Fn::ImportValue":
      return argument.items == nil ? LuaCode(call: "template.import_value", [code(argument)]) : nil
    case "Fn::GetAZs":
      let isOwn = argument.scalar?.string == ""
      return LuaCode(call: "template.get_azs", isOwn ? [] : [code(argument)])
    case "Fn::Split": return call("split", argument, counts: 2...2)
    case "Fn::Select": return call("select", argument, counts: 2...2)
    case "Fn::Cidr": return call("cidr", argument, counts: 2...3)
    case "Fn::FindInMap": return lookup(argument)
    default: return nil
    }
  }

  private func call(_ name: String, _ argument: Node, counts: ClosedRange<Int>) -> LuaCode? {
    guard let items = argument.items, counts.contains(items.count) else { return nil }
    return LuaCode(call: "template." + name, items.map(code))
  }

  private func join(_ argument: Node) -> LuaCode? {
    guard let items = argument.items, items.count == 2, items[0].scalar?.string != nil else { return nil }
    if items[0].scalar == "", let parts = items[1].items, isConcatenation(parts) {
      return LuaCode("..", parts.map(code))
    }
    return LuaCode(call: "template.join", items.map(code))
  }

  /// Whether `..` says the same: what it joins is text, and no two literals, which Lua itself would join, are
  /// neighbours.
  private func isConcatenation(_ parts: [Node]) -> Bool {
    guard (2...8).contains(parts.count) else { return false }
    var wasLiteral = false
    for part in parts {
      if part.scalar?.string != nil {
        if wasLiteral { return false }
        wasLiteral = true
        continue
      }
      wasLiteral = false
      guard let entry = part.entries?.first, part.entries?.count == 1 else { return false }
      switch entry.key {
      case "Ref":
        guard let name = entry.value.scalar?.string, !lists.contains(name), name != "AWS::NotificationARNs"
        else {
          return false
        }
      case "Fn::GetAtt":
        guard let name = entry.value.items?.last?.scalar?.string, !name.contains(".") else { return false }
      default: return false
      }
    }
    return true
  }

  private func sub(_ argument: Node) -> LuaCode? {
    if let text = argument.scalar?.string {
      return LuaCode(call: "template.sub", [LuaCode(LuaLiteral.string(text))])
    }
    guard let items = argument.items, items.count == 2, let text = items[0].scalar?.string,
      let entries = items[1].entries
    else { return nil }
    let values = LuaCode(table: entries.map { (LuaLiteral.key($0.key), code($0.value)) })
    return LuaCode(call: "template.sub", [LuaCode(LuaLiteral.string(text)), values])
  }

  private func choice(_ argument: Node) -> LuaCode? {
    guard let items = argument.items, items.count == 3, let name = items[0].scalar?.string else { return nil }
    guard let variable = names["Conditions/" + name] else {
      return LuaCode(call: "template.if_", [LuaCode(LuaLiteral.quoted(name))] + items.dropFirst().map(code))
    }
    let hasElse = items[2]["Ref"]?.scalar?.string != "AWS::NoValue" || items[2].entries?.count != 1
    return LuaCode(call: variable + ":choose", items[1...(hasElse ? 2 : 1)].map(code))
  }

  private func lookup(_ argument: Node) -> LuaCode? {
    guard var items = argument.items, (3...4).contains(items.count) else { return nil }
    if items.count == 4 {
      guard let fallback = items[3]["DefaultValue"], items[3].entries?.count == 1 else { return nil }
      items[3] = fallback
    }
    if let map = items[0].scalar?.string, let variable = names["Mappings/" + map] {
      return LuaCode(call: variable + ":find", items.dropFirst().map(code))
    }
    return LuaCode(call: "template.find_in_map", items.map(code))
  }

  // MARK: - Conditions

  /// What decides: comparisons as calls, combinations by operators.
  func condition(_ node: Node) -> LuaCode {
    guard let entry = node.entries?.first, node.entries?.count == 1 else { return raw(node) }
    let operands = entry.value.items ?? []
    switch entry.key {
    case "Condition":
      guard let name = entry.value.scalar?.string else { return raw(node) }
      return names["Conditions/" + name].map { LuaCode($0) }
        ?? LuaCode(table: [("Condition", LuaCode(LuaLiteral.quoted(name)))])
    case "Fn::Equals" where operands.count == 2:
      let left = code(operands[0])
      if operands[0]["Ref"] != nil, case .text(let variable) = left.kind {
        return LuaCode(call: variable + ":equals", [code(operands[1])])
      }
      return LuaCode(call: "template.equals", [left, code(operands[1])])
    case "Fn::Not" where operands.count == 1:
      return LuaCode(call: "template.not_", [condition(operands[0])])
    case "Fn::And": return combination("&", "template.and_", entry.key, operands) ?? raw(node)
    case "Fn::Or": return combination("|", "template.or_", entry.key, operands) ?? raw(node)
    default: return raw(node)
    }
  }

  private func combination(_ sign: String, _ function: String, _ key: String, _ operands: [Node]) -> LuaCode?
  {
    guard (2...10).contains(operands.count) else { return nil }
    let codes = operands.map(condition)
    // Operands of the same function would join this one, and tables know no operators.
    if operands.contains(where: { $0[key] != nil }) || codes.contains(where: \.isTable) {
      return LuaCode(call: function, codes)
    }
    return LuaCode(sign, codes)
  }
}
