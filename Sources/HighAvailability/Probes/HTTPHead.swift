import Glibc

/// The status line and the fields of an HTTP/1 response, in the bytes as they came.
///
/// It is valid only as long as the bytes are.
struct HTTPHead {
  let status: Int
  /// Whether the server speaks HTTP/1.1, whose connections stay open unless said otherwise.
  let isNewer: Bool
  /// How many bytes it takes, with the empty line.
  let count: Int
  private let fields: UnsafeRawBufferPointer

  enum Problem: Error {
    case incomplete
    case malformed
  }

  init(_ bytes: UnsafeRawBufferPointer) throws(Problem) {
    guard let end = Self.end(of: bytes) else { throw .incomplete }
    count = end
    let line = Self.line(in: bytes, from: 0)
    // HTTP/1.1 200
    let prefix: StaticString = "HTTP/1."
    guard let start = line.baseAddress, line.count >= 12, memcmp(start, prefix.utf8Start, 7) == 0,
      line[8] == 0x20
    else {
      throw .malformed
    }
    var status = 0
    for byte in line[9..<12] {
      guard (0x30...0x39).contains(byte) else { throw .malformed }
      status = status * 10 + Int(byte - 0x30)
    }
    guard status >= 100, line.count == 12 || line[12] == 0x20 else { throw .malformed }
    self.status = status
    isNewer = line[7] != 0x30
    fields = UnsafeRawBufferPointer(rebasing: bytes[Self.next(after: line, in: bytes)..<end])
  }

  /// Calls for each field in turn.
  func forEachField(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
    var at = 0
    while at < fields.count {
      let line = Self.line(in: fields, from: at)
      guard !line.isEmpty else { return }
      at = Self.next(after: line, in: fields)
      guard let base = line.baseAddress, let found = memchr(base, 0x3A, line.count) else { continue }
      let colon = base.distance(to: UnsafeRawPointer(found))
      body(
        UnsafeRawBufferPointer(rebasing: line[..<colon]),
        Self.trimmed(UnsafeRawBufferPointer(rebasing: line[(colon + 1)...])))
    }
  }

  /// The value of the first field of a name.
  func value(of name: String) -> String? {
    var found: String?
    forEachField { field, value in
      if found == nil, Self.equals(field, name) { found = String(decoding: value, as: UTF8.self) }
    }
    return found
  }

  /// Compares without regard to case.
  static func equals(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
    let text = text.utf8
    guard text.count == bytes.count else { return false }
    return zip(bytes, text).allSatisfy { lowercased($0) == lowercased($1) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// Whether a list with commas between has an element.
  static func hasToken(_ bytes: UnsafeRawBufferPointer, _ text: String) -> Bool {
    if equals(bytes, text) { return true }
    return bytes.split(separator: 0x2C).contains {
      equals(trimmed(UnsafeRawBufferPointer(rebasing: $0)), text)
    }
  }

  // MARK: - Lines

  /// Where the empty line ends that ends the head.
  private static func end(of bytes: UnsafeRawBufferPointer) -> Int? {
    guard let base = bytes.baseAddress else { return nil }
    var at = 0
    while at < bytes.count, let found = memchr(base + at, 0x0A, bytes.count - at) {
      let end = base.distance(to: UnsafeRawPointer(found))
      if end > 0, end == at || (end == at + 1 && bytes[at] == 0x0D) { return end + 1 }
      at = end + 1
    }
    return nil
  }

  /// The line from a place on, without its end.
  private static func line(in bytes: UnsafeRawBufferPointer, from start: Int) -> UnsafeRawBufferPointer {
    guard let base = bytes.baseAddress else { return bytes }
    let found = memchr(base + start, 0x0A, bytes.count - start)
    var end = found.map { base.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }

  private static func next(after line: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress, let start = line.baseAddress else { return bytes.count }
    let end = base.distance(to: start) + line.count
    return min(bytes.count, end < bytes.count && bytes[end] == 0x0D ? end + 2 : end + 1)
  }

  private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var (start, end) = (0, bytes.count)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
  }
}
