import Document
import OrderedCollections

/// A list of rules, for people or for programs.
package enum RuleTable {
  /// One line a rule: id, severity, title.
  package static func text(_ rules: [RuleSummary]) -> String {
    let width = rules.map(\.id.count).max() ?? 0
    return rules.map { rule in
      pad(rule.id, width) + "  " + pad(rule.severity.rawValue, 7) + "  " + rule.title
    }.joined(separator: "\n")
  }

  package static func json(_ rules: [RuleSummary]) -> String {
    Value.list(
      rules.map { rule in
        [
          "id": .string(rule.id), "severity": .string(rule.severity.rawValue),
          "title": .string(rule.title),
        ]
      }
    ).jsonText()
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
