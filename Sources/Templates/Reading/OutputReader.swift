import Document
import OrderedCollections

/// Reads the section Outputs.
struct OutputReader {
  private static let keys = ["Value", "Description", "Export", "Condition"]

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
    guard let body = scan.entries(of: entry.value, what, code: "E6003", at: entry.valuePlace) else {
      return nil
    }
    scan.check(body, known: Self.keys, in: what, code: "E6001")
    let condition = body.first { $0.key == "Condition" }.flatMap { part in
      scan.text(of: part.value, "Condition", code: "E6003", at: part.valuePlace).flatMap { _ in
        ExpressionReader(scan).conditionName(part.value, code: "E6005", at: part.valuePlace)
      }
    }
    let description = body.first { $0.key == "Description" }.flatMap {
      scan.text(of: $0.value, "Description", code: "E6003", at: $0.valuePlace)
    }
    let export = body.first { $0.key == "Export" }.flatMap(exportName)
    guard let value = body.first(where: { $0.key == "Value" }) else {
      scan.error("E6002", "\(what) has no Value", at: entry.keyPlace, hint: "add `Value:`")
      return nil
    }
    return OutputDefinition(
      name: entry.key, description: description, value: expression(value, "E6101"), exportName: export,
      condition: condition, place: entry.keyPlace)
  }

  private func exportName(_ export: Node.Entry) -> Expression? {
    guard let entries = scan.entries(of: export.value, "Export", code: "E6003", at: export.valuePlace) else {
      return nil
    }
    scan.check(entries, known: ["Name"], in: "Export", code: "E6001")
    guard let name = entries.first(where: { $0.key == "Name" }) else {
      scan.error("E6002", "Export has no Name", at: export.keyPlace, hint: "add `Name:`")
      return nil
    }
    return expression(name, "E6102")
  }

  private func expression(_ entry: Node.Entry, _ code: String) -> Expression {
    var reader = ExpressionReader(scan)
    reader.outer = code
    reader.referenceCode = code
    reader.slot = .output
    reader.anchor = entry.valuePlace
    return reader.expression(entry.value)
  }
}
