import Document
import LuaRuntime

/// How much a message matters.
package enum LogLevel: String, Sendable, CaseIterable {
  case debug, info, warning, error
}

extension LuaModule {
  /// `kiln.log`: messages for people, apart from a script's output.
  static func log(_ write: @escaping @Sendable (LogLevel, String) -> Void) -> LuaModule {
    LuaModule(
      name: "kiln.log", summary: "Tells people what a script does, apart from its output.",
      members: LogLevel.allCases.map { level in
        Function(
          level.rawValue, "Writes a message of the level \(level.rawValue).",
          [LuaParameter("format", .string, "As in `string.format`.")], variadic: true
        ) { arguments in
          write(level, try formatted(arguments("format"), Array(arguments.rest)))
          return []
        }.member
      })
  }
}

/// Fills the `%s` and `%d` of a format, in order; `%%` is a percent sign.
private func formatted(_ format: String, _ values: [LuaValue]) throws -> String {
  var text = ""
  var rest = format[...]
  var next = values[...]
  while let percent = rest.firstIndex(of: "%") {
    text += rest[..<percent]
    let letter = rest[rest.index(after: percent)...].first
    rest = rest[percent...].dropFirst(2)
    switch letter {
    case "%": text += "%"
    case "s", "d", "f", "g":
      guard let value = next.popFirst() else {
        throw LuaError(.badArgument, "the format has more places than there are values")
      }
      text += value.data?.scalarText ?? value.string ?? value.kind
    default: throw LuaError(.badArgument, "the format has '%\(letter.map(String.init) ?? "")'", hint: "use %s")
    }
  }
  return text + rest
}
