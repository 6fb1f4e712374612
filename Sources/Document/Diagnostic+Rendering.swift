extension Diagnostic {
  /// The diagnostic as lines for a terminal: what, where, an excerpt of the text, notes and a hint.
  ///
  /// No line end stands at the end.
  package func rendered(color: Bool = false) -> String {
    let paint = Paint(isOn: color)
    let label = paint(severity.rawValue + ":", severity.style)
    var lines = ["\(label) \(paint(message, .bold)) \(paint("[\(code)]", .dim))"]
    let places = [place].compactMap { $0 } + notes.compactMap(\.place)
    let gutter = String(places.map(\.end.line).max() ?? 0).count
    if let place {
      lines += Excerpt(place, gutter: gutter, style: severity.style, paint: paint).lines
    }
    for note in notes {
      lines.append("\(paint("note:", .blue)) \(note.message)")
      if let place = note.place {
        lines += Excerpt(place, gutter: gutter, style: .blue, paint: paint).lines
      }
    }
    if let hint { lines.append("\(paint("hint:", .green)) \(hint)") }
    return lines.joined(separator: "\n")
  }
}

extension Diagnostics {
  /// All diagnostics, an empty line between them.
  package func rendered(color: Bool = false) -> String {
    items.map { $0.rendered(color: color) }.joined(separator: "\n\n")
  }
}

extension Diagnostic.Severity {
  fileprivate var style: Paint.Style {
    switch self {
    case .error: .red
    case .warning: .yellow
    case .note: .blue
    }
  }
}

/// Puts ANSI styles around texts, or leaves them as they are.
private struct Paint {
  enum Style: String {
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case green = "1;32"
    case bold = "1"
    case dim = "2"
  }

  let isOn: Bool

  func callAsFunction(_ text: String, _ style: Style) -> String {
    isOn ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// A place with its line, underlined.
private struct Excerpt {
  /// The widest excerpt in columns; longer lines are cut around the place.
  private static let window = 100
  /// How many characters before the place are looked at: more than are shown, since some have no width.
  private static let margin = 150

  private let place: Place
  private let gutter: Int
  private let style: Paint.Style
  private let paint: Paint

  init(_ place: Place, gutter: Int, style: Paint.Style, paint: Paint) {
    self.place = place
    self.gutter = gutter
    self.style = style
    self.paint = paint
  }

  var lines: [String] {
    let margin = String(repeating: " ", count: gutter)
    let arrow = "\(margin)\(paint("-->", .blue)) \(place)"
    let first = max(1, place.start.column - Self.margin)
    let (text, hasMore) = place.source.part(
      ofLine: place.start.line, from: first, count: 2 * Self.margin + Self.window)
    // A place at the end of the text has an empty line: there the line itself says nothing.
    // So it is with a source whose text isn't known, such as a chunk that composed a template.
    if text.isEmpty, place.start.line > 1 || place.source.text.isEmpty, place.start.column <= 1 {
      return [arrow]
    }
    let (shown, underline) = line(text, from: first, hasMore: hasMore)
    let number = String(place.start.line)
    let padded = String(repeating: " ", count: gutter - number.count) + number
    let bar = paint("|", .blue)
    return [
      arrow, "\(margin) \(bar)", "\(paint(padded, .blue)) \(bar) \(shown)",
      "\(margin) \(bar) \(underline)",
    ]
  }

  /// The line as it is shown, and the line below it.
  private func line(_ text: Substring, from first: Int, hasMore: Bool) -> (shown: String, underline: String) {
    let cells = Cell.cells(of: text)
    let start = min(place.start.column - first, cells.count)
    let isSameLine = place.end.line == place.start.line
    let end = min(
      max(isSameLine ? place.end.column - first : cells.count, start + 1), max(cells.count, start + 1))
    let range = visible(cells, around: start)
    let before = first > 1 || range.lowerBound > 0 ? "…" : ""
    let after = hasMore || range.upperBound < cells.count ? "…" : ""
    let shown = before + cells[range].map(\.text).joined() + after
    let offset = before.count + width(cells[range.lowerBound..<max(range.lowerBound, start)])
    let marked = start < cells.count ? width(cells[start..<min(end, range.upperBound)]) : 1
    let underline =
      String(repeating: " ", count: offset) + paint(String(repeating: "^", count: max(1, marked)), style)
    return (shown, underline)
  }

  private func width(_ cells: ArraySlice<Cell>) -> Int { cells.reduce(0) { $0 + $1.width } }

  /// The cells to show: all, or as many as fit with the place a third from the left.
  private func visible(_ cells: [Cell], around start: Int) -> Range<Int> {
    guard width(cells[...]) > Self.window else { return 0..<cells.count }
    var first = start
    var room = Self.window / 3
    while first > 0, cells[first - 1].width <= room {
      first -= 1
      room -= cells[first].width
    }
    var last = start
    room = Self.window - width(cells[first..<start])
    while last < cells.count, cells[last].width <= room {
      room -= cells[last].width
      last += 1
    }
    return first..<max(first, last)
  }
}

/// A Unicode scalar as a terminal shows it.
private struct Cell {
  let text: String
  let width: Int

  static func cells(of line: Substring) -> [Cell] {
    var column = 0
    return line.unicodeScalars.map { scalar in
      let cell = Cell(scalar, column: column)
      column += cell.width
      return cell
    }
  }

  /// A tab reaches to the next multiple of four; control characters are shown as a replacement.
  private init(_ scalar: Unicode.Scalar, column: Int) {
    switch scalar {
    case "\t":
      width = 4 - column % 4
      text = String(repeating: " ", count: width)
    case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
      width = 1
      text = "\u{FFFD}"
    default:
      width = scalar.displayWidth
      text = String(scalar)
    }
  }
}
