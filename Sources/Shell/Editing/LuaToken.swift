/// A piece of Lua text: what it is and which bytes it takes.
package struct LuaToken: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case keyword, name, number, comment, symbol
    /// A string; `content` are the bytes between its delimiters.
    case string(isClosed: Bool, content: Range<Int>)
  }

  package let kind: Kind
  package let bytes: Range<Int>

  package static let keywords: Set<String> = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
    "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  ]

  /// The tokens of a text, which may be unfinished or wrong; white space is left out.
  package static func tokens(of text: String) -> [LuaToken] {
    var scanner = LuaScanner(Array(text.utf8))
    var tokens: [LuaToken] = []
    while let token = scanner.next() { tokens.append(token) }
    return tokens
  }
}

/// Reads tokens off Lua text, byte by byte; any text has some.
private struct LuaScanner {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> LuaToken? {
    while at < bytes.count, isSpace(bytes[at]) { at += 1 }
    guard at < bytes.count else { return nil }
    let start = at
    let kind = scan()
    return LuaToken(kind: kind, bytes: start..<at)
  }

  private mutating func scan() -> LuaToken.Kind {
    let byte = bytes[at]
    if isLetter(byte) { return word() }
    if isDigit(byte) || (byte == UInt8(ascii: ".") && isDigit(peek(1))) { return number() }
    if byte == UInt8(ascii: "-"), peek(1) == byte { return comment() }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return quoted(byte) }
    if byte == UInt8(ascii: "["), let level = longBracket() { return long(level) }
    return symbol(byte)
  }

  private mutating func word() -> LuaToken.Kind {
    let start = at
    while isLetter(peek(0)) || isDigit(peek(0)) { at += 1 }
    let text = String(decoding: bytes[start..<at], as: UTF8.self)
    return LuaToken.keywords.contains(text) ? .keyword : .name
  }

  private mutating func number() -> LuaToken.Kind {
    let isHexadecimal = peek(0) == UInt8(ascii: "0") && peek(1) | 0x20 == UInt8(ascii: "x")
    let exponent = UInt8(ascii: isHexadecimal ? "p" : "e")
    var last: UInt8 = 0
    while at < bytes.count {
      let byte = bytes[at]
      let isSign = (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && last | 0x20 == exponent
      let isConcatenation = byte == UInt8(ascii: ".") && peek(1) == byte
      guard isLetter(byte) || isDigit(byte) || (byte == UInt8(ascii: ".") && !isConcatenation) || isSign
      else { break }
      last = byte
      at += 1
    }
    return .number
  }

  private mutating func comment() -> LuaToken.Kind {
    at += 2
    if peek(0) == UInt8(ascii: "["), let level = longBracket() {
      _ = long(level)
    } else {
      while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
    }
    return .comment
  }

  private mutating func quoted(_ quote: UInt8) -> LuaToken.Kind {
    at += 1
    let start = at
    while at < bytes.count {
      switch bytes[at] {
      case quote:
        at += 1
        return .string(isClosed: true, content: start..<at - 1)
      case UInt8(ascii: "\\"): at = min(at + 2, bytes.count)
      case UInt8(ascii: "\n"): return .string(isClosed: false, content: start..<at)
      default: at += 1
      }
    }
    return .string(isClosed: false, content: start..<at)
  }

  /// How many equals signs a long bracket at the current byte has; nil if none begins there.
  private func longBracket() -> Int? {
    var level = 0
    while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
    return peek(1 + level) == UInt8(ascii: "[") ? level : nil
  }

  private mutating func long(_ level: Int) -> LuaToken.Kind {
    at += level + 2
    let start = at
    let equals = [UInt8](repeating: UInt8(ascii: "="), count: level)
    let closing = [UInt8(ascii: "]")] + equals + [UInt8(ascii: "]")]
    while at < bytes.count {
      if bytes[at] == closing[0], bytes[at...].starts(with: closing) {
        defer { at += closing.count }
        return .string(isClosed: true, content: start..<at)
      }
      at += 1
    }
    return .string(isClosed: false, content: start..<at)
  }

  private static let symbols = ["...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>", "|>"]
    .map { Array($0.utf8) }

  private mutating func symbol(_ byte: UInt8) -> LuaToken.Kind {
    let length = Self.symbols.first { bytes[at...].starts(with: $0) }?.count ?? 1
    at += length
    // A character of several bytes stays whole.
    if byte >= 0x80 { while at < bytes.count, bytes[at] & 0xC0 == 0x80 { at += 1 } }
    return .symbol
  }

  private func peek(_ offset: Int) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }
}

private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "_") || (0x61...0x7A).contains(byte | 0x20)
}
