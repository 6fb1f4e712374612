/// Something to tell a person about what they wrote or asked for: what, where, why, and what to do.
///
/// A diagnostic is a value until it is shown; `rendered` is the one place that turns it into text.
package struct Diagnostic: Error, Sendable {
  package enum Severity: String, Sendable, Comparable {
    case error, warning, note

    package static func < (left: Self, right: Self) -> Bool {
      func rank(_ severity: Self) -> Int { severity == .error ? 0 : severity == .warning ? 1 : 2 }
      return rank(left) < rank(right)
    }
  }

  /// Another place that has to do with it, such as where a name was first given.
  package struct Note: Sendable {
    package let message: String
    package let place: Place?

    package init(_ message: String, at place: Place? = nil) {
      self.message = message
      self.place = place
    }
  }

  package let severity: Severity
  /// A stable name in lower snake case, such as `unknown_function`, or a rule id such as `E1012`.
  package let code: String
  /// A sentence in lower case without full stop: what is wrong.
  package let message: String
  package let place: Place?
  /// A sentence that says what to do.
  package let hint: String?
  package let notes: [Note]

  package init(
    _ severity: Severity, _ code: String, _ message: String, at place: Place? = nil,
    hint: String? = nil,
    notes: [Note] = []
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.place = place
    self.hint = hint
    self.notes = notes
  }

  /// An error.
  package init(
    _ code: String, _ message: String, at place: Place? = nil, hint: String? = nil, notes: [Note] = []
  ) {
    self.init(.error, code, message, at: place, hint: hint, notes: notes)
  }
}

/// All that is wrong with one input, at once.
package struct Diagnostics: Error, Sendable {
  package let items: [Diagnostic]

  package init(_ items: [Diagnostic]) { self.items = items }
  package init(_ item: Diagnostic) { items = [item] }

  package var hasErrors: Bool { items.contains { $0.severity == .error } }
}

/// An error that can say itself to a person.
///
/// Every module's error type conforms; the shell shows nothing else.
package protocol Explainable: Error {
  /// The error as diagnostics, the most important first.
  var diagnostics: [Diagnostic] { get }
}

extension Diagnostic: Explainable {
  package var diagnostics: [Diagnostic] { [self] }
}

extension Diagnostics: Explainable {
  package var diagnostics: [Diagnostic] { items }
}
