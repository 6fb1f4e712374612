import Document
import Linting
import ResourceFacts
import TestSupport
import Testing

/// Holds kiln's linter against what cfn-lint 1.51.0 says of the public templates, by rule and line.
@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct OracleTests {
  /// A rule broken at a line.
  private struct Match: Hashable {
    let path: String
    let id: String
    let line: Int
  }

  private struct Comparison {
    var found = 0
    var missing: [Match] = []
    var extra: [Match] = []
    var excused: [String: Int] = [:]

    var share: Double { Double(found) / Double(max(1, found + missing.count)) }
    var surplus: Double { Double(extra.count) / Double(max(1, found + missing.count)) }
  }

  @Test("the rules of the template language agree with cfn-lint's")
  func language() throws {
    let result = try compare { OracleRules.isLanguage($0) }
    show(result, "G")
    #expect(result.share >= 0.985)
    #expect(result.surplus <= 0.012)
  }

  @Test("the rules of resource schemas agree with cfn-lint's")
  func schemas() throws {
    let result = try compare { OracleRules.schema.contains($0) }
    show(result, "K")
    #expect(result.share >= 0.98)
    #expect(result.surplus <= 0.02)
  }

  private func compare(_ isWanted: (String) -> Bool) throws -> Comparison {
    let facts = try ResourceSchemas()
    let linter = Linter(schemas: facts, files: { Corpus.source($0) })
    var result = Comparison()
    for row in try rows() {
      guard let path = row["path"]?.string, let source = Corpus.source(path) else { continue }
      let theirs = Set(matches(row, path).filter { isWanted($0.id) })
      let ours = Set(
        linter.lint(source).diagnostics.compactMap { item -> Match? in
          guard isWanted(item.code) else { return nil }
          return Match(path: path, id: item.code, line: item.place?.start.line ?? 1)
        })
      let reasons = OracleReasons(source, facts)
      result.found += theirs.intersection(ours).count
      for match in theirs.subtracting(ours) {
        if let reason = reasons.missing(match.id, match.line) {
          result.excused[reason, default: 0] += 1
        } else {
          result.missing.append(match)
        }
      }
      for match in ours.subtracting(theirs) {
        if let reason = reasons.extra(match.id, match.line) {
          result.excused[reason, default: 0] += 1
        } else {
          result.extra.append(match)
        }
      }
    }
    return result
  }

  private func rows() throws -> [Value] {
    try #require(Corpus.source("cfnlint-1.51.0.jsonl")).text.split(separator: "\n").map {
      try Value.json(String($0))
    }
  }

  private func matches(_ row: Value, _ path: String) -> [Match] {
    (row["errors"]?.list ?? []).compactMap { item in
      guard let id = item["id"]?.string, let line = item["line"]?.integer else { return nil }
      return Match(path: path, id: id, line: Int(line))
    }
  }

  /// What a difference that counts comes from, where that can be seen.
  private static func reason(_ match: Match, _ others: [Match]) -> String {
    if others.contains(where: { $0.path == match.path && $0.id == match.id }) {
      return ": the other side says it at another line of the same value"
    }
    let text = Corpus.source(match.path)?.text ?? ""
    return text.contains("AWS::Serverless") ? ": about what the SAM transform makes" : ""
  }

  private func show(_ result: Comparison, _ name: String) {
    print("\(name): \(result.found) found, \(result.missing.count) missing, \(result.extra.count) extra")
    for (reason, count) in result.excused.sorted(by: { $0.key < $1.key }) { print("  \(count) × \(reason)") }
    for (label, matches) in [("missing", result.missing), ("extra", result.extra)] {
      for match in matches.sorted(by: { ($0.id, $0.path, $0.line) < ($1.id, $1.path, $1.line) }) {
        let others = label == "missing" ? result.extra : result.missing
        print("  \(label) \(match.id) \(match.path):\(match.line)\(Self.reason(match, others))")
      }
    }
  }
}

/// Which rules are compared, and which differences are meant.
enum OracleRules {
  static let schema: Set<String> = [
    "E3002", "E3003", "E3008", "E3012", "E3014", "E3017", "E3018", "E3020", "E3021", "E3030", "E3031",
    "E3032", "E3033", "E3034", "E3037", "E3040", "E3058", "E1101", "I3037", "W2030", "W2031", "W3034",
  ]

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

/// Why kiln says something else than cfn-lint of one template, where that is meant.
private struct OracleReasons {
  private let source: Source
  private let facts: ResourceSchemas
  /// Where resources start, and their types.
  private let resources: [(line: Int, type: String)]

  init(_ source: Source, _ facts: ResourceSchemas) {
    self.source = source
    self.facts = facts
    let document = try? DocumentReader.any(source)
    resources = (document?["Resources"]?.entries ?? []).map {
      ($0.keyPlace.start.line, $0.value["Type"]?.scalar?.string ?? "")
    }
  }

  /// Why kiln doesn't say it.
  func missing(_ id: String, _ line: Int) -> String? {
    let type = type(line)
    if id == "E3006", facts[type] != nil { return "the type is known here: Heat has it, or 2012 had" }
    if OracleRules.schema.contains(id), facts.launched(type) != nil {
      return "Heat takes it, and kiln launches the type by Heat's view"
    }
    if ["E1021", "E6101"].contains(id), source.line(line + 1).contains("Fn::Replace") {
      return "Fn::Replace is a function of Heat's that kiln has"
    }
    return nil
  }

  /// Why only kiln says it.
  func extra(_ id: String, _ line: Int) -> String? {
    let type = type(line)
    if OracleRules.schema.contains(id), !type.hasPrefix("AWS::"), facts[type] != nil {
      return "cfn-lint doesn't know Heat's types"
    }
    return nil
  }

  /// The type of the resource that a line is in.
  private func type(_ line: Int) -> String { resources.last { $0.line <= line }?.type ?? "" }
}
