import Document

/// Where the characters of an edited text stand on a terminal.
package struct LineLayout: Sendable {
  package private(set) var rows: [StyledLine]
  package private(set) var row = 0
  package private(set) var column = 0

  /// Lays a text out.
  ///
  /// The prompt stands before the first line, and further lines are indented as far; the cursor stands before a
  /// byte; `styles` are byte ranges with their style, in order; `hint` follows the text in faint letters.
  package init(
    prompt: StyledLine, text: String, cursor: Int, styles: [(bytes: Range<Int>, style: Style)],
    columns: Int, hint: String = ""
  ) {
    rows = [prompt.clipped(to: max(1, columns - 1))]
    var pen = Pen(columns: max(2, columns), indent: rows[0].width)
    pen.column = pen.indent
    var offset = 0
    var styles = styles[...]
    for scalar in text.unicodeScalars {
      if offset == cursor { mark(&pen) }
      while let first = styles.first, first.bytes.upperBound <= offset { styles.removeFirst() }
      let style = styles.first.flatMap { $0.bytes.contains(offset) ? $0.style : nil }
      put(scalar, style, &pen)
      offset += UTF8.width(scalar)
    }
    if cursor >= offset { mark(&pen) }
    for scalar in hint.unicodeScalars { put(scalar, .faint, &pen) }
  }

  private struct Pen {
    let columns: Int
    let indent: Int
    var column = 0
  }

  /// Puts the cursor where the next character goes.
  private mutating func mark(_ pen: inout Pen) {
    if pen.column >= pen.columns { wrap(&pen) }
    row = rows.count - 1
    column = pen.column
  }

  private mutating func wrap(_ pen: inout Pen) {
    rows.append(StyledLine())
    pen.column = 0
  }

  private mutating func put(_ scalar: Unicode.Scalar, _ style: Style?, _ pen: inout Pen) {
    if scalar == "\n" {
      rows.append(StyledLine(String(repeating: " ", count: pen.indent)))
      pen.column = pen.indent
      return
    }
    let shown = Self.shown(scalar, column: pen.column)
    let width = shown.displayWidth
    if pen.column + width > pen.columns { wrap(&pen) }
    rows[rows.count - 1].append(shown, style)
    pen.column += width
  }

  /// A character as a terminal can show it: tabs as spaces, control characters as `^A`.
  private static func shown(_ scalar: Unicode.Scalar, column: Int) -> String {
    switch scalar.value {
    case 9: String(repeating: " ", count: 4 - column % 4)
    case 0..<32: "^" + String(Unicode.Scalar(UInt8(scalar.value) + 64))
    case 127..<160: "\u{FFFD}"
    default: String(scalar)
    }
  }

  /// The rows around the cursor, as many as there is room for.
  package func window(of height: Int) -> LineLayout {
    guard rows.count > height, height > 0 else { return self }
    var layout = self
    let first = min(max(0, row - height / 2), rows.count - height)
    layout.rows = Array(rows[first..<first + height])
    layout.row = row - first
    return layout
  }
}
