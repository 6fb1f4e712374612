package import Templates

/// What makes a stack's template say what the cloud has; nothing in the cloud is changed.
package struct Acceptance: Sendable {
  /// The template, with its text as the stack gets it.
  package let template: Template
  /// The parameters whose values change with it, where a property was nothing but a parameter.
  package let parameters: [String]
  /// What is accepted.
  package let drift: [ResourceDrift]
  /// Takes note of it; what it runs does nothing else.
  package let plan: Plan

  package var isEmpty: Bool { drift.isEmpty }
}
