import TestSupport
import Testing

@testable import Shell

@Suite("the region that is drawn again")
struct RegionTests {
  @Test("rows are shown, changed and taken away")
  func drawing() {
    var region = Region()
    var screen = TerminalScreen(rows: 10, columns: 20)
    screen.feed("before\r\n")
    screen.feed(region.draw(["one", "two"]))
    #expect(screen.text == "before\none\ntwo")
    screen.feed(region.draw(["one", "2"]))
    #expect(screen.text == "before\none\n2")
    screen.feed(region.draw(["1", "2", "3"]))
    #expect(screen.text == "before\n1\n2\n3")
    screen.feed(region.draw(["1"]))
    #expect(screen.text == "before\n1")
    screen.feed(region.draw([]))
    #expect(screen.text == "before")
  }

  @Test("only rows that changed are written")
  func difference() {
    var region = Region()
    _ = region.draw(["one", "two", "three"])
    let output = region.draw(["one", "TWO", "three"])
    #expect(output.contains("TWO"))
    #expect(!output.contains("one") && !output.contains("three"))
    let again = region.draw(["one", "TWO", "three"])
    #expect(again == "")
  }

  @Test("a text goes above the rows and stays there")
  func above() {
    var region = Region()
    var screen = TerminalScreen(rows: 10, columns: 20)
    let cursor = Region.Cursor(row: 1, column: 4)
    screen.feed(region.draw(["status", "> typed"], cursor: cursor))
    screen.feed(region.draw(["status", "> typed"], cursor: cursor, above: "a\nb\n"))
    #expect(screen.text == "a\nb\nstatus\n> typed")
    #expect(screen.cursor == (3, 4))
  }

  @Test("the cursor goes where it is wanted, also when nothing else changes")
  func cursor() {
    var region = Region()
    var screen = TerminalScreen(rows: 10, columns: 20)
    screen.feed(region.draw(["> ab", "  cd"], cursor: Region.Cursor(row: 0, column: 3)))
    #expect(screen.cursor == (0, 3))
    screen.feed(region.draw(["> ab", "  cd"], cursor: Region.Cursor(row: 1, column: 2)))
    #expect(screen.cursor == (1, 2))
  }

  @Test("rows at the bottom of the terminal scroll what is above them away")
  func scrolling() {
    var region = Region()
    var screen = TerminalScreen(rows: 3, columns: 20)
    screen.feed("1\r\n2\r\n3\r\n")
    screen.feed(region.draw(["a", "b"]))
    screen.feed(region.draw(["a", "B"], above: "4\n"))
    #expect(screen.text == "1\n2\n3\n4\na\nB")
  }

  @Test("a row as wide as the terminal is no two rows")
  func fullRow() {
    var region = Region()
    var screen = TerminalScreen(rows: 5, columns: 4)
    screen.feed(region.draw(["abcd", "ef"]))
    screen.feed(region.draw(["abcd", "gh"]))
    screen.feed(region.draw(["wxyz", "gh"]))
    #expect(screen.text == "wxyz\ngh")
  }

  @Test("settled rows stay, and the next begin below")
  func settling() {
    var region = Region()
    var screen = TerminalScreen(rows: 5, columns: 10)
    screen.feed(region.draw(["> a", "  b"], cursor: Region.Cursor(row: 0, column: 2)))
    screen.feed(region.settle())
    screen.feed(region.draw(["> "]))
    #expect(screen.text == "> a\n  b\n>")
    _ = region.settle()
    let nothing = region.settle()
    #expect(nothing == "")
  }
}
