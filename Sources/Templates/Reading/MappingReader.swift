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
      scan.checkName(entry, "the mapping", code: "E7001")
      let rows = scan.entries(
        of: entry.value, "the mapping `\(entry.key)`", code: "E7001", at: entry.valuePlace)
      guard let rows else { continue }
      if rows.isEmpty {
        scan.warning("E7001", "the mapping `\(entry.key)` has nothing in it", at: entry.keyPlace)
      }
      var mapping: Mapping = [:]
      for row in rows { mapping[row.key] = cells(row) }
      result[entry.key] = mapping
    }
    return result
  }

  private func cells(_ row: Node.Entry) -> OrderedDictionary<String, Value> {
    var cells: OrderedDictionary<String, Value> = [:]
    checkKey(row, "the key", allows: ".-")
    let what = "the key `\(row.key)` of a mapping"
    guard let entries = scan.entries(of: row.value, what, code: "E7001", at: row.valuePlace) else {
      return [:]
    }
    if entries.isEmpty { scan.warning("E7001", "\(what) has nothing in it", at: row.keyPlace) }
    for cell in entries {
      checkKey(cell, "the second key", allows: "")
      if cell.value.tag != nil || cell.value.entries != nil {
        scan.error(
          "E7001", "a mapping's values are texts or lists of texts, found \(cell.value.kind)",
          at: cell.valuePlace)
      }
      cells[cell.key] = cell.value.items.map { .list($0.map(\.faithful)) } ?? cell.value.faithful
    }
    return cells
  }

  /// AWS takes letters and digits in a mapping's keys, in first keys points and hyphens too.
  private func checkKey(_ entry: Node.Entry, _ what: String, allows others: String) {
    let isPlain = entry.key.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || others.utf8.contains(byte)
    }
    if isPlain, !entry.key.isEmpty { return }
    scan.warning(
      "E7001", "\(what) `\(entry.key)` of a mapping is one that AWS refuses", at: entry.keyPlace,
      hint: "use letters and digits only")
  }
}

/// Warns of what is defined but never used.
struct UsageCheck {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func check(_ node: Node) {
    let hasOpaqueParts = !scan.openTransforms.isEmpty
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
