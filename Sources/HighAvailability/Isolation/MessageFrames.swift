package import Document

/// Messages on a stream of bytes: each is a JSON value on whose length four bytes go ahead, the highest first.
package struct MessageFrames {
  /// The most that a message may be, in bytes.
  package static let limit = 1 << 20

  /// What a stream brings that is no message.
  package struct Rubbish: Error, Sendable {
    package let reason: String
  }

  private var bytes: [UInt8] = []
  /// How much of them has been read.
  private var start = 0

  package init() {}

  /// A message as bytes; nil for one that is too long.
  package static func bytes(of message: Value) -> [UInt8]? {
    let text = message.jsonText().utf8
    guard text.count <= limit else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count + 4)
    for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: text.count >> shift)) }
    bytes += text
    return bytes
  }

  /// Takes what has come in.
  package mutating func add(_ more: some Sequence<UInt8>) {
    if start > 0 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += more
  }

  /// The next message, if all of it has come in.
  package mutating func next() throws(Rubbish) -> Value? {
    guard bytes.count - start >= 4 else { return nil }
    let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= Self.limit else {
      throw Rubbish(reason: "a message of \(length) bytes, where \(Self.limit) are the most")
    }
    guard bytes.count - start >= 4 + length else { return nil }
    let text = Array(bytes[start + 4..<start + 4 + length])
    start += 4 + length
    do throws(Diagnostics) { return try Value.json(text) } catch {
      throw Rubbish(reason: error.items.first?.message ?? "no JSON")
    }
  }
}
