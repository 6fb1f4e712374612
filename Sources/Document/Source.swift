/// A text that a person wrote, and the name to call it by.
package final class Source: Sendable {
  /// The file's path as the person gave it, or `stdin`, `-e` and the like.
  package let name: String
  package let text: String
  /// The byte offset at which each line starts.
  private let lineStarts: [Int]

  package init(name: String, text: String) {
    self.name = name
    var text = text
    // A byte order mark would shift every column of the first line.
    if text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) { text.unicodeScalars.removeFirst() }
    lineStarts = text.withUTF8(Self.lineStarts)
    self.text = text
  }

  private static func lineStarts(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    var starts = [0]
    for offset in bytes.indices where bytes[offset] == UInt8(ascii: "\n") { starts.append(offset + 1) }
    return starts
  }

  /// The text of a line, counted from 1, without its line end; empty when there is no such line.
  package func line(_ number: Int) -> Substring {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: lineStarts[number - 1])
    let line = text[start...].prefix { !$0.isNewline }
    return line
  }

  /// The position of a byte.
  package func position(ofByte offset: Int) -> Position {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: lineStarts[low])
    let end =
      bytes.index(start, offsetBy: offset - lineStarts[low], limitedBy: bytes.endIndex) ?? bytes.endIndex
    return Position(line: low + 1, column: text.unicodeScalars.distance(from: start, to: end) + 1)
  }
}

/// A line and a column, both counted from 1; the column counts Unicode scalars.
package struct Position: Sendable, Hashable, Comparable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A stretch of a source; `end` is the position after its last character.
package struct Place: Sendable {
  package let source: Source
  package let start: Position
  package let end: Position

  package init(source: Source, start: Position, end: Position) {
    self.source = source
    self.start = start
    self.end = end
  }
}

extension Place: CustomStringConvertible {
  /// `file:line:column`, which editors and terminals turn into a link.
  package var description: String { "\(source.name):\(start.line):\(start.column)" }
}
