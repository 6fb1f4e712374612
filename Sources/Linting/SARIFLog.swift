import Document

/// A log in the Static Analysis Results Interchange Format 2.1.0 (OASIS).
struct SARIFLog {
  private let titles: [String: String]
  private let version: String

  init(rules: [Rule], version: String) {
    titles = Dictionary(rules.map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
    self.version = version
  }

  func value(of diagnostics: [Diagnostic]) -> Value {
    var seen: Set<String> = []
    let ids = diagnostics.map(\.code).filter { seen.insert($0).inserted }
    return [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": driver(ids)], "columnKind": "unicodeCodePoints",
          "results": .list(diagnostics.map { result($0, ids) }),
        ]
      ],
    ]
  }

  private func driver(_ ids: [String]) -> Value {
    var members: [(String, Value)] = [("name", "kiln")]
    if !version.isEmpty { members.append(("version", .string(version))) }
    members.append(("rules", .list(ids.map(rule))))
    return Value(members: members)
  }

  private func rule(_ id: String) -> Value {
    guard let title = titles[id] else { return ["id": .string(id)] }
    return ["id": .string(id), "shortDescription": ["text": .string(title)]]
  }

  private func result(_ item: Diagnostic, _ ids: [String]) -> Value {
    let text = item.message + (item.hint.map { "; \($0)" } ?? "")
    var members: [(String, Value)] = [
      ("ruleId", .string(item.code)), ("ruleIndex", .integer(Int64(ids.firstIndex(of: item.code) ?? 0))),
      ("level", .string(item.severity.rawValue)), ("message", ["text": .string(text)]),
    ]
    if let place = item.place { members.append(("locations", [location(place, nil)])) }
    let related = item.notes.compactMap { note in note.place.map { location($0, note.message) } }
    if !related.isEmpty { members.append(("relatedLocations", .list(related))) }
    return Value(members: members)
  }

  private func location(_ place: Place, _ message: String?) -> Value {
    let region: Value = [
      "startLine": .integer(Int64(place.start.line)), "startColumn": .integer(Int64(place.start.column)),
      "endLine": .integer(Int64(place.end.line)), "endColumn": .integer(Int64(place.end.column)),
    ]
    var members: [(String, Value)] = [
      (
        "physicalLocation",
        ["artifactLocation": ["uri": .string(uri(place.source.name))], "region": region]
      )
    ]
    if let message { members.append(("message", ["text": .string(message)])) }
    return Value(members: members)
  }

  /// A path as a relative reference: what such can't hold is written as codes.
  private func uri(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        || "-._~/@+".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
