package import Document

/// A rule as a list of rules shows it.
package struct RuleSummary: Sendable, Hashable {
  package let id: String
  package let severity: Diagnostic.Severity
  package let title: String
}

extension Linter {
  /// All that can be said of a template: the linter's rules, each further id of theirs, and what reading finds.
  package var summaries: [RuleSummary] {
    var result: [String: RuleSummary] = [:]
    for (id, title) in RuleTitles.all {
      let severity = Rule.severity(ofID: id) ?? .error
      result[id] = RuleSummary(id: id, severity: severity, title: title)
    }
    for rule in rules {
      for id in rule.others where result[id] == nil {
        let severity = Rule.severity(ofID: id) ?? rule.severity
        result[id] = RuleSummary(id: id, severity: severity, title: rule.title)
      }
      if result[rule.id] == nil || rule.others.isEmpty {
        result[rule.id] = RuleSummary(id: rule.id, severity: rule.severity, title: rule.title)
      }
    }
    return result.values.sorted { $0.id < $1.id }
  }
}
