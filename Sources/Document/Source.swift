import Glibc

/// A text that a person wrote, and the name to call it by.
package final class Source: Sendable {
  /// The file's path as the person gave it, or `stdin`, `-e` and the like.
  package let name: String
  package let text: String
  /// The byte offset at which each line starts.
  private let lineStarts: [Int]
  /// Whether a character is a byte, so that places are found without counting.
  private let isASCII: Bool

  package init(name: String, text: String) {
    self.name = name
    var text = text
    // A byte order mark would shift every column of the first line.
    if text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) { text.unicodeScalars.removeFirst() }
    lineStarts = text.withUTF8(Self.lineStarts)
    isASCII = text.withUTF8 { bytes in bytes.allSatisfy { $0 < 0x80 } }
    self.text = text
  }

  /// A text from outside, which may not be UTF-8.
  package convenience init(name: String, bytes: [UInt8]) throws(Diagnostics) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Diagnostics(Self.invalidText(name, bytes))
    }
    self.init(name: name, text: text)
  }

  private static func invalidText(_ name: String, _ bytes: [UInt8]) -> Diagnostic {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    scan: while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error, .emptyInput: break scan
      }
    }
    // The excerpt shows the text up to the end of the line, with marks for what can't be read.
    let end = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.endIndex
    let shown = Source(name: name, text: String(decoding: bytes[..<min(end, offset + 200)], as: UTF8.self))
    let start = shown.position(ofByte: offset)
    let hint = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    return Diagnostic(
      "invalid_text", "the text isn't valid UTF-8: byte \(offset) is \(hexadecimal(bytes[offset]))",
      at: Place(source: shown, start: start, end: Position(line: start.line, column: start.column + 1)),
      hint: hint ? "it looks like UTF-16: save it as UTF-8" : "save it as UTF-8")
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    "0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }

  /// The lines of a text; of one that is too large to be read, only as far as that shows.
  private static func lineStarts(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    var starts = [0]
    let end = min(bytes.count, DocumentReader.sizeLimit)
    guard let base = bytes.baseAddress else { return starts }
    starts.reserveCapacity(end / 40)
    var offset = 0
    while offset < end, let found = memchr(base + offset, 0x0A, end - offset) {
      offset = base.distance(to: found.assumingMemoryBound(to: UInt8.self)) + 1
      starts.append(offset)
    }
    return starts
  }

  /// The bytes of a line, counted from 1, without its line end.
  private func range(ofLine number: Int) -> Range<Int> {
    guard number >= 1, number <= lineStarts.count else { return 0..<0 }
    let start = lineStarts[number - 1]
    let next = number < lineStarts.count ? lineStarts[number] - 1 : text.utf8.count
    let bytes = text.utf8
    let hasReturn =
      next > start && bytes[bytes.index(bytes.startIndex, offsetBy: next - 1)] == UInt8(ascii: "\r")
    return start..<(hasReturn ? next - 1 : next)
  }

  /// The text of a line, counted from 1, without its line end; empty when there is no such line.
  package func line(_ number: Int) -> Substring { substring(range(ofLine: number)) }

  /// A part of a line: so many characters from a column on, as far as the line has them.
  ///
  /// Lines can have millions of characters; what shows a place needs only those around it.
  func part(ofLine number: Int, from column: Int, count: Int) -> (text: Substring, hasMore: Bool) {
    let range = range(ofLine: number)
    let line = substring(range)
    let start = index(column - 1, in: line)
    let end = line.unicodeScalars.index(start, offsetBy: count, limitedBy: line.endIndex) ?? line.endIndex
    return (line[start..<end], end < line.endIndex)
  }

  /// The index of a Unicode scalar; where all are ASCII there is no need to count.
  private func index(_ offset: Int, in line: Substring) -> String.Index {
    if isASCII {
      return line.utf8.index(line.startIndex, offsetBy: offset, limitedBy: line.endIndex) ?? line.endIndex
    }
    return line.unicodeScalars.index(line.startIndex, offsetBy: offset, limitedBy: line.endIndex)
      ?? line.endIndex
  }

  private func substring(_ range: Range<Int>) -> Substring {
    let bytes = text.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound)
    return text[start..<bytes.index(start, offsetBy: range.count)]
  }

  /// The position of a byte.
  package func position(ofByte offset: Int) -> Position {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let end = max(lineStarts[low], min(offset, text.utf8.count))
    if isASCII { return Position(line: low + 1, column: end - lineStarts[low] + 1) }
    let before = substring(lineStarts[low]..<end)
    return Position(line: low + 1, column: before.unicodeScalars.count + 1)
  }
}

/// A line and a column, both counted from 1; the column counts Unicode scalars.
package struct Position: Sendable, Hashable, Comparable {
  // Every value of a document has two positions: half the room for each is a third less for all.
  private let lineNumber: UInt32
  private let columnNumber: UInt32

  package var line: Int { Int(lineNumber) }
  package var column: Int { Int(columnNumber) }

  package init(line: Int, column: Int) {
    lineNumber = UInt32(clamping: line)
    columnNumber = UInt32(clamping: column)
  }

  package static func < (left: Self, right: Self) -> Bool {
    (left.lineNumber, left.columnNumber) < (right.lineNumber, right.columnNumber)
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

extension Place {
  /// The first place of a text in it, as far as the place's first line goes; itself when the text isn't there.
  ///
  /// An error in a reference inside of a long text points at the reference.
  package func narrowed(to text: String) -> Place {
    guard !text.isEmpty, !text.contains("\n") else { return self }
    let count = start.line == end.line ? max(0, end.column - start.column) : 1000
    let shown = source.part(ofLine: start.line, from: start.column, count: min(count, 1000)).text
    guard let found = shown.firstRange(of: text) else { return self }
    let before = shown[..<found.lowerBound].unicodeScalars.count
    let column = start.column + before
    return Place(
      source: source, start: Position(line: start.line, column: column),
      end: Position(line: start.line, column: column + text.unicodeScalars.count))
  }
}

extension Place: CustomStringConvertible {
  /// `file:line:column`, which editors and terminals turn into a link.
  package var description: String { "\(source.name):\(start.line):\(start.column)" }
}
