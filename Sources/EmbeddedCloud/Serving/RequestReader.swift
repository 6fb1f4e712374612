package import HTTP

/// Reads one request after the other from bytes as they come (RFC 9112), and takes no more of them than it must.
package struct RequestReader {
  /// How long the parts of a request may be, in bytes.
  package struct Limits: Sendable {
    /// The request line and all fields.
    package var head = 16 << 10
    package var body = 64 << 10

    package init() {}
  }

  /// A request that has come whole.
  package struct Arrival: Sendable {
    /// Its URL is what the request line names: a path and a query.
    package let request: Request
    /// Whether the sender may go on with another.
    package let keepsAlive: Bool
  }

  /// Why a request isn't taken; nothing after it can be read.
  package struct Refusal: Error, Sendable, Hashable {
    package let status: Int
    package let message: String
  }

  private enum Stage {
    case head
    case body(RequestHead, length: Int)
    /// A chunk's size comes next.
    case size(RequestHead)
    /// So much of a chunk is still to come, and the line end after it.
    case chunk(RequestHead, length: Int)
    /// The fields after the last chunk.
    case trailers(RequestHead)
  }

  private let limits: Limits
  private var stage = Stage.head
  private var bytes: [UInt8] = []
  /// How many of the bytes have been used.
  private var used = 0
  /// Up to where no line end was found.
  private var searched = 0
  private var body: [UInt8] = []
  private var trailerSize = 0

  package init(_ limits: Limits = Limits()) { self.limits = limits }

  /// Whether a part of a request is there.
  package var isMidway: Bool { if case .head = stage { used < bytes.count } else { true } }

  /// Whether the sender waits to be told to go on with the body.
  package var isAwaited: Bool {
    switch stage {
    case .body(let head, _), .size(let head): head.isAwaited && body.isEmpty && used == bytes.count
    default: false
    }
  }

  /// Takes more bytes.
  package mutating func take(_ more: some Collection<UInt8>) {
    if used > 0 {
      bytes.removeFirst(used)
      searched = max(0, searched - used)
      used = 0
    }
    bytes += more
  }

  /// The next request; nil while it isn't there yet.
  package mutating func next() throws(Refusal) -> Arrival? {
    while true {
      switch stage {
      case .head:
        guard let head = try head() else { return nil }
        try begin(head)
      case .body(let head, let length):
        guard takeBody(upTo: length) else { return nil }
        return arrive(head)
      case .size(let head):
        guard let line = try line(upTo: 1024) else { return nil }
        let length = try chunkLength(line)
        stage = length == 0 ? .trailers(head) : .chunk(head, length: body.count + length)
      case .chunk(let head, let length):
        guard takeBody(upTo: length), let end = try line(upTo: 2) else { return nil }
        guard end.isEmpty else { throw Refusal(status: 400, message: "a chunk is longer than its size says") }
        stage = .size(head)
      case .trailers(let head):
        guard let line = try line(upTo: limits.head - trailerSize) else { return nil }
        trailerSize += line.count + 2
        if line.isEmpty { return arrive(head) }
      }
    }
  }

  // MARK: - Parts

  private mutating func head() throws(Refusal) -> RequestHead? {
    // Empty lines before a request are let pass (RFC 9112, 2.2).
    while used < bytes.count, bytes[used] == 13 || bytes[used] == 10 { used += 1 }
    searched = max(searched, used)
    while let end = bytes[searched...].firstIndex(of: 10) {
      searched = end + 1
      guard end - used <= limits.head else { break }
      let isEmpty = end == used || bytes[end - 1] == 10 || bytes[end - 1] == 13 && bytes[end - 2] == 10
      guard isEmpty else { continue }
      let text = bytes[used..<end]
      used = end + 1
      return try RequestHead(text)
    }
    searched = max(searched, bytes.count)
    if bytes.count - used > limits.head {
      throw Refusal(status: 431, message: "the request's head is longer than \(limits.head) bytes")
    }
    return nil
  }

  private mutating func begin(_ head: RequestHead) throws(Refusal) {
    body = []
    trailerSize = 0
    if head.isChunked {
      stage = .size(head)
      return
    }
    guard head.length <= limits.body else { throw tooLarge }
    stage = .body(head, length: head.length)
  }

  /// Moves what there is into the body; false while more is to come.
  private mutating func takeBody(upTo length: Int) -> Bool {
    let count = min(length - body.count, bytes.count - used)
    body += bytes[used..<used + count]
    used += count
    return body.count == length
  }

  private mutating func line(upTo limit: Int) throws(Refusal) -> ArraySlice<UInt8>? {
    guard let end = bytes[used...].firstIndex(of: 10) else {
      if bytes.count - used > limit {
        throw Refusal(status: 400, message: "a line between chunks is too long")
      }
      return nil
    }
    guard end - used <= limit else {
      throw Refusal(status: 400, message: "a line between chunks is too long")
    }
    let line = bytes[used..<end]
    used = end + 1
    return line.last == 13 ? line.dropLast() : line
  }

  private func chunkLength(_ line: ArraySlice<UInt8>) throws(Refusal) -> Int {
    let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 32 && $0 != 9 }
    let isHex = digits.allSatisfy {
      (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0)
    }
    guard isHex, let length = Int(String(decoding: digits, as: UTF8.self), radix: 16) else {
      throw Refusal(status: 400, message: "a chunk's size is no number")
    }
    guard length <= limits.body - body.count else { throw tooLarge }
    return length
  }

  private var tooLarge: Refusal {
    Refusal(status: 413, message: "the body is longer than \(limits.body) bytes")
  }

  private mutating func arrive(_ head: RequestHead) -> Arrival {
    defer {
      stage = .head
      body = []
      searched = used
    }
    return Arrival(
      request: Request(head.method, head.target, headers: head.headers, body: body),
      keepsAlive: head.keepsAlive)
  }
}
