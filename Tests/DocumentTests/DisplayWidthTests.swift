import Document
import Testing

@Suite("the width of texts on a terminal")
struct DisplayWidthTests {
  @Test(
    "characters take as many columns as terminals give them",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本語", 6), ("한", 2), ("✓ ▸ …", 5), ("🔥", 2),
      ("a\u{200B}b", 2), ("\u{1B}", 0), ("ﬀ", 1), ("ｗ", 2),
    ])
  func width(text: String, columns: Int) { #expect(text.displayWidth == columns) }
}
