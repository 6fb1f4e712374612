package import Document
import Glibc

extension Source {
  /// Whether the text has this in it: a quick look before a whole tree is searched.
  package func mentions(_ part: String) -> Bool {
    let part = Array(part.utf8)
    guard let last = part.last else { return true }
    var text = text
    return text.withUTF8 { bytes in
      // Skips of a few bytes cost more than the C library's search for one.
      part.count < 4
        ? Self.find(part, in: bytes) : Self.skipping(part, last, in: bytes)
    }
  }

  private static func find(_ part: [UInt8], in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = bytes.baseAddress else { return false }
    var offset = 0
    while let hit = memchr(start + offset, Int32(part[0]), bytes.count - offset) {
      let found = start.distance(to: hit.assumingMemoryBound(to: UInt8.self))
      if bytes[found...].starts(with: part) { return true }
      offset = found + 1
    }
    return false
  }

  /// Horspool's search.
  private static func skipping(
    _ part: [UInt8], _ last: UInt8, in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var skips = [Int](repeating: part.count, count: 256)
    for (index, byte) in part.dropLast().enumerated() { skips[Int(byte)] = part.count - 1 - index }
    var end = part.count - 1
    while end < bytes.count {
      let byte = bytes[end]
      if byte == last, bytes[(end - part.count + 1)...end].elementsEqual(part) { return true }
      end += skips[Int(byte)]
    }
    return false
  }
}
