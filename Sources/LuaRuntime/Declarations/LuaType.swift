/// What a parameter, a result or a property may be.
///
/// Declared types decide how a value is passed: `data`, `map`, `list` and `options` are copied when the
/// function is
/// called, so that an async function never looks at a table that the script changes meanwhile.
package indirect enum LuaType: Sendable {
  case any, string, integer, number, boolean, function
  /// A table by reference.
  case table
  /// Anything that JSON can say, copied to a `Value`.
  case data
  /// A table with string keys that JSON can say, copied to a `Value`.
  case map
  case list(LuaType)
  /// A table of named options; others are refused, with a suggestion.
  case options([LuaParameter])
  /// An object of the class with this name.
  case object(String)
  case optional(LuaType)
  case union([LuaType])
}

extension LuaType {
  /// The type in words for messages, with its article: `a string`.
  var phrase: String {
    switch self {
    case .any, .data: "a value"
    case .string: "a string"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "a boolean"
    case .function: "a function"
    case .table, .map, .options: "a table"
    case .list: "a list"
    case .object(let name): "a \(name)"
    case .optional(let type): "\(type.phrase) or nil"
    case .union(let types): types.map(\.phrase).joined(separator: " or ")
    }
  }

  /// The type as LuaCATS writes it.
  var annotation: String {
    switch self {
    case .any, .data: "any"
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .function: "function"
    case .table: "table"
    case .map: "table<string, any>"
    case .list(let type): "\(type.annotation)[]"
    case .options(let options):
      "{ "
        + options.map { "\($0.name)\($0.isOptional ? "?" : ""): \($0.bareType.annotation)" }
        .joined(separator: ", ") + " }"
    case .object(let name): name
    case .optional(let type): "\(type.annotation)?"
    case .union(let types): types.map(\.annotation).joined(separator: "|")
    }
  }
}

/// A named parameter, option or result of a function.
package struct LuaParameter: Sendable {
  package let name: String
  package let type: LuaType
  /// One sentence on what it is; may be empty.
  package let summary: String

  package init(_ name: String, _ type: LuaType = .any, _ summary: String = "") {
    self.name = name
    self.type = type
    self.summary = summary
  }

  package var isOptional: Bool {
    switch type {
    case .optional: true
    case .any: true
    default: false
    }
  }

  /// The type without its being optional.
  package var bareType: LuaType { if case .optional(let type) = type { type } else { type } }
}
