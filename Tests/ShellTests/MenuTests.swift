import Testing

@testable import Shell

@Suite("the menu of candidates")
struct MenuTests {
  private func menu(_ candidates: [Completion.Candidate]) -> Menu { Menu(Completion(0..<0, candidates)) }
  private func texts(_ menu: Menu, _ height: Int = 10, _ columns: Int = 40) -> [String] {
    menu.rows(of: height, columns: columns).map { $0.text(color: false) }
  }

  @Test("candidates with descriptions have a row each")
  func described() {
    let menu = menu([
      Completion.Candidate("create", label: "create(name)", summary: "Creates a stack."),
      Completion.Candidate("get", label: "get(name)", kind: "function"),
    ])
    #expect(texts(menu) == ["  create(name)  Creates a stack.", "  get(name)     function"])
  }

  @Test("others share rows")
  func plain() {
    let menu = menu(["a", "bb", "ccc", "d"].map { Completion.Candidate($0) })
    #expect(texts(menu, 10, 14) == ["  a    bb", "  ccc  d"])
  }

  @Test("stepping goes round, and back from the start to the end")
  func stepping() {
    var menu = menu(["a", "b", "c"].map { Completion.Candidate($0) })
    let steps = (1...4).map { _ in menu.step(1).text }
    #expect(steps == ["a", "b", "c", "a"])
    var other = self.menu(["a", "b", "c"].map { Completion.Candidate($0) })
    let last = other.step(-1).text
    #expect(last == "c")
  }

  @Test("of more than there is room for, those around the chosen one are shown, and how many there are more")
  func many() {
    var menu = menu((1...20).map { Completion.Candidate("c\($0)", summary: "x") })
    #expect(texts(menu, 4) == ["  c1   x", "  c2   x", "  c3   x", "  … 17 more"])
    for _ in 1...10 { _ = menu.step(1) }
    #expect(texts(menu, 4).contains { $0.hasPrefix("  c10") })
  }

  @Test("descriptions are cut at the terminal's edge")
  func cut() {
    let menu = menu([Completion.Candidate("name", summary: "A sentence that is too long for the row.")])
    #expect(texts(menu, 3, 20) == ["  name  A sentence…"])
  }
}
