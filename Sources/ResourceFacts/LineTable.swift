import Glibc

/// A text that the program carries, and where its lines are.
struct LineTable: Sendable {
  private let parts: [StaticString]
  /// The part's number in the high bits, the offset in it in the low 24.
  private let starts: [UInt32]

  /// Finds the lines; each ends in a line feed.
  init(_ parts: [StaticString]) {
    self.parts = parts
    var starts: [UInt32] = []
    starts.reserveCapacity(parts.reduce(0) { $0 + $1.utf8CodeUnitCount } / 16)
    for (number, part) in parts.enumerated() {
      let start = part.utf8Start
      var offset = 0
      while offset < part.utf8CodeUnitCount {
        starts.append(UInt32(number) << 24 | UInt32(offset))
        guard let end = memchr(start + offset, 0x0A, part.utf8CodeUnitCount - offset) else { break }
        offset = UnsafeRawPointer(end) - UnsafeRawPointer(start) + 1
      }
    }
    self.starts = starts
  }

  var count: Int { starts.count }

  /// A line without its end; empty when there is none of that number.
  subscript(number: Int) -> UnsafeBufferPointer<UInt8> {
    guard starts.indices.contains(number) else { return UnsafeBufferPointer(start: nil, count: 0) }
    let part = parts[Int(starts[number] >> 24)]
    let offset = Int(starts[number] & 0xFFFFFF)
    let start = part.utf8Start + offset
    let rest = part.utf8CodeUnitCount - offset
    let length = memchr(start, 0x0A, rest).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? rest
    return UnsafeBufferPointer(start: start, count: length)
  }

  func text(_ number: Int) -> String { String(decoding: self[number], as: UTF8.self) }

  /// The line that begins with a word and a tabulator, in a table whose lines are in order.
  func row(_ name: String) -> UnsafeBufferPointer<UInt8>? {
    var name = name
    return name.withUTF8 { name in
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        let line = self[middle]
        let word = line.prefix { $0 != 0x09 }
        if word.elementsEqual(name) { return line }
        if word.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }
}
