/// What a terminal shows after some output: rows of characters and a cursor.
///
/// It obeys what kiln and readline write: line ends, cursor moves, erasing, and it ignores colours and modes.
package struct TerminalScreen: Sendable {
  package let rows: Int
  package let columns: Int
  /// All lines, those that have scrolled away first.
  private var lines: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private var pending = ""

  package init(rows: Int = 24, columns: Int = 80) {
    self.rows = rows
    self.columns = columns
  }

  /// The screen's first line among all lines.
  private var top: Int { max(0, lines.count - rows) }

  /// All lines without spaces at their ends, up to the last that isn't empty.
  package var text: String {
    var texts = lines.map { line -> String in
      var text = String(line)
      while text.last == " " { text.removeLast() }
      return text
    }
    while texts.last?.isEmpty ?? false { texts.removeLast() }
    return texts.joined(separator: "\n")
  }

  /// The cursor's line and column, counted from 0, the line among all lines.
  package var cursor: (row: Int, column: Int) { (row, column) }

  package mutating func feed(_ output: String) {
    var rest = Substring(pending + output)
    pending = ""
    while let scalar = rest.unicodeScalars.first {
      if scalar == "\u{1B}" {
        guard let end = Self.end(ofSequence: rest) else {
          pending = String(rest)
          return
        }
        obey(rest[..<end])
        rest = rest[end...]
      } else {
        put(scalar)
        rest = rest.dropFirst(scalar)
      }
    }
  }

  /// Where an escape sequence ends; nil when it isn't all there.
  private static func end(ofSequence text: Substring) -> Substring.Index? {
    let scalars = text.unicodeScalars
    guard let second = scalars.dropFirst().first else { return nil }
    guard second == "[" else { return scalars.index(scalars.startIndex, offsetBy: 2) }
    let final = scalars.dropFirst(2).firstIndex { ("@"..."~").contains($0) }
    return final.map { scalars.index(after: $0) }
  }

  private mutating func obey(_ sequence: Substring) {
    guard sequence.hasPrefix("\u{1B}["), let final = sequence.last else { return }
    let parameters = sequence.dropFirst(2).dropLast()
    let count = parameters.split(separator: ";").first.flatMap { Int($0) }
    switch final {
    case "A": row = max(top, row - (count ?? 1))
    case "B": row = min(top + rows - 1, row + (count ?? 1))
    case "C": column = min(columns - 1, column + (count ?? 1))
    case "D": column = max(0, column - (count ?? 1))
    case "H": (row, column) = (top, 0)
    case "J": eraseDown(all: count == 2)
    case "K": eraseLine(all: count == 2)
    default: break
    }
  }

  private mutating func eraseDown(all: Bool) {
    let first = all ? top : row + 1
    if first < lines.count { lines.removeSubrange(first...) }
    if !all { eraseLine(all: false) }
    extend()
  }

  private mutating func eraseLine(all: Bool) {
    extend()
    lines[row] = all ? [] : Array(lines[row].prefix(column))
  }

  private mutating func extend() {
    while lines.count <= row { lines.append([]) }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\r": column = 0
    case "\n":
      row += 1
      extend()
    case "\u{08}": column = max(0, column - 1)
    case _ where scalar.value < 32: break
    default: put(Character(scalar), width: Self.width(of: scalar))
    }
  }

  private mutating func put(_ character: Character, width: Int) {
    extend()
    guard width > 0 else { return }
    if column + width > columns {
      (row, column) = (row + 1, 0)
      extend()
    }
    while lines[row].count < column { lines[row].append(" ") }
    lines[row].replaceSubrange(
      column..<min(lines[row].count, column + 1), with: [character])
    column += 1
    // The second half of a wide character is a place that holds nothing.
    if width == 2 {
      lines[row].replaceSubrange(column..<min(lines[row].count, column + 1), with: ["\u{200B}"])
      column += 1
    }
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36F, 0x200B...0x200F: 0
    case 0x1100...0x115F, 0x2E80...0xD7A3, 0xFF00...0xFF60, 0x1F300...0x1FAFF: 2
    default: 1
    }
  }
}

extension Substring {
  fileprivate func dropFirst(_ scalar: Unicode.Scalar) -> Substring {
    Substring(unicodeScalars.dropFirst())
  }
}
