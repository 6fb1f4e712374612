package import Document
import OrderedCollections

/// Something that is so, and why: a tree whose leaves nobody can explain further.
package struct Explanation: Sendable, Hashable {
  package let line: TonedLine
  /// Where in a file that is said: `web.yaml:4:7`.
  package let place: String?
  package var causes: [Explanation]

  package init(_ line: TonedLine, at place: Place? = nil, causes: [Explanation] = []) {
    self.line = line
    self.place = place.map(\.description)
    self.causes = causes
  }

  package init(_ text: String, at place: Place? = nil, causes: [Explanation] = []) {
    self.init(TonedLine(text), at: place, causes: causes)
  }

  /// The tree for people: below each stands why it is so.
  package var lines: [TonedLine] { lines(TonedLine(), margin: "") }

  private func lines(_ lead: TonedLine, margin: String) -> [TonedLine] {
    var own = lead
    for piece in line.pieces { own.append(piece.text, piece.tone) }
    if let place { own.append("  \(place)", .faint) }
    var lines = [own]
    for (index, cause) in causes.enumerated() {
      let isLast = index == causes.count - 1
      lines += cause.lines(
        TonedLine(margin + (isLast ? "└─ " : "├─ "), .faint), margin: margin + (isLast ? "   " : "│  "))
    }
    return lines
  }

  /// The tree for programs.
  package var value: Value {
    var value: OrderedDictionary<String, Value> = ["what": .string(line.text)]
    if let place { value["place"] = .string(place) }
    if !causes.isEmpty { value["because"] = .list(causes.map(\.value)) }
    return .map(value)
  }
}
