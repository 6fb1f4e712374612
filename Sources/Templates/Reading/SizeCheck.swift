import Document

/// Says where a template is larger than AWS takes; kiln has no such limits.
struct SizeCheck {
  private static let bytes = 1_000_000
  private static let names = 255

  let scan: TemplateScan

  func check(_ node: Node, _ source: Source) {
    if source.text.utf8.count > Self.bytes {
      scan.warning(
        "E1002", "the template has \(source.text.utf8.count) bytes, AWS takes \(Self.bytes)",
        at: node.place.atStart)
    }
    section(node, "Parameters", 200, count: "E2010", name: "E2011")
    section(node, "Resources", 500, count: "E3010", name: "E3006")
    section(node, "Outputs", 200, count: "E6010", name: "E6011")
    section(node, "Mappings", 200, count: "E7010", name: "E7002")
    for mapping in node["Mappings"]?.entries ?? [] {
      for row in mapping.value.entries ?? [] {
        if let count = row.value.entries?.count, count > 200 {
          scan.warning("E7010", "`\(row.key)` has \(count) keys, AWS takes 200", at: row.keyPlace)
        }
      }
    }
  }

  private func section(_ node: Node, _ key: String, _ limit: Int, count: String, name: String) {
    guard let section = node.entry(key), let entries = section.value.entries else { return }
    if entries.count > limit {
      scan.warning(count, "\(key) has \(entries.count) entries, AWS takes \(limit)", at: section.keyPlace)
    }
    for entry in entries where entry.key.utf8.count > Self.names {
      scan.warning(
        name, "the name has \(entry.key.utf8.count) characters, AWS takes \(Self.names)", at: entry.keyPlace)
    }
  }
}
