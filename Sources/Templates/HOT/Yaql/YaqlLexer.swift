import Document

/// A piece of a query.
struct YaqlToken {
  enum Kind: Equatable {
    case literal(Value)
    case variable(String)
    case word(String)
    /// An operator or bracket.
    case mark(String)
    case end
  }

  let kind: Kind
  let offset: Int
}

/// Cuts a query into pieces.
struct YaqlLexer {
  private static let marks = [
    "->", "=>", "!=", ">=", "<=", "=~", "!~", "?.", "(", ")", "[", "]", "{", "}", ",", ".", "+", "-", "*",
    "/",
    "=", ">", "<",
  ].map { ($0, Array($0.utf8)) }
  private static let wordMarks: Set<String> = ["and", "or", "not", "in", "mod"]

  private let bytes: [UInt8]
  private var offset = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func tokens(of text: String) throws(YaqlFault) -> [YaqlToken] {
    var lexer = YaqlLexer(Array(text.utf8))
    var tokens: [YaqlToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private mutating func next() throws(YaqlFault) -> YaqlToken {
    while offset < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    let start = offset
    guard offset < bytes.count else { return YaqlToken(kind: .end, offset: start) }
    let kind: YaqlToken.Kind
    switch bytes[offset] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): kind = .literal(.string(try text()))
    case 0x30...0x39: kind = .literal(try number())
    case UInt8(ascii: "$"):
      offset += 1
      kind = .variable(word())
    case let byte where Self.isWord(byte): kind = Self.kind(of: word())
    default: kind = .mark(try mark())
    }
    return YaqlToken(kind: kind, offset: start)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
      || byte == UInt8(ascii: "_")
  }

  private static func kind(of word: String) -> YaqlToken.Kind {
    switch word {
    case "true": .literal(true)
    case "false": .literal(false)
    case "null": .literal(.null)
    default: wordMarks.contains(word) ? .mark(word) : .word(word)
    }
  }

  private mutating func word() -> String {
    let start = offset
    while offset < bytes.count, Self.isWord(bytes[offset]) { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func mark() throws(YaqlFault) -> String {
    for (mark, characters) in Self.marks where bytes[offset...].starts(with: characters) {
      offset += characters.count
      return mark
    }
    throw YaqlFault("there is no such sign", offset: offset)
  }

  private mutating func number() throws(YaqlFault) -> Value {
    let start = offset
    func digits(_ from: Int) -> Int { bytes[from...].prefix { (0x30...0x39).contains($0) }.count }
    offset += digits(offset)
    if offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "."), digits(offset + 1) > 0 {
      offset += 1 + digits(offset + 1)
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    if let number = Double(text), number.isFinite { return .number(number) }
    throw YaqlFault("the number is too large", offset: start)
  }

  /// A text in quotes; in backticks only the backtick itself can be escaped.
  private mutating func text() throws(YaqlFault) -> String {
    let start = offset
    let quote = bytes[offset]
    offset += 1
    var result: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == quote { return String(decoding: result, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\"), offset < bytes.count else {
        result.append(byte)
        continue
      }
      let next = bytes[offset]
      if quote == UInt8(ascii: "`") {
        result.append(next == quote ? next : byte)
        if next == quote { offset += 1 }
        continue
      }
      offset += 1
      switch next {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(next)
      // As in Python, the backslash of any other pair stays: `\.` is for a pattern.
      default: result += [byte, next]
      }
    }
    throw YaqlFault("the text has no end", offset: start)
  }
}
