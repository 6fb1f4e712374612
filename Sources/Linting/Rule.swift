package import Document

/// Something that can be wrong or doubtful in a template, and how to see it.
package final class Rule: Sendable {
  /// What a rule is called for: once for the template, or once for each of such parts.
  package enum Subject: Sendable, CaseIterable {
    case template, parameter, mapping, condition, resource, output
    /// Each call of a function, wherever it stands.
    case call
  }

  /// cfn-lint's id where the rule is the same, else a name of its own in lower snake case.
  package let id: String
  package let severity: Diagnostic.Severity
  /// A short sentence that says what it looks for.
  package let title: String
  package let subject: Subject
  /// The functions whose calls it is called for; empty for all.
  let functions: [String]
  /// Further ids under which its check reports.
  let others: [String]
  /// Whether it finds more under an id that reading also finds something under.
  let isMore: Bool
  /// Whether it works on Heat's own language too.
  let knowsHeat: Bool
  let check: @Sendable (RuleContext) -> Void

  /// A rule whose check is called with the whole template, or with each part of one kind.
  package convenience init(
    id: String, severity: Diagnostic.Severity, title: String, subject: Subject = .template,
    check: @escaping @Sendable (RuleContext) -> Void
  ) {
    self.init(id, severity, title, subject, knowsHeat: true, check: check)
  }

  init(
    _ id: String, _ severity: Diagnostic.Severity, _ title: String, _ subject: Subject,
    of functions: [String] = [], others: [String] = [], isMore: Bool = false,
    knowsHeat: Bool = false,
    check: @escaping @Sendable (RuleContext) -> Void
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.subject = subject
    self.functions = functions
    self.others = others
    self.isMore = isMore
    self.knowsHeat = knowsHeat
    self.check = check
  }

  /// Ids of kiln's own that aren't as severe as the rule that reports under them.
  private static let own: [String: Diagnostic.Severity] = [
    "ignored_property": .note, "removed_type": .warning,
  ]

  /// The severity that a rule id says by its letter, E, W or I, or that an id of kiln's own has.
  static func severity(ofID id: String) -> Diagnostic.Severity? {
    guard id.dropFirst().first?.isNumber == true else { return own[id] }
    switch id.first {
    case "E": return .error
    case "W": return .warning
    case "I": return .note
    default: return nil
    }
  }
}
