/// The one range of bytes that a `Range` header asks for (RFC 9110, 14.1.2).
enum ByteRange {
  case from(Int, to: Int?)
  case last(Int)

  /// Nil where a header asks for no range or for several, which a server may answer in full.
  init?(_ header: String) {
    guard header.hasPrefix("bytes=") else { return nil }
    let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else { return nil }
    switch (Int(ends[0]), Int(ends[1])) {
    case (let first?, let last?) where first <= last: self = .from(first, to: last)
    case (let first?, nil) where ends[1].isEmpty: self = .from(first, to: nil)
    case (nil, let count?) where ends[0].isEmpty: self = .last(count)
    default: return nil
    }
  }

  /// The bytes of so many that are meant; nil when there are none.
  func part(of size: Int) -> Range<Int>? {
    switch self {
    case .from(let first, let last) where first < size: first..<min(size, (last ?? size - 1) + 1)
    case .last(let count) where count > 0 && size > 0: max(0, size - count)..<size
    default: nil
    }
  }
}
