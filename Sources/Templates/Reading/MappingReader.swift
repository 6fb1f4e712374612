import Document
import OrderedCollections

/// Reads the section Mappings.
struct MappingReader {
  typealias Mapping = OrderedDictionary<String, OrderedDictionary<String, Value>>

  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ section: Node) -> OrderedDictionary<String, Mapping> {
    var result: OrderedDictionary<String, Mapping> = [:]
    for entry in scan.entries(of: section, "Mappings", code: "E7001") ?? [] {
      scan.checkName(entry, "the mapping", code: "E7002")
      var mapping: Mapping = [:]
      for row in scan.entries(of: entry.value, "the mapping `\(entry.key)`", code: "E7001") ?? [] {
        mapping[row.key] = cells(row)
      }
      result[entry.key] = mapping
    }
    return result
  }

  private func cells(_ row: Node.Entry) -> OrderedDictionary<String, Value> {
    var cells: OrderedDictionary<String, Value> = [:]
    for cell in scan.entries(of: row.value, "the key `\(row.key)` of a mapping", code: "E7001") ?? [] {
      if cell.value.tag != nil || cell.value.entries != nil {
        scan.error(
          "E7001", "a mapping's values are texts or lists of texts, found \(cell.value.kind)",
          at: cell.value.place)
      }
      cells[cell.key] = cell.value.items.map { .list($0.map(\.faithful)) } ?? cell.value.faithful
    }
    return cells
  }
}

/// Reads the section Conditions.
struct ConditionReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ section: Node) -> OrderedDictionary<String, Expression> {
    var result: OrderedDictionary<String, Expression> = [:]
    var graph = Graph<String>()
    for entry in scan.entries(of: section, "Conditions", code: "E8001") ?? [] {
      scan.checkName(entry, "the condition", code: "E8001")
      let expression = ExpressionReader(scan, isInCondition: true).condition(entry.value)
      result[entry.key] = expression
      graph.add(entry.key)
      for name in expression.conditionNames { graph.add(entry.key, needs: name) }
    }
    for cycle in graph.cycles {
      let place = section.entry(cycle[0])?.keyPlace ?? section.place
      scan.error("E8007", "conditions need each other: \(cycle.joined(separator: " → "))", at: place)
    }
    return result
  }
}

/// Reads the section Outputs.
struct OutputReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ section: Node) -> OrderedDictionary<String, OutputDefinition> {
    var result: OrderedDictionary<String, OutputDefinition> = [:]
    for entry in scan.entries(of: section, "Outputs", code: "E6001") ?? [] {
      if let output = output(entry) { result[entry.key] = output }
    }
    return result
  }

  private func output(_ entry: Node.Entry) -> OutputDefinition? {
    scan.checkName(entry, "the output", code: "E6001")
    let what = "the output `\(entry.key)`"
    guard let body = scan.entries(of: entry.value, what, code: "E6001") else { return nil }
    scan.check(body, known: ["Value", "Description", "Export", "Condition"], in: what, code: "E6001")
    let reader = ExpressionReader(scan)
    let condition = entry.value["Condition"].flatMap { reader.conditionName($0, code: "E6005") }
    let export = entry.value["Export"].flatMap { export in
      scan.entries(of: export, "Export", code: "E6001").flatMap { entries in
        entries.first { $0.key == "Name" }.map { reader.expression($0.value) }
      }
    }
    let description = entry.value["Description"].flatMap { scan.text(of: $0, "Description", code: "E6001") }
    guard let value = entry.value["Value"] else {
      scan.error("E6002", "\(what) has no Value", at: entry.keyPlace, hint: "add `Value:`")
      return nil
    }
    return OutputDefinition(
      name: entry.key, description: description, value: reader.expression(value), exportName: export,
      condition: condition, place: entry.keyPlace)
  }
}

/// Warns of what is defined but never used.
struct UsageCheck {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func check(_ node: Node) {
    let hasOpaqueParts = node["Transform"] != nil || node["Rules"] != nil
    if !hasOpaqueParts { report(node["Parameters"], "parameter", code: "W2001", used: scan.usedParameters) }
    report(node["Conditions"], "condition", code: "W8001", used: scan.usedConditions)
    if !scan.usesAnyMapping { report(node["Mappings"], "mapping", code: "W7001", used: scan.usedMappings) }
  }

  private func report(_ section: Node?, _ what: String, code: String, used: Set<String>) {
    for entry in section?.entries ?? [] where !used.contains(entry.key) {
      scan.warning(code, "the \(what) `\(entry.key)` isn't used", at: entry.keyPlace)
    }
  }
}
