import Document
import OrderedCollections

/// Reads values with HOT's functions in them.
struct HOTExpressionReader {
  let hot: HOTScan
  let types: HOTTypes
  /// Whether this is a condition, which has functions of its own and knows no resource.
  let isInCondition: Bool
  var scan: TemplateScan { hot.scan }

  init(_ hot: HOTScan, _ types: HOTTypes, isInCondition: Bool = false) {
    self.hot = hot
    self.types = types
    self.isInCondition = isInCondition
  }

  func expression(_ node: Node) -> Expression {
    if let tag = node.tag {
      scan.error(
        "E1001", "HOT has no short tags such as `!\(tag)`", at: node.place,
        hint: "write the function as a map of one key")
      return Expression(.literal(.null), at: node.place)
    }
    switch node.content {
    case .scalar: return Expression(.literal(node.faithful), at: node.place)
    case .list(let items): return Expression(.list(items.map(expression)), at: node.place)
    case .map(let entries):
      if entries.count == 1, isCall(entries[0]) { return call(entries[0], node) }
      return Expression(.map(entries.map { ($0.key, expression($0.value)) }), at: node.place)
    }
  }

  /// Whether a map's one entry calls a function; says so when it only could in another version.
  private func isCall(_ entry: Node.Entry) -> Bool {
    let table = isInCondition ? HOTVersion.conditionFunctions : HOTVersion.functions
    if let span = table[entry.key] ?? HOTVersion.functions[entry.key] {
      if span.contains(hot.version), table[entry.key] != nil { return true }
      if isInCondition, table[entry.key] == nil {
        scan.error(
          "E8001", "`\(entry.key)` can't stand in a condition", at: entry.keyPlace,
          hint: "conditions have \(table.keys.sorted().joined(separator: ", "))")
      } else if span.removed != nil || HOTFunctionForm.fits(entry) {
        reportVersion(entry, span)
      }
      return false
    }
    warnOfMisspelling(entry)
    return false
  }

  private func reportVersion(_ entry: Node.Entry, _ span: HOTVersion.Span) {
    if let removed = span.removed, hot.version >= removed {
      scan.error(
        "hot_version", "`\(entry.key)` was taken out with \(removed.words)", at: entry.keyPlace,
        hint: span.successor.map { "use \($0)" })
    } else {
      scan.error(
        "hot_version", "`\(entry.key)` came with \(span.first.words), this template is \(hot.version.words)",
        at: entry.keyPlace, hint: "write `heat_template_version: \(span.first.rawValue)` or later")
    }
  }

  /// What Heat silently takes as data is likely meant as a function when it looks like one.
  private func warnOfMisspelling(_ entry: Node.Entry) {
    if entry.key.hasPrefix("Fn::") {
      scan.error(
        "unknown_function", "HOT has no function `\(entry.key)`", at: entry.keyPlace,
        hint: Self.counterparts[entry.key].map { "use \($0)" })
      return
    }
    guard ["get_", "str_", "list_", "map_"].contains(where: entry.key.hasPrefix) else { return }
    guard let hint = scan.suggestion(entry.key, HOTVersion.functions.keys.sorted()) else { return }
    scan.warning(
      "unknown_function", "there is no function `\(entry.key)`; it is taken as data", at: entry.keyPlace,
      hint: hint)
  }

  private static let counterparts = [
    "Fn::Sub": "str_replace", "Fn::GetAtt": "get_attr", "Fn::If": "if", "Fn::Join": "list_join",
    "Fn::Split": "str_split", "Fn::FindInMap": "a parameter of type json and get_param with a path",
    "Fn::Equals": "equals", "Fn::And": "and", "Fn::Or": "or", "Fn::Not": "not",
  ]

  // MARK: - Conditions

  /// Reads something that must be true or false: a name, a boolean or a function.
  func condition(_ node: Node, code: String) -> Expression {
    let reader = HOTExpressionReader(hot, types, isInCondition: true)
    if case .bool? = node.scalar, node.tag == nil { return reader.expression(node) }
    if let name = node.scalar?.string { return reader.named(name, node, code) }
    let problems = scan.diagnostics.count
    let result = reader.expression(node)
    switch result.kind {
    case .function, .parameter: return result
    default:
      if scan.diagnostics.count == problems {
        scan.error(
          code, "a condition must be a name, a boolean or a function, found \(node.kind)", at: node.place,
          hint: "functions are \(HOTVersion.conditionFunctions.keys.sorted().joined(separator: ", "))")
      }
      return Expression(.literal(.bool(false)), at: node.place)
    }
  }

  private func named(_ name: String, _ node: Node, _ code: String) -> Expression {
    scan.usedConditions.insert(name)
    if !scan.conditionNames.contains(name) {
      scan.error(
        code, "there is no condition `\(name)`", at: node.place,
        hint: scan.suggestion(name, scan.conditionNames))
    }
    return Expression(.function(.condition(name)), at: node.place)
  }

  /// The name of a condition; one that has none gets one.
  func conditionName(_ node: Node, code: String) -> String? {
    hot.name(for: condition(node, code: code))
  }
}

/// The forms of arguments, to tell a function that a version lacks from data of the same name.
enum HOTFunctionForm {
  static func fits(_ entry: Node.Entry) -> Bool {
    let node = entry.value
    switch entry.key {
    case "repeat": return node["template"] != nil && node["for_each"] != nil
    case "str_replace_strict", "str_replace_vstrict": return node["template"] != nil
    case "yaql": return node["expression"] != nil
    case "if": return (2...3).contains(node.items?.count ?? 0)
    case "digest", "filter", "contains", "map_replace": return node.items?.count == 2
    case "make_url": return node.entries != nil
    default: return node.items != nil
    }
  }
}
