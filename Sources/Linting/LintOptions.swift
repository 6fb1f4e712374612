package import Document

/// Which rules' matches are shown: ids or their beginnings, as cfn-lint's options take them.
package struct LintOptions: Sendable {
  /// What is shown; an `I` is needed here to see what is informational.
  package var include: [String]
  package var ignore: [String]
  /// What nothing can hide.
  package var mandatory: [String]

  package init(include: [String] = [], ignore: [String] = [], mandatory: [String] = []) {
    self.include = ["E", "W"] + include
    self.ignore = ignore
    self.mandatory = mandatory
  }

  /// Whether matches of a rule are shown.
  ///
  /// An id of kiln's own, which says no letter, goes with its severity's.
  package func includes(_ id: String, _ severity: Diagnostic.Severity) -> Bool {
    if Self.matches(mandatory, id, severity) { return true }
    return Self.matches(include, id, severity) && !Self.matches(ignore, id, severity)
  }

  package func includes(_ item: Diagnostic) -> Bool { includes(item.code, item.severity) }

  func adding(_ other: LintOptions) -> LintOptions {
    LintOptions(
      include: include + other.include, ignore: ignore + other.ignore,
      mandatory: mandatory + other.mandatory)
  }

  static func matches(_ prefixes: [String], _ id: String, _ severity: Diagnostic.Severity) -> Bool {
    prefixes.contains { prefix in
      if id.hasPrefix(prefix) { return true }
      return prefix.count == 1 && id.dropFirst().first?.isNumber != true && prefix == severity.letter
    }
  }
}

extension Diagnostic.Severity {
  /// The letter of rule ids: E, W or I.
  var letter: String {
    switch self {
    case .error: "E"
    case .warning: "W"
    case .note: "I"
    }
  }
}
