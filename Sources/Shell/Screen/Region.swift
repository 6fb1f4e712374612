/// The rows at the bottom of a terminal that change: progress, the prompt, a menu.
///
/// It knows what the terminal shows and where its cursor is, relative to the first row, and so says what to
/// write to make it show something else.
struct Region {
  struct Cursor: Hashable {
    var row: Int
    var column: Int
  }

  private var rows: [String] = []
  private var cursor = Cursor(row: 0, column: 0)

  var isEmpty: Bool { rows.isEmpty }

  /// What to write so that these rows are shown, which fit the terminal's width.
  ///
  /// The cursor goes to `place`, or to the last row. The text `above` stays above the rows, and ends its line unless
  /// there are none.
  mutating func draw(_ new: [String], cursor place: Cursor? = nil, above: String = "") -> String {
    var output = ""
    if !above.isEmpty {
      output += move(to: Cursor(row: 0, column: 0)) + (rows.isEmpty ? "" : "\u{1B}[J") + Self.lines(above)
      rows = []
      cursor = Cursor(row: 0, column: 0)
    }
    for (index, row) in new.enumerated() where index >= rows.count || rows[index] != row {
      output += move(to: Cursor(row: index, column: 0))
      if index < rows.count { output += "\u{1B}[2K" }
      output += row
      // Where a full row leaves the cursor differs between terminals; the next move starts with a return.
      cursor.column = Int.max
    }
    if new.count < rows.count {
      if new.isEmpty {
        output += move(to: Cursor(row: 0, column: 0)) + "\u{1B}[J"
      } else {
        output += move(to: Cursor(row: new.count, column: 0)) + "\u{1B}[J"
      }
    }
    rows = new
    if let place {
      output += move(to: place)
    } else if cursor.row != max(0, new.count - 1) {
      output += move(to: Cursor(row: max(0, new.count - 1), column: 0))
    }
    return output
  }

  /// What to write so that the rows stay for good, and a new line begins below them.
  mutating func settle() -> String {
    guard !rows.isEmpty else { return "" }
    let output = move(to: Cursor(row: rows.count - 1, column: 0)) + "\r\n"
    forget()
    return output
  }

  /// Takes the screen for empty, as when it has been cleared.
  mutating func forget() {
    rows = []
    cursor = Cursor(row: 0, column: 0)
  }

  private mutating func move(to place: Cursor) -> String {
    guard place != cursor else { return "" }
    var output = cursor.column == 0 ? "" : "\r"
    let bottom = max(0, rows.count - 1, cursor.row)
    if place.row < cursor.row { output += "\u{1B}[\(cursor.row - place.row)A" }
    if place.row > cursor.row {
      let steps = min(place.row, bottom) - cursor.row
      if steps > 0 { output += "\u{1B}[\(steps)B" }
      // Below the last row there is nothing to move to: a new line is made.
      output += String(repeating: "\n", count: max(0, place.row - bottom))
    }
    if place.column > 0 { output += "\u{1B}[\(place.column)C" }
    cursor = place
    return output
  }

  /// Line ends as a terminal wants them whose output isn't processed.
  private static func lines(_ text: String) -> String {
    text.contains("\n") ? text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n") : text
  }
}
