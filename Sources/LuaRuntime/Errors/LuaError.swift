package import Document

/// What a script, or a call from one, ended with.
package struct LuaError: Error {
  /// What kind of failure it is, as scripts see it in `error.code`.
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(_ name: String) { self.name = name }

    /// The text isn't Lua.
    package static let syntax = Code("syntax")
    /// A script raised a string, a table or another value.
    package static let raised = Code("raised")
    /// A function got an argument of the wrong type.
    package static let badArgument = Code("bad_argument")
    /// An object has no such field.
    package static let unknownField = Code("unknown_field")
    /// A table has no such option.
    package static let unknownOption = Code("unknown_option")
    /// A value has no form as data.
    package static let notData = Code("not_data")
    /// A function that waits was called where Lua can't.
    package static let cannotWait = Code("cannot_wait")
    /// The state's memory limit was reached.
    package static let memory = Code("not_enough_memory")
    /// `Lua.stop` was called.
    package static let stopped = Code("stopped")
    /// The task was cancelled.
    package static let cancelled = Code("cancelled")
    /// A run took longer than it may, or `task.timeout` ran out.
    package static let timeout = Code("timeout")
    /// A channel is closed.
    package static let closed = Code("closed")
    /// A reference to another state was used.
    package static let foreign = Code("foreign_value")
  }

  package let code: Code
  /// A sentence without its place.
  package let message: String
  package var hint: String?
  package var place: Place?
  /// The calls that led there, the innermost first.
  package var frames: [LuaFrame] = []
  /// The error of Swift that the script didn't handle.
  package var cause: (any Error)?
  /// What the script raised.
  package var value: LuaValue = .nil

  package init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.cause = cause
  }

  static func badArgument(
    _ position: Int, _ name: String, _ function: String, _ expected: String, _ got: String
  ) -> LuaError {
    LuaError(
      .badArgument, "bad argument #\(position) '\(name)' to '\(function)': \(expected) expected, got \(got)")
  }

  static func badOption(
    _ name: String, _ function: String, _ expected: String, _ got: String
  ) -> LuaError {
    LuaError(.badArgument, "bad option '\(name)' of '\(function)': \(expected) expected, got \(got)")
  }

  /// The traceback as Lua writes it; empty when nothing is known.
  package var traceback: String {
    frames.isEmpty
      ? "" : "stack traceback:\n" + frames.map { "  \($0)" }.joined(separator: "\n")
  }
}

extension LuaError: CustomStringConvertible {
  package var description: String {
    let text = place.map { "\($0.source.name):\($0.start.line): \(message)" } ?? message
    return text + (hint.map { " (\($0))" } ?? "")
  }
}

extension LuaError: Explainable {
  /// The diagnostics of the cause when it can explain itself, placed on the Lua line when they have no place.
  package var diagnostics: [Diagnostic] {
    guard let cause else { return [Diagnostic(.error, code.name, message, at: place, hint: hint)] }
    guard let explainable = cause as? any Explainable, !explainable.diagnostics.isEmpty else {
      return [Diagnostic(.error, code.name, message, at: place, hint: hint)]
    }
    return explainable.diagnostics.enumerated().map { index, diagnostic in
      index == 0 ? placed(diagnostic) : diagnostic
    }
  }

  private func placed(_ diagnostic: Diagnostic) -> Diagnostic {
    let known = diagnostic.place != nil
    let notes = known ? place.map { [Diagnostic.Note("raised from here", at: $0)] } ?? [] : []
    return Diagnostic(
      diagnostic.severity, diagnostic.code, diagnostic.message, at: diagnostic.place ?? place,
      hint: diagnostic.hint, notes: diagnostic.notes + notes)
  }
}

/// A call on a Lua stack.
package struct LuaFrame: Sendable {
  /// The chunk as messages name it; `[C]` for a function of Swift or C.
  package let source: String
  /// The current line, or nil in a function of Swift or C.
  package let line: Int?
  /// The function's name as its caller knows it.
  package let function: String?
  /// Whether it is a chunk rather than a function.
  package let isMain: Bool
  /// The local variables, in the order in which they were declared.
  package let locals: [LuaField]
}

extension LuaFrame: CustomStringConvertible {
  package var description: String {
    let place = line.map { "\(source):\($0)" } ?? source
    if isMain { return "\(place): in main chunk" }
    return function.map { "\(place): in function '\($0)'" } ?? "\(place): in function"
  }
}
