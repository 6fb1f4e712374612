/// Chooses how a text is written in YAML so that every reader takes it as that text.
enum YAMLQuoting {
  static func key(_ text: String) -> String { scalar(text) }

  /// A text on one line: plain where that is safe, else quoted.
  static func scalar(_ text: String) -> String { isSafePlain(text) ? text : quoted(text) }

  /// A number with a point and, where it has one, a signed exponent, as YAML 1.1 wants them.
  static func number(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    let text = String(number)
    guard let mark = text.firstIndex(where: { $0 == "e" || $0 == "E" }) else { return text }
    var mantissa = String(text[..<mark])
    let exponent = text[text.index(after: mark)...]
    if !mantissa.contains(".") { mantissa += ".0" }
    return mantissa + "e" + (exponent.hasPrefix("-") || exponent.hasPrefix("+") ? "" : "+") + exponent
  }

  /// Whether all readers, of YAML 1.1 and 1.2, take the text without quotes as a string.
  private static func isSafePlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    if "-?:,[]{}#&*!|>'\"%@`=<~ .+".utf8.contains(first) || last == 0x20 || last == UInt8(ascii: ":") {
      return false
    }
    if (0x30...0x39).contains(first), looksLikeNumber(text) { return false }
    if words.contains(text.lowercased()) { return false }
    var previous: UInt8 = 0
    var isASCII = true
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F { return false }
      if byte == 0x20, previous == UInt8(ascii: ":") { return false }
      if byte == UInt8(ascii: "#"), previous == 0x20 { return false }
      if byte >= 0x80 { isASCII = false }
      previous = byte
    }
    return isASCII || !text.unicodeScalars.contains(where: isUnprintable)
  }

  /// Whether YAML wants it escaped: control characters and what could pass for a line end or for nothing.
  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  /// The words that YAML 1.1 takes as booleans and null.
  private static let words: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan",
  ]

  /// Numbers, dates, times and sexagesimal numbers, generously.
  private static func looksLikeNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-._:eExXoabcdfABCDFTZtz ".utf8.contains($0) }
  }

  /// A text in single quotes, or in double ones where it has something to escape or a single quote in it.
  static func quoted(_ text: String) -> String {
    if text.unicodeScalars.contains(where: isUnprintable) { return doubleQuoted(text) }
    let hasQuote = text.utf8.contains(UInt8(ascii: "'"))
    if hasQuote, !text.utf8.contains(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
      return doubleQuoted(text)
    }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  private static func doubleQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where isUnprintable(scalar):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// A text of several lines as a literal block; nil when it has one, or a block can't hold it unchanged.
  static func block(_ text: String) -> YAMLForm? {
    guard text.utf8.dropLast().contains(0x0A) else { return nil }
    let isPlainText = !text.unicodeScalars.contains { isUnprintable($0) && $0 != "\n" && $0 != "\t" }
    guard isPlainText, let first = text.utf8.first, first != 0x0A, first != 0x20, first != 0x09 else {
      return nil
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let trailing = lines.reversed().prefix { $0.isEmpty }.count
    lines.removeLast(trailing)
    // A last line of spaces looks like an empty one, which isn't the text's.
    guard lines.last?.contains(where: { $0 != " " && $0 != "\t" }) ?? false else { return nil }
    let chomping = trailing == 0 ? "-" : trailing == 1 ? "" : "+"
    lines += Array(repeating: "", count: max(0, trailing - 1))
    return .block(header: "|" + chomping, lines: lines)
  }
}
