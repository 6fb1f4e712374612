import Document
import Testing

@Suite struct PlaceTests {
  @Test("a place narrows to a text in it")
  func text() {
    let place = self.place("Value: é ${Web.PublicIp}", from: 8, to: 25)
    let narrowed = place.narrowed(to: "Web.PublicIp")
    #expect(narrowed.start == Position(line: 1, column: 12))
    #expect(narrowed.end == Position(line: 1, column: 24))
  }

  @Test(
    "a place stays as it is when the text isn't in it",
    arguments: ["Value", "Db", "", "a\nb", "PublicIp}x"])
  func noText(text: String) {
    let place = self.place("Value: ${Web.PublicIp}x", from: 8, to: 23)
    let narrowed = place.narrowed(to: text)
    #expect(narrowed.start == place.start && narrowed.end == place.end)
  }

  @Test("a place over several lines narrows on its first line only")
  func lines() {
    let source = Source(name: "a.yaml", text: "a: >-\n  one\n  two\n")
    let place = Place(
      source: source, start: Position(line: 2, column: 3), end: Position(line: 3, column: 6))
    #expect(place.narrowed(to: "ne").start == Position(line: 2, column: 4))
    #expect(place.narrowed(to: "two").start == place.start)
  }

  private func place(_ line: String, from start: Int, to end: Int) -> Place {
    Place(
      source: Source(name: "a.yaml", text: line + "\n"), start: Position(line: 1, column: start),
      end: Position(line: 1, column: end))
  }
}
