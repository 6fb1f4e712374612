import Glibc

/// A text with `*` for anything, as in `Welcome * to *Press`.
package struct TextPattern: Sendable, Hashable {
  private let pieces: [[UInt8]]
  /// Whether the text may go on before the first piece and after the last.
  private let isOpen: (before: Bool, after: Bool)
  private let text: String

  /// A pattern for a whole text.
  package init(_ pattern: String) {
    self.init(pattern, before: false, after: false)
  }

  /// A pattern for a part of a text.
  package init(containing pattern: String) { self.init(pattern, before: true, after: true) }

  private init(_ pattern: String, before: Bool, after: Bool) {
    text = pattern
    pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(
      Array.init)
    isOpen = (before, after)
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.text == right.text && left.isOpen == right.isOpen
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The pattern as events show it.
  var quoted: String { "\"\(text)\"" }

  package func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matches(UnsafeRawBufferPointer($0)) }
  }

  func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    var rest = text
    for (index, piece) in pieces.enumerated() {
      let isFixed = index == 0 && !isOpen.before
      let isEnd = index == pieces.count - 1 && !isOpen.after
      if isFixed && isEnd { return rest.elementsEqual(piece) }
      if isEnd { return rest.count >= piece.count && rest.suffix(piece.count).elementsEqual(piece) }
      guard let end = isFixed ? Self.start(piece, rest) : Self.find(piece, rest) else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[end...])
    }
    return true
  }

  private static func start(_ piece: [UInt8], _ text: UnsafeRawBufferPointer) -> Int? {
    text.starts(with: piece) ? piece.count : nil
  }

  /// Where the first occurrence ends.
  private static func find(_ piece: [UInt8], _ text: UnsafeRawBufferPointer) -> Int? {
    guard let first = piece.first else { return 0 }
    guard let base = text.baseAddress else { return nil }
    var at = 0
    while at + piece.count <= text.count {
      guard let found = memchr(base + at, Int32(first), text.count - piece.count - at + 1) else { return nil }
      at = base.distance(to: UnsafeRawPointer(found))
      if memcmp(found, piece, piece.count) == 0 { return at + piece.count }
      at += 1
    }
    return nil
  }
}
