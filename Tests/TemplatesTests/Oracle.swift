import Document
import TestSupport

/// What cfn-lint 1.51.0 says of each public CloudFormation template.
enum Oracle {
  struct Finding: Hashable, Comparable {
    let id: String
    let line: Int

    static func < (left: Self, right: Self) -> Bool { (left.line, left.id) < (right.line, right.id) }
  }

  struct Verdict {
    let path: String
    let findings: Set<Finding>
    /// What it says of each finding, for the list of differences.
    let messages: [Finding: String]
  }

  static func verdicts() throws -> [Verdict] {
    guard let source = Corpus.source("cfnlint-1.51.0.jsonl") else { return [] }
    return try source.text.split(separator: "\n").map { line in
      let value = try Value.json(String(line))
      var messages: [Finding: String] = [:]
      for error in value["errors"]?.list ?? [] {
        guard let id = error["id"]?.string, let line = error["line"]?.integer else { continue }
        messages[Finding(id: id, line: Int(line))] = error["message"]?.string ?? ""
      }
      return Verdict(
        path: value["path"]?.string ?? "", findings: Set(messages.keys), messages: messages)
    }
  }

  /// Whether reading a template finds what this rule says, without facts of resource types.
  static func isOfReading(_ id: String) -> Bool {
    let formats = ["E1040", "E1041", "E1101", "E1103"]
    if formats.contains(id) || id.hasPrefix("E115") || id.hasPrefix("E116") { return false }
    let prefixes = ["E0", "E1", "E4", "E6", "E7", "E8"]
    let others = [
      "E2001", "E2002", "E2003", "E2010", "E2011", "E2015", "E3001", "E3005", "E3007", "E3010", "E3015",
      "E3016", "E3028", "E3035", "E3036", "E3055", "E5001",
    ]
    return prefixes.contains { id.hasPrefix($0) } || others.contains(id)
  }
}
