import Testing

@testable import Shell

@Suite("Lua text")
struct LuaTextTests {
  /// Each token as its kind's letter and its text.
  private func tokens(_ text: String) -> [String] {
    let lua = LuaText(text)
    return lua.tokens.map { token in
      switch token.kind {
      case .keyword: "k:\(lua.word(token))"
      case .name: "n:\(lua.word(token))"
      case .number: "#:\(lua.word(token))"
      case .comment: "c:\(lua.word(token))"
      case .symbol: lua.word(token)
      case .string(let isClosed, let content): "s\(isClosed ? "" : "!"):\(lua[content])"
      }
    }
  }

  @Test(
    "tokens are told apart",
    arguments: [
      ("local x = 0x1Fp-3 + 1e+5", ["k:local", "n:x", "=", "#:0x1Fp-3", "+", "#:1e+5"]),
      ("a.b:c()", ["n:a", ".", "n:b", ":", "n:c", "(", ")"]),
      ("'it\\'s' .. \"b\"", ["s:it\\'s", "..", "s:b"]),
      ("[==[ a ]] b ]==] -- done", ["s: a ]] b ", "c:-- done"]),
      ("--[[ two\nlines ]] x", ["c:--[[ two\nlines ]]", "n:x"]),
      ("1..2", ["#:1", "..", "#:2"]),
      ("x |> y", ["n:x", "|>", "n:y"]),
      ("t['", ["n:t", "[", "s!:"]),
      ("'open\nx", ["s!:open", "n:x"]),
      ("[[ open", ["s!: open"]),
      ("\"a\\", ["s!:a\\"]),
      ("größe", ["n:gr", "ö", "ß", "n:e"]),
      ("", []),
    ])
  func scanning(text: String, expected: [String]) {
    #expect(tokens(text) == expected)
  }

  @Test("every byte of any text belongs to a token or is white space")
  func coverage() {
    let text = "if x then\n  return [[ö]] .. '\\x' --[==[ \n~ @ $ \u{1F525} \\ \""
    let lua = LuaText(text)
    let bytes = Array(text.utf8)
    var covered = Set<Int>()
    for token in lua.tokens { covered.formUnion(token.bytes) }
    #expect(bytes.indices.allSatisfy { covered.contains($0) || bytes[$0] <= 0x20 })
  }

  @Test(
    "a block or a bracket is one level deeper",
    arguments: [
      ("for i = 1, 3 do", 1), ("function f()", 1), ("if a then\n  b()\nelseif c then", 1),
      ("if a then b() else", 1), ("repeat x()", 1), ("repeat x() until y", 0), ("t = { a = {", 2),
      ("f(function()", 2), ("while true do if x then", 2), ("end end", 0), ("'do' -- then", 0),
    ])
  func depth(text: String, expected: Int) {
    #expect(LuaText(text).depth(before: text.utf8.count) == expected)
  }

  @Test("a line that closes a block belongs under the one that opened it")
  func dedent() throws {
    let text = "if x then\n  y()\n  end"
    let (bytes, spaces) = try #require(LuaText(text).dedent(at: text.utf8.count))
    #expect(bytes == 16..<18)
    #expect(spaces == 0)
    #expect(LuaText("if x then\n  y()").dedent(at: 14) == nil)
    #expect(LuaText("end").dedent(at: 3) == nil)
    #expect(LuaText("f({\n}").dedent(at: 5)?.spaces == 2)
  }
}
