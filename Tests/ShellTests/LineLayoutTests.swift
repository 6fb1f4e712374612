import Testing

@testable import Shell

@Suite("the layout of an edited line")
struct LineLayoutTests {
  private func layout(_ text: String, cursor: Int? = nil, columns: Int = 20) -> LineLayout {
    LineLayout(
      prompt: StyledLine("> ", .active), text: text, cursor: cursor ?? text.utf8.count,
      styles: LuaText(text).styles, columns: columns)
  }

  private func rows(_ layout: LineLayout) -> [String] { layout.rows.map { $0.text(color: false) } }

  @Test("the prompt's colours take no columns")
  func prompt() {
    let layout = layout("abc")
    #expect(rows(layout) == ["> abc"])
    #expect(layout.column == 5)
    #expect(layout.rows[0].text(color: true) == "\u{1B}[1;36m> \u{1B}[0mabc")
  }

  @Test("further lines stand under the first")
  func lines() {
    let layout = layout("do\n  x()\nend", cursor: 5)
    #expect(rows(layout) == ["> do", "    x()", "  end"])
    #expect((layout.row, layout.column) == (1, 4))
  }

  @Test("a long line is wrapped, and a cursor after a full row stands on the next")
  func wrapping() {
    let layout = layout("12345678", columns: 10)
    #expect(rows(layout) == ["> 12345678", ""])
    #expect((layout.row, layout.column) == (1, 0))
    #expect(rows(self.layout("123456789", columns: 10)) == ["> 12345678", "9"])
  }

  @Test("wide characters take two columns and aren't split")
  func wide() {
    let layout = layout("日本語", columns: 7)
    #expect(rows(layout) == ["> 日本", "語"])
    #expect((layout.row, layout.column) == (1, 2))
  }

  @Test("the cursor is placed by bytes and drawn by columns")
  func cursor() {
    #expect(layout("é日x", cursor: 2).column == 3)
    #expect(layout("é日x", cursor: 5).column == 5)
  }

  @Test("control characters are shown as what they are written with")
  func controls() {
    #expect(rows(layout("a\u{1}\tb")) == ["> a^A   b"])
  }

  @Test("tokens have their colours")
  func colours() {
    let text = layout("return 'x'").rows[0].text(color: true)
    #expect(text.hasSuffix("\u{1B}[1;34mreturn\u{1B}[0m \u{1B}[32m'x'\u{1B}[0m"))
  }

  @Test("of a text taller than the terminal, the rows around the cursor are shown")
  func window() {
    let text = (1...20).map(String.init).joined(separator: "\n")
    let window = layout(text, cursor: 3).window(of: 5)
    #expect(rows(window) == ["> 1", "  2", "  3", "  4", "  5"])
    #expect(window.row == 1)
    let end = layout(text).window(of: 5)
    #expect(rows(end).last == "  20")
    #expect(end.row == 4)
  }
}
