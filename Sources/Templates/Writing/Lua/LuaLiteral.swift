import Document

/// Names and scalars as Lua writes them.
enum LuaLiteral {
  private static let keywords: Set<String> = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
    "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  ]

  /// Whether a text can be a name in Lua.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isNameStart, !keywords.contains(text) else { return false }
    return text.utf8.allSatisfy { $0.isNameStart || (0x30...0x39).contains($0) }
  }

  /// The key of a table's field: `Name`, or `["a name"]`.
  static func key(_ text: String) -> String { isName(text) ? text : "[" + quoted(text) + "]" }

  /// A logical ID as a local variable is called: `WebServer` is `web_server`.
  static func variable(_ name: String) -> String {
    var result = ""
    var wasLower = false
    let letters = Array(name.unicodeScalars)
    for (index, letter) in letters.enumerated() {
      guard letter.isASCII, letter.properties.isAlphabetic || ("0"..."9").contains(letter) else {
        if !result.hasSuffix("_") { result += "_" }
        wasLower = false
        continue
      }
      let isUpper = letter.properties.isUppercase
      let startsWord =
        isUpper && index + 1 < letters.count && letters[index + 1].properties.isLowercase && index > 0
      if isUpper && (wasLower || startsWord), !result.isEmpty, !result.hasSuffix("_") { result += "_" }
      result += letter.properties.lowercaseMapping
      wasLower = !isUpper
    }
    if result.first.map({ $0.isNumber }) ?? true { result = "_" + result }
    return keywords.contains(result) ? result + "_" : result
  }

  static func scalar(_ value: Value) -> String {
    switch value {
    case .bool(let truth): truth ? "true" : "false"
    case .integer(.min): "math.mininteger"
    case .integer(let number): String(number)
    case .number(let number): number.isFinite ? String(number) : number < 0 ? "-math.huge" : "math.huge"
    case .string(let text): string(text)
    case .null, .list, .map: "template.null"
    }
  }

  /// A text in quotes, or between long brackets when it has several lines.
  static func string(_ text: String) -> String {
    let lines = text.utf8.count { $0 == 0x0A }
    let isPlain = !text.utf8.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 }
    guard lines > 1, isPlain else { return quoted(text) }
    var level = ""
    while text.contains("]" + level + "]") || text.hasSuffix("]" + level) { level += "=" }
    return "[" + level + "[\n" + text + "]" + level + "]"
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7F}":
        result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension UInt8 {
  fileprivate var isNameStart: Bool {
    (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == UInt8(ascii: "_")
  }
}
