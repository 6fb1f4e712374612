/// What a person typed: Lua, a colon command, or a command of the shell.
package enum ReplLine: Sendable, Hashable {
  case empty
  case chunk(Chunk)
  case command(String)
  case shell(String)

  package struct Chunk: Sendable, Hashable {
    package let text: String
    /// Whether a semicolon at the end says that the result isn't wanted.
    package let isQuiet: Bool
    /// The shell command after `|>` that is given the result.
    package let pipe: String?
  }

  package init(_ text: String) {
    let trimmed = text.trimmed
    if trimmed.isEmpty {
      self = .empty
    } else if trimmed.hasPrefix("!") {
      self = .shell(String(trimmed.dropFirst()).trimmed)
    } else if trimmed.hasPrefix(":"), !trimmed.hasPrefix("::") {
      self = .command(trimmed)
    } else {
      self = .chunk(Self.chunk(text))
    }
  }

  /// Splits a text at its last `|>` outside of strings and comments.
  private static func chunk(_ text: String) -> Chunk {
    let lua = LuaText(text)
    let pipe = lua.tokens.last { $0.kind == .symbol && lua.word($0) == "|>" }
    let end = lua.tokens.last { $0.kind != .comment }
    guard let pipe else {
      return Chunk(text: text, isQuiet: end.map { lua.word($0) == ";" } ?? false, pipe: nil)
    }
    let command = lua[pipe.bytes.upperBound..<text.utf8.count].trimmed
    return Chunk(text: lua[0..<pipe.bytes.lowerBound], isQuiet: false, pipe: command)
  }
}

extension String {
  /// The same without white space at its ends.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    while text.last?.isWhitespace ?? false { text.removeLast() }
    return String(text)
  }
}
