import Document

/// How a piece of text looks on a terminal; the value is its ANSI code.
package enum Style: String, Sendable {
  case keyword = "1;34"
  case string = "32"
  case number = "36"
  case faint = "2"
  case good = "1;32"
  case bad = "1;31"
  case active = "1;36"
  case strong = "1"
  case chosen = "7"

  func callAsFunction(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
}

/// A line for a terminal: pieces of text, each with its style.
package struct StyledLine: Sendable, Hashable {
  package struct Piece: Sendable, Hashable {
    package var text: String
    package var style: Style?
  }

  package fileprivate(set) var pieces: [Piece] = []

  package init(_ text: String = "", _ style: Style? = nil) { append(text, style) }

  package mutating func append(_ text: String, _ style: Style? = nil) {
    guard !text.isEmpty else { return }
    if let last = pieces.indices.last, pieces[last].style == style {
      pieces[last].text += text
    } else {
      pieces.append(Piece(text: text, style: style))
    }
  }

  package mutating func append(_ line: StyledLine) {
    for piece in line.pieces { append(piece.text, piece.style) }
  }

  /// Adds a text and spaces that fill it up to some columns.
  package mutating func append(_ text: String, _ style: Style? = nil, padding columns: Int) {
    append(text, style)
    append(String(repeating: " ", count: max(0, columns - text.displayWidth)))
  }

  package static func + (left: StyledLine, right: StyledLine) -> StyledLine {
    var line = left
    line.append(right)
    return line
  }

  package var width: Int { pieces.reduce(0) { $0 + $1.text.displayWidth } }

  /// The line as far as it fits, with an ellipsis where it is cut.
  package func clipped(to columns: Int) -> StyledLine {
    guard width > columns else { return self }
    var line = StyledLine()
    var room = columns - 1
    for piece in pieces {
      let fitting = piece.text.clipped(to: room)
      line.append(fitting, piece.style)
      room -= fitting.displayWidth
      if fitting.unicodeScalars.count < piece.text.unicodeScalars.count { break }
    }
    line.append("…")
    return line
  }

  package func text(color: Bool) -> String {
    pieces.map { piece in color ? piece.style.map { $0(piece.text) } ?? piece.text : piece.text }.joined()
  }
}

extension String {
  /// The first characters that fit into some columns.
  func clipped(to columns: Int) -> String {
    var room = columns
    var clipped = ""
    for scalar in unicodeScalars {
      room -= scalar.displayWidth
      guard room >= 0 else { break }
      clipped.unicodeScalars.append(scalar)
    }
    return clipped
  }

  /// The same on one line, without anything that a terminal would obey.
  var harmless: String {
    guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n", "\t", "\r": text.unicodeScalars.append(" ")
      case _ where scalar.properties.generalCategory == .control: text.unicodeScalars.append("\u{FFFD}")
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension StyledLine {
  /// The line without spaces at its end.
  var trimmed: StyledLine {
    var line = self
    while let last = line.pieces.indices.last {
      while line.pieces[last].text.last == " " { line.pieces[last].text.removeLast() }
      guard line.pieces[last].text.isEmpty else { break }
      line.pieces.removeLast()
    }
    return line
  }
}
