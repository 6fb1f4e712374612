import Document
import OrderedCollections

/// Reads the section Conditions.
struct ConditionReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ section: Node) -> OrderedDictionary<String, Expression> {
    var result: OrderedDictionary<String, Expression> = [:]
    var graph = Graph<String>()
    for entry in scan.entries(of: section, "Conditions", code: "E1001") ?? [] {
      checkName(entry)
      if entry.value.tag == nil, entry.value.scalar?.isNull == true {
        scan.error("E1001", "the condition `\(entry.key)` has no value", at: entry.keyPlace)
      }
      var reader = ExpressionReader(scan, isInCondition: true)
      reader.anchor = entry.keyPlace
      let expression = reader.condition(entry.value)
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

  /// Names of conditions may have `&` and `_` too, and up to 255 characters.
  private func checkName(_ entry: Node.Entry) {
    let isPlain = entry.key.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x26 || $0 == 0x5F
    }
    if isPlain, !entry.key.isEmpty, entry.key.utf8.count <= 255 { return }
    scan.warning(
      "E8001", "the condition `\(entry.key)` has a name that AWS refuses", at: entry.keyPlace,
      hint: "use letters and digits only")
  }
}
