/// Why a JSON text is refused, and at which byte.
struct JSONFault: Error {
  let message: String
  let offset: Int
  var length = 1
  var hint: String?
}

/// Walks over the bytes of a JSON text: white space, literals, numbers and strings.
struct JSONScanner: ~Copyable {
  let bytes: UnsafeBufferPointer<UInt8>
  var offset = 0
  /// The cursor's line, counted from 1: line ends stand only in white space.
  private var line = 1
  /// The byte at which the line would start if every character before the cursor had one byte.
  private var lineStart = 0

  /// Where texts are kept that other documents have too.
  private let pool: TextPool?

  init(_ bytes: UnsafeBufferPointer<UInt8>, sharing pool: TextPool? = nil) {
    self.bytes = bytes
    self.pool = pool
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
    lineStart = offset
  }

  /// Where the cursor is.
  var position: Position { Position(line: line, column: offset - lineStart + 1) }

  /// The byte at the cursor, 0 at the end.
  var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }
  var isAtEnd: Bool { offset >= bytes.count }

  mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0D, 0x09: offset += 1
      case 0x0A:
        offset += 1
        line += 1
        lineStart = offset
      default: return
      }
    }
  }

  /// Takes the byte when it is next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard offset < bytes.count, bytes[offset] == byte else { return false }
    offset += 1
    return true
  }

  func fault(expected what: String) -> JSONFault {
    JSONFault(message: "expected \(what), found \(found)", offset: offset)
  }

  /// What stands at the cursor, for messages.
  private var found: String {
    guard offset < bytes.count else { return "the end of the text" }
    let end = min(bytes.count, offset + 4)
    guard let character = String(decoding: bytes[offset..<end], as: UTF8.self).first else { return "nothing" }
    switch character {
    case "\n", "\r\n": return "the end of the line"
    case "\t": return "a tab"
    case let control where bytes[offset] < 0x20:
      return "the control character \(control.unicodeScalars.first?.value ?? 0)"
    default: return "`\(character)`"
    }
  }

  /// Reads `true`, `false` or `null`.
  mutating func literal() throws(JSONFault) -> Value {
    let start = offset
    while offset < bytes.count, isWordByte(bytes[offset]) { offset += 1 }
    let word = String(decoding: bytes[start..<offset], as: UTF8.self)
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case "":
      throw fault(expected: "a value")
    default:
      let known = nearest(to: word, among: ["true", "false", "null"])
      let hint = known.map { "JSON writes it `\($0)`" } ?? "a text stands in double quotes"
      throw JSONFault(
        message: "expected a value, found `\(word)`", offset: start, length: offset - start, hint: hint)
    }
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == 0x5F
      || (0x30...0x39).contains(byte)
  }

  /// Reads a number: an integer where it fits 64 bits, else a floating point number.
  mutating func number() throws(JSONFault) -> Value {
    let start = offset
    var isInteger = true
    _ = take(UInt8(ascii: "-"))
    if take(UInt8(ascii: "0")) {
      if (0x30...0x39).contains(current) {
        throw JSONFault(
          message: "a number can't start with 0", offset: start,
          hint: "write it in double quotes when it is a name or an account")
      }
    } else {
      try digits()
    }
    if take(UInt8(ascii: ".")) {
      isInteger = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let number = Int64(text) { return .integer(number) }
    guard let number = Double(text), number.isFinite else {
      throw JSONFault(message: "the number is too large", offset: start, length: offset - start)
    }
    return .number(number)
  }

  private mutating func digits() throws(JSONFault) {
    guard (0x30...0x39).contains(current) else { throw fault(expected: "a digit") }
    while (0x30...0x39).contains(current) { offset += 1 }
  }

  /// Reads a string whose opening quote is at the cursor.
  mutating func string() throws(JSONFault) -> String {
    let opening = offset
    offset += 1
    let start = offset
    var isASCII = true
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        return try text(start..<(offset - 1), isASCII: isASCII)
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start, opening: opening) }
      if byte < 0x20 { throw controlCharacter(opening) }
      if byte >= 0x80 {
        isASCII = false
        if byte & 0xC0 == 0x80 { lineStart += 1 }
      }
      offset += 1
    }
    throw unclosed(opening)
  }

  /// Passes over a value, of which only strings and brackets are looked at.
  mutating func skipValue() throws(JSONFault) {
    var depth = 0
    repeat {
      switch current {
      case UInt8(ascii: "\""): try skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        offset += 1
      case _ where depth > 0 && !isAtEnd: offset += 1
      case _ where isPlain(current): while isPlain(current) { offset += 1 }
      default: throw fault(expected: "a value")
      }
    } while depth > 0
    if depth < 0 { throw fault(expected: "a value") }
  }

  /// Whether a byte may stand in a number or a word.
  private func isPlain(_ byte: UInt8) -> Bool { isWordByte(byte) || "+-.".utf8.contains(byte) }

  private mutating func skipString() throws(JSONFault) {
    let opening = offset
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return
      case UInt8(ascii: "\\"): offset += 2
      default: offset += 1
      }
    }
    throw unclosed(opening)
  }

  private func unclosed(_ opening: Int) -> JSONFault {
    JSONFault(message: "the string that starts here has no closing `\"`", offset: opening)
  }

  private func controlCharacter(_ opening: Int) -> JSONFault {
    if current == 0x0A || current == 0x0D {
      return JSONFault(
        message: "the string that starts here isn't closed on its line", offset: opening,
        hint: "close it with `\"`, or write a line break as `\\n`")
    }
    return JSONFault(
      message: "a control character can't stand in a string", offset: offset,
      hint: current == 0x09 ? "write a tab as `\\t`" : "write it as `\\u00XX`")
  }

  private func text(_ range: Range<Int>, isASCII: Bool) throws(JSONFault) -> String {
    let slice = UnsafeBufferPointer(rebasing: bytes[range])
    // Validating costs more than all the rest of reading a string.
    if isASCII { return pool?.text(of: slice) ?? String(decoding: slice, as: UTF8.self) }
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONFault(message: "the string isn't valid UTF-8", offset: range.lowerBound)
    }
    return text
  }

  private mutating func escapedString(from start: Int, opening: Int) throws(JSONFault) -> String {
    var buffer = Array(bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\"") {
        offset += 1
        guard let text = String(validating: buffer, as: UTF8.self) else {
          throw JSONFault(message: "the string isn't valid UTF-8", offset: start)
        }
        return text
      }
      if byte < 0x20 { throw controlCharacter(opening) }
      if byte == UInt8(ascii: "\\") {
        try escape(into: &buffer)
      } else {
        if byte & 0xC0 == 0x80 { lineStart += 1 }
        buffer.append(byte)
        offset += 1
      }
    }
    throw unclosed(opening)
  }

  private mutating func escape(into buffer: inout [UInt8]) throws(JSONFault) {
    let start = offset
    offset += 1
    let byte = current
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
    case UInt8(ascii: "n"): buffer.append(0x0A)
    case UInt8(ascii: "t"): buffer.append(0x09)
    case UInt8(ascii: "r"): buffer.append(0x0D)
    case UInt8(ascii: "b"): buffer.append(0x08)
    case UInt8(ascii: "f"): buffer.append(0x0C)
    case UInt8(ascii: "u"):
      let scalar = try unicodeScalar(start)
      buffer.append(contentsOf: String(scalar).utf8)
    default:
      throw JSONFault(
        message: "there is no such escape in JSON", offset: start, length: 2,
        hint: "a backslash itself is written `\\\\`")
    }
  }

  private mutating func unicodeScalar(_ start: Int) throws(JSONFault) -> Unicode.Scalar {
    let first = try hexadecimal(start)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800..<0xDC00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw JSONFault(
        message: "half of a surrogate pair stands alone", offset: start, length: 6,
        hint: "a character above U+FFFF needs two escapes, such as `\\ud83d\\ude00`")
    }
    let second = try hexadecimal(start)
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    else {
      throw JSONFault(message: "the second half of a surrogate pair is wrong", offset: start, length: 12)
    }
    return scalar
  }

  private mutating func hexadecimal(_ start: Int) throws(JSONFault) -> UInt32 {
    var number: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch current {
      case 0x30...0x39: digit = current - 0x30
      case 0x41...0x46: digit = current - 0x41 + 10
      case 0x61...0x66: digit = current - 0x61 + 10
      default:
        throw JSONFault(
          message: "`\\u` needs four hexadecimal digits", offset: start, length: max(1, offset - start))
      }
      number = number << 4 | UInt32(digit)
      offset += 1
    }
    return number
  }
}
