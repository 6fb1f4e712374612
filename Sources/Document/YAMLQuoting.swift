/// Chooses how a text is written in YAML so that every reader takes it as that text.
enum YAMLQuoting {
  static func key(_ text: String) -> String { isSafePlain(text) ? text : quoted(text) }

  /// A text as a scalar: plain where that is safe, a `|` block for several lines, else quoted.
  static func scalar(_ text: String, indent: Int) -> String {
    if text.utf8.contains(0x0A), let block = block(text, indent: max(indent, 2)) { return block }
    return isSafePlain(text) ? text : quoted(text)
  }

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
    for byte in text.utf8 {
      if byte < 0x20 || byte >= 0x7F { return false }
      if byte == 0x20, previous == UInt8(ascii: ":") { return false }
      if byte == UInt8(ascii: "#"), previous == 0x20 { return false }
      previous = byte
    }
    return true
  }

  /// The words that YAML 1.1 takes as booleans and null.
  private static let words: Set<String> = [
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan",
  ]

  /// Numbers, dates, times and sexagesimal numbers, generously.
  private static func looksLikeNumber(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-._:eExXoabcdfABCDFTZtz ".utf8.contains($0) }
  }

  private static func quoted(_ text: String) -> String {
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
      || text.unicodeScalars.contains(where: { [0x2028, 0x2029, 0xFEFF].contains($0.value) })
    {
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
      case _
      where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// The text as a literal block; nil when a block can't hold it unchanged.
  private static func block(_ text: String, indent: Int) -> String? {
    let isPlainText = text.unicodeScalars.allSatisfy {
      $0 == "\n" || $0 == "\t"
        || ($0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)
          && ![0x2028, 0x2029, 0xFEFF].contains($0.value))
    }
    guard isPlainText, let first = text.utf8.first, first != 0x0A, first != 0x20, first != 0x09 else {
      return nil
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let trailing = lines.reversed().prefix { $0.isEmpty }.count
    // A text of line ends alone was refused above: its first byte is one.
    lines.removeLast(trailing)
    let chomping = trailing == 0 ? "-" : trailing == 1 ? "" : "+"
    let margin = String(repeating: " ", count: indent)
    let body = lines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
    return "|\(chomping)\n" + body + String(repeating: "\n", count: max(0, trailing - 1))
  }
}
