import Document
import Linting
import ResourceFacts
import TestSupport
import Testing

/// Holds kiln's linter against what cfn-lint 1.51.0 says of the public templates, by rule and line.
///
/// Every difference stands in `Cases/differences.txt` under its reason; one that isn't there fails.
@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct OracleTests {
  @Test("the rules of the template language agree with cfn-lint's")
  func language() throws {
    let result = try compare("G") { OracleRules.isLanguage($0) }
    #expect(result.share >= 0.985)
    #expect(result.surplus <= 0.015)
  }

  @Test("the rules of resource schemas agree with cfn-lint's")
  func schemas() throws {
    let result = try compare("K") { OracleRules.schema.contains($0) }
    #expect(result.share >= 0.98)
    #expect(result.surplus <= 0.02)
  }

  @Test("the rules of formats and of what functions give agree with cfn-lint's")
  func values() throws {
    let result = try compare("F") { OracleRules.isAboutValues($0) }
    #expect(result.share >= 0.93)
    #expect(result.surplus <= 0.02)
  }

  private func compare(_ name: String, _ isWanted: (String) -> Bool) throws -> OracleComparison {
    let reasons = OracleReasons()
    var result = OracleComparison()
    for (theirs, ours) in try answers(isWanted) {
      result.found += theirs.intersection(ours).count
      for match in theirs.subtracting(ours) { result.add("missing \(match)", reasons) }
      for match in ours.subtracting(theirs) { result.add("extra \(match)", reasons) }
    }
    let gone = reasons.lines(isWanted).subtracting(result.differences)
    print(result.text(name, reasons))
    #expect(result.unexplained == [], "differences without a reason")
    #expect(gone.sorted() == [], "these aren't differences any more: remove them from the list")
    return result
  }

  /// What both say of each template, as `ID path:line`.
  private func answers(_ isWanted: (String) -> Bool) throws -> [(theirs: Set<String>, ours: Set<String>)] {
    let linter = Linter(schemas: try ResourceSchemas(), files: { Corpus.source($0) })
    let rows = try #require(Corpus.source("cfnlint-1.51.0.jsonl")).text.split(separator: "\n")
    return try rows.compactMap { row in
      let row = try Value.json(String(row))
      guard let path = row["path"]?.string, let source = Corpus.source(path) else { return nil }
      let theirs = (row["errors"]?.list ?? []).compactMap { item -> String? in
        guard let id = item["id"]?.string, let line = item["line"]?.integer, isWanted(id) else { return nil }
        return "\(id) \(path):\(line)"
      }
      let ours = linter.lint(source).diagnostics.compactMap { item -> String? in
        isWanted(item.code) ? "\(item.code) \(path):\(item.place?.start.line ?? 1)" : nil
      }
      return (Set(theirs), Set(ours))
    }
  }
}

/// What came of a comparison.
private struct OracleComparison {
  var found = 0
  private(set) var differences: Set<String> = []
  private(set) var unexplained: [String] = []
  private var missing = 0
  private var extra = 0

  /// The part of cfn-lint's matches that kiln has too, without those that differ by design.
  var share: Double { Double(found) / Double(max(1, found + missing)) }
  var surplus: Double { Double(extra) / Double(max(1, found + missing)) }

  mutating func add(_ line: String, _ reasons: OracleReasons) {
    differences.insert(line)
    let reason = reasons.reason(line)
    if reason == nil { unexplained.append(line) }
    if reason?.hasPrefix(OracleReasons.design) == true { return }
    if line.hasPrefix("missing") { missing += 1 } else { extra += 1 }
  }

  func text(_ name: String, _ reasons: OracleReasons) -> String {
    var lines = ["\(name): \(found) found, \(missing) missing, \(extra) extra beside what differs by design"]
    for (reason, items) in Dictionary(grouping: differences, by: { reasons.reason($0) ?? "unexplained" })
      .sorted(by: { $0.key < $1.key })
    {
      lines.append("  \(items.count) × \(reason)")
      lines += items.sorted().map { "    " + $0 }
    }
    return lines.joined(separator: "\n")
  }
}

/// The reasons of the golden file.
private struct OracleReasons {
  /// What a reason starts with that says where kiln means something else.
  static let design = "by design: "

  private let known: [String: String]

  init() {
    var known: [String: String] = [:]
    for example in GoldenCase.all("differences.txt") {
      for line in example.expected.split(separator: "\n") { known[String(line)] = example.name }
    }
    self.known = known
  }

  func reason(_ line: String) -> String? { known[line] }

  /// The lines about rules.
  func lines(_ isWanted: (String) -> Bool) -> Set<String> {
    Set(
      known.keys.filter { line in
        line.split(separator: " ").dropFirst().first.map { isWanted(String($0)) } ?? false
      })
  }
}

/// Which rules are compared, and which differences are meant.
enum OracleRules {
  static let schema: Set<String> = [
    "E3002", "E3003", "E3008", "E3012", "E3014", "E3017", "E3018", "E3020", "E3021", "E3030", "E3031",
    "E3032", "E3033", "E3034", "E3037", "E3040", "E3058", "E1101", "I3037", "W2030", "W2031", "W3034",
    "W3002", "E3019",
  ]

  static func isAboutValues(_ id: String) -> Bool {
    ["E1040", "E1041", "W2506"].contains(id)
      || ["E110", "E115", "E116", "W103"].contains { id.hasPrefix($0) }
        && id != "E1101"
  }

  /// Ids of groups in which some rules are about schemas, formats or one type.
  private static let language: Set<String> = [
    "E1001", "E1002", "E1003", "E1004", "E1005", "E1010", "E1011", "E1015", "E1016", "E1017", "E1018",
    "E1019", "E1020", "E1021", "E1022", "E1024", "E1027", "E1028", "E1029", "E1030", "E1031", "E1032",
    "E1033", "E1050", "E1051", "E1052", "E3001", "E3004", "E3005", "E3006", "E3007", "E3009", "E3010",
    "E3011", "E3015", "E3016", "E3028", "E3035", "E3036", "E3038", "E3043", "E3055", "E5001", "W1001",
    "W1011", "W1019", "W1020", "W1028", "W1053", "W1054", "W1100", "W2001", "W2002", "W2010", "W2501",
    "W3005", "W3011", "W4001", "W4005", "W6001", "W7001", "W8001", "W8003",
  ]

  static func isLanguage(_ id: String) -> Bool {
    if language.contains(id) { return true }
    return ["E0", "E17", "E20", "E29", "E4", "E6", "E7", "E8"].contains { id.hasPrefix($0) }
  }
}
