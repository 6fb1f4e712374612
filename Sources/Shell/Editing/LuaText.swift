/// A text of Lua with its tokens, for those who edit or complete it.
package struct LuaText: Sendable {
  package let text: String
  package let tokens: [LuaToken]
  private let bytes: [UInt8]

  package init(_ text: String) {
    self.text = text
    tokens = LuaToken.tokens(of: text)
    bytes = Array(text.utf8)
  }

  package func word(_ token: LuaToken) -> String { self[token.bytes] }

  package subscript(range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  // MARK: Colours

  /// The style of each byte range that has one.
  package var styles: [(bytes: Range<Int>, style: Style)] {
    tokens.compactMap { token in
      switch token.kind {
      case .keyword: (token.bytes, .keyword)
      case .string: (token.bytes, .string)
      case .number: (token.bytes, .number)
      case .comment: (token.bytes, .faint)
      case .name, .symbol: nil
      }
    }
  }

  // MARK: Indentation

  private static let openers: Set<String> = ["function", "do", "then", "repeat", "{", "(", "["]
  private static let closers: Set<String> = ["end", "until", "elseif", "}", ")", "]"]

  /// How many blocks and brackets are open before a byte.
  package func depth(before byte: Int) -> Int {
    var depth = 0
    for token in tokens where token.bytes.upperBound <= byte {
      if Self.openers.contains(word(token)) { depth += 1 }
      if Self.closers.contains(word(token)) { depth = max(0, depth - 1) }
    }
    return depth
  }

  /// The white space that begins the line around a byte, and what should be there if the line closes a block.
  package func dedent(at byte: Int) -> (bytes: Range<Int>, spaces: Int)? {
    let start = (bytes[..<min(byte, bytes.count)].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    var end = start
    while end < bytes.count, bytes[end] == UInt8(ascii: " ") { end += 1 }
    guard start > 0, let first = tokens.first(where: { $0.bytes.lowerBound >= start }),
      first.bytes.lowerBound == end
    else { return nil }
    let closes = Self.closers.contains(word(first)) || word(first) == "else"
    let spaces = 2 * max(0, depth(before: start) - 1)
    return closes && spaces != end - start ? (start..<end, spaces) : nil
  }
}
