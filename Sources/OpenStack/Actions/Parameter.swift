/// What an action, or a new resource, may be given.
package struct Parameter: Sendable {
  package enum Form: Sendable {
    case text, integer, number, boolean
    /// A map, a list, or any of them.
    case map, list, any
    /// The path of a file on this machine.
    case file
    /// A function that is told how much of a file has been moved.
    case progress
    /// A resource by its name or id, which is sent as its id.
    case named(@Sendable () -> ResourceKind)
    /// Several of them.
    case allNamed(@Sendable () -> ResourceKind)
  }

  package let name: String
  /// The name that the API has for it.
  let field: String
  package let form: Form
  package var isRequired = true
  /// What it is, in a sentence.
  package let summary: String
  /// The only texts that it may be.
  package var choices: [String] = []

  private init(_ name: String, _ form: Form, _ summary: String, as field: String?) {
    self.name = name
    self.form = form
    self.summary = summary
    self.field = field ?? name
  }

  package static func text(_ name: String, _ summary: String, as field: String? = nil) -> Self {
    Self(name, .text, summary, as: field)
  }

  package static func integer(_ name: String, _ summary: String, as field: String? = nil) -> Self {
    Self(name, .integer, summary, as: field)
  }

  package static func number(_ name: String, _ summary: String) -> Self {
    Self(name, .number, summary, as: nil)
  }

  package static func boolean(_ name: String, _ summary: String, as field: String? = nil) -> Self {
    Self(name, .boolean, summary, as: field)
  }

  package static func map(_ name: String, _ summary: String, as field: String? = nil) -> Self {
    Self(name, .map, summary, as: field)
  }

  package static func list(_ name: String, _ summary: String, as field: String? = nil) -> Self {
    Self(name, .list, summary, as: field)
  }

  package static func any(_ name: String, _ summary: String, as field: String? = nil) -> Self {
    Self(name, .any, summary, as: field)
  }

  package static func file(_ name: String, _ summary: String) -> Self { Self(name, .file, summary, as: nil) }

  package static let progress = Self(
    "progress", .progress, "Is called with the bytes moved and, where known, their total.", as: nil
  ).optional

  /// One of a kind, given by name or id.
  package static func named(
    _ name: String, _ kind: @escaping @autoclosure @Sendable () -> ResourceKind, _ summary: String,
    as field: String? = nil
  ) -> Self { Self(name, .named(kind), summary, as: field) }

  package static func allNamed(
    _ name: String, _ kind: @escaping @autoclosure @Sendable () -> ResourceKind, _ summary: String,
    as field: String? = nil
  ) -> Self { Self(name, .allNamed(kind), summary, as: field) }

  package var optional: Self {
    var parameter = self
    parameter.isRequired = false
    return parameter
  }

  package func among(_ choices: String...) -> Self {
    var parameter = self
    parameter.choices = choices
    return parameter
  }
}
