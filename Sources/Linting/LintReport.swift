package import Document
package import Templates

/// What a linter says of one template.
package struct LintReport: Sendable {
  /// The template; nil when there is an error in it.
  package let template: Template?
  /// What is wrong or doubtful, in the order of the places.
  package let diagnostics: [Diagnostic]
  /// How much more there was that options or the template's metadata hide.
  package let suppressed: Int

  package init(template: Template?, diagnostics: [Diagnostic], suppressed: Int = 0) {
    self.template = template
    self.diagnostics = diagnostics
    self.suppressed = suppressed
  }

  /// cfn-lint's exit code: 2 for errors, 4 for warnings, 8 for what is informational, added up; 0 for none.
  package var exitCode: Int32 { Self.exitCode(of: diagnostics) }

  /// The exit code for the diagnostics of several templates.
  package static func exitCode(of diagnostics: some Sequence<Diagnostic>) -> Int32 {
    diagnostics.reduce(0) { code, item in
      switch item.severity {
      case .error: code | 2
      case .warning: code | 4
      case .note: code | 8
      }
    }
  }
}
