package import Document

/// A value as a person is shown it: a copy, as deep and as long as anyone reads.
package indirect enum Shown: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    /// The key as Lua writes it.
    package var key: String
    package var value: Shown

    package init(_ key: String, _ value: Shown) {
      self.key = key
      self.value = value
    }
  }

  /// A scalar as Lua writes it, or words about what has no such form.
  case text(String, Style?)
  /// `more` are the entries that were left out.
  case table(items: [Shown], fields: [Field], more: Int)
  /// A thing and the facts about it that matter; `more` are those that aren't shown.
  case card(String, [Field], more: Int)

  package static func string(_ text: String) -> Shown { .text(quoted(text), .string) }

  /// A text in Lua's quotes.
  package static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.properties.generalCategory == .control:
        quoted += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A key as it stands before `=` in a table.
  package static func key(_ name: String) -> String { name.isLuaName ? name : "[\(quoted(name))]" }

  package init(_ value: Value) {
    switch value {
    case .list(let items): self = .table(items: items.map { Shown($0) }, fields: [], more: 0)
    case .map(let members):
      self = .table(items: [], fields: members.map { Field(Self.key($0), Shown($1)) }, more: 0)
    case .string(let text): self = .string(text)
    case .null: self = .text("null", .faint)
    case .bool, .integer, .number: self = .text(value.jsonText(), .number)
    }
  }
}
