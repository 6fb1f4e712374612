/// A line of text whose parts say what they mean, for whoever shows them to choose how they look.
package struct TonedLine: Sendable, Hashable {
  package enum Tone: Sendable, Hashable {
    case plain, strong, faint, good, bad, active
  }

  package struct Piece: Sendable, Hashable {
    package var text: String
    package let tone: Tone
  }

  package private(set) var pieces: [Piece] = []

  package init(_ text: String = "", _ tone: Tone = .plain) { append(text, tone) }

  package mutating func append(_ text: String, _ tone: Tone = .plain) {
    guard !text.isEmpty else { return }
    if let last = pieces.indices.last, pieces[last].tone == tone {
      pieces[last].text += text
    } else {
      pieces.append(Piece(text: text, tone: tone))
    }
  }

  /// The line without its tones, and without spaces at its end.
  package var text: String {
    var text = pieces.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }
}
