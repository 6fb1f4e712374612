/// A comment of a YAML text.
struct YAMLComment {
  /// With its `#`, without white space at its end.
  let text: String
  let start: Position
  /// Whether something stands before it on its line.
  let isTrailing: Bool
  /// Whether the line above is empty.
  let followsBlankLine: Bool
}

/// Finds the comments between the values of a YAML text, whose places libyaml knows.
///
/// Lines and columns are counted as libyaml counts them, which takes more than `\n` for a line end.
struct CommentScanner {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var offset = 0
  private var line = 1
  private var column = 1
  /// Whether something stands before the cursor on its line.
  private var lineHasContent = false
  /// Whether the line above the cursor's is empty.
  private(set) var followsBlankLine = false

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var position: Position { Position(line: line, column: column) }
  private var isAtEnd: Bool { offset >= bytes.count }
  private var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  /// Moves over what isn't the text of a value, up to a position, and returns the comments there.
  mutating func scan(to target: Position) -> [YAMLComment] {
    var found: [YAMLComment] = []
    while !isAtEnd, position < target {
      if current == UInt8(ascii: "#") { found.append(comment()) } else { step() }
    }
    return found
  }

  /// Moves over the text of a value.
  mutating func skip(to target: Position) {
    while !isAtEnd, position < target { step() }
  }

  /// Moves over a value's tag and anchor, to where its text begins; returns comments in between.
  mutating func skipProperties(before end: Position) -> [YAMLComment] {
    var found: [YAMLComment] = []
    while !isAtEnd, position < end {
      switch current {
      case UInt8(ascii: "!"), UInt8(ascii: "&"):
        while !isAtEnd, position < end, breakLength == 0, !isBlank { step() }
      case UInt8(ascii: "#"): found.append(comment())
      case _ where isBlank || breakLength > 0: step()
      default: return found
      }
    }
    return found
  }

  /// Moves over the header of a block scalar (`|-`), whose comment it returns.
  mutating func skipBlockHeader() -> YAMLComment? {
    var found: YAMLComment?
    while !isAtEnd, breakLength == 0 {
      if current == UInt8(ascii: "#") { found = comment() } else { step() }
    }
    step()
    return found
  }

  /// The lines from the cursor to a position, without their ends, and moves there.
  mutating func lines(to target: Position) -> [String] {
    var lines: [String] = []
    var start = offset
    while !isAtEnd, position < target {
      if breakLength > 0 {
        lines.append(String(decoding: bytes[start..<offset], as: UTF8.self))
        step()
        start = offset
      } else {
        step()
      }
    }
    if start < offset { lines.append(String(decoding: bytes[start..<offset], as: UTF8.self)) }
    return lines
  }

  private var isBlank: Bool { current == 0x20 || current == 0x09 }

  /// How many bytes the line end at the cursor has; 0 when there is none.
  private var breakLength: Int {
    switch current {
    case 0x0A: 1
    case 0x0D: offset + 1 < bytes.count && bytes[offset + 1] == 0x0A ? 2 : 1
    case 0xC2: offset + 1 < bytes.count && bytes[offset + 1] == 0x85 ? 2 : 0
    case 0xE2:
      offset + 2 < bytes.count && bytes[offset + 1] == 0x80 && bytes[offset + 2] & 0xFE == 0xA8 ? 3 : 0
    default: 0
    }
  }

  private mutating func step() {
    let length = breakLength
    guard length == 0 else {
      offset += length
      line += 1
      column = 1
      followsBlankLine = !lineHasContent
      lineHasContent = false
      return
    }
    if !isBlank, !isAtEnd { lineHasContent = true }
    offset += 1
    while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
    column += 1
  }

  private mutating func comment() -> YAMLComment {
    let (start, first, isTrailing) = (position, offset, lineHasContent)
    while !isAtEnd, breakLength == 0 { step() }
    var last = offset
    while last > first, [0x20, 0x09].contains(bytes[last - 1]) { last -= 1 }
    return YAMLComment(
      text: String(decoding: bytes[first..<last], as: UTF8.self), start: start, isTrailing: isTrailing,
      followsBlankLine: followsBlankLine)
  }
}
