/// Reads one HTTP/1 response from pieces, as they come, and judges it.
///
/// A body is kept only as far as it is wanted; of one that isn't nothing is waited for, unless the connection is to be
/// used again.
struct HTTPReader: Sendable {
  enum Progress: Sendable, Hashable {
    case more
    case done
    /// It isn't HTTP, and why not.
    case failed(String)
  }

  private enum State: Sendable {
    case head
    case sized(Int)
    case chunkSize
    case chunk(Int)
    case chunkEnd
    case trailer
    case untilClosed
    case done
  }

  /// The largest head, and line of a chunk, in bytes.
  private static let headLimit = 16_384
  /// How much of a body is looked at.
  static let bodyLimit = 1 << 20

  private var state = State.head
  /// The bytes of a head or line that isn't whole yet.
  private var pending: [UInt8] = []
  private var body: [UInt8] = []
  private var status = 0
  /// What is wrong with the head.
  private var complaint: String?
  /// Whether the server lets the connection be used again.
  private(set) var keepsAlive = false
  /// Whether any byte came.
  private(set) var hasBegun = false

  /// Takes a piece; what lies beyond the response is dropped.
  mutating func feed(_ bytes: UnsafeRawBufferPointer, _ question: PageQuestion) -> Progress {
    hasBegun = hasBegun || !bytes.isEmpty
    var at = 0
    while true {
      if case .done = state { return .done }
      guard at < bytes.count else { return .more }
      do throws(Malformed) {
        at += try step(UnsafeRawBufferPointer(rebasing: bytes[at...]), question)
      } catch {
        return .failed(error.reason)
      }
    }
  }

  /// Takes the end of the connection.
  mutating func finish() -> Progress {
    switch state {
    case .done: return .done
    case .untilClosed:
      state = .done
      return .done
    case .head where pending.isEmpty: return .failed("the connection was closed without an answer")
    default: return .failed("the connection was closed in the middle of the answer")
    }
  }

  /// What the whole response says.
  func outcome(_ question: PageQuestion) -> Outcome {
    if let complaint { return .down(complaint) }
    return question.expectation.outcome(status: status, body: body)
  }

  // MARK: - Steps

  private struct Malformed: Error {
    var reason = "the answer isn't HTTP"
  }

  /// Takes what the present state can, and returns how many bytes those are.
  private mutating func step(_ bytes: UnsafeRawBufferPointer, _ question: PageQuestion) throws(Malformed)
    -> Int
  {
    switch state {
    case .head: return try readHead(bytes, question)
    case .sized(let left):
      let count = min(left, bytes.count)
      state = left == count ? .done : .sized(left - count)
      keep(bytes[..<count], question)
      return count
    case .chunk(let left):
      let count = min(left, bytes.count)
      state = left == count ? .chunkEnd : .chunk(left - count)
      keep(bytes[..<count], question)
      return count
    case .untilClosed:
      keep(bytes[...], question)
      return bytes.count
    case .chunkSize, .chunkEnd, .trailer: return try readLine(bytes)
    case .done: return bytes.count
    }
  }

  private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>, _ question: PageQuestion) {
    guard question.expectation.wantsBody else { return }
    body.append(contentsOf: bytes.prefix(Self.bodyLimit - body.count))
    if body.count == Self.bodyLimit {
      keepsAlive = false
      state = .done
    }
  }

  private mutating func readHead(_ bytes: UnsafeRawBufferPointer, _ question: PageQuestion) throws(Malformed)
    -> Int
  {
    if pending.isEmpty, let count = try parse(bytes, question) { return count }
    let before = pending.count
    let taken = min(bytes.count, Self.headLimit - before)
    pending.append(contentsOf: bytes[..<taken])
    // Only the end of a line can make it whole.
    if before > 0, bytes[..<taken].contains(0x0A), let count = try parsePending(question) {
      return count - before
    }
    guard pending.count < Self.headLimit else { throw Malformed(reason: "the answer's head is too large") }
    return taken
  }

  private mutating func parsePending(_ question: PageQuestion) throws(Malformed) -> Int? {
    let whole = pending
    let result = whole.withUnsafeBytes { bytes in
      Result { () throws(Malformed) in try parse(bytes, question) }
    }
    let count = try result.get()
    if count != nil { pending = [] }
    return count
  }

  private mutating func hold(_ bytes: UnsafeRawBufferPointer) throws(Malformed) {
    guard pending.count + bytes.count <= Self.headLimit else {
      throw Malformed(reason: "the answer has too long a line")
    }
    pending.append(contentsOf: bytes)
  }

  /// Reads a head that is whole, and decides what follows; returns its length, nil when it isn't whole.
  private mutating func parse(_ bytes: UnsafeRawBufferPointer, _ question: PageQuestion) throws(Malformed)
    -> Int?
  {
    let head: HTTPHead
    do throws(HTTPHead.Problem) { head = try HTTPHead(bytes) } catch {
      switch error {
      case .incomplete: return nil
      case .malformed: throw Malformed()
      }
    }
    // An interim response; the real one follows.
    if head.status < 200 { return head.count }
    status = head.status
    complaint = question.expectation.complaint(about: head)
    let framing = HTTPFraming(head)
    keepsAlive = framing.keepsAlive && question.keepsAlive
    let isBare = head.status == 204 || head.status == 304
    let wantsBody = question.expectation.wantsBody && complaint == nil
    if isBare || !(wantsBody || keepsAlive) {
      state = .done
      return head.count
    }
    switch framing.length {
    case .sized(let length): state = length == 0 ? .done : .sized(length)
    case .chunked: state = .chunkSize
    case .untilClosed:
      keepsAlive = false
      state = wantsBody ? .untilClosed : .done
    case .malformed: throw Malformed(reason: "the answer's length makes no sense")
    }
    return head.count
  }

  /// Reads a line of the chunked coding.
  private mutating func readLine(_ bytes: UnsafeRawBufferPointer) throws(Malformed) -> Int {
    guard let end = bytes.firstIndex(of: 0x0A) else {
      try hold(bytes)
      return bytes.count
    }
    try hold(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    if pending.last == 0x0D { pending.removeLast() }
    let line = pending
    pending = []
    switch state {
    case .chunkSize:
      guard let size = Self.size(line) else { throw Malformed() }
      state = size == 0 ? .trailer : .chunk(size)
    case .chunkEnd:
      guard line.isEmpty else { throw Malformed() }
      state = .chunkSize
    default: if line.isEmpty { state = .done }
    }
    return end + 1
  }

  /// The number at the start of a chunk's line, before its extensions.
  private static func size(_ line: [UInt8]) -> Int? {
    let digits = line.prefix { $0 != 0x3B && $0 != 0x20 && $0 != 0x09 }
    guard !digits.isEmpty, digits.count <= 12 else { return nil }
    var size = 0
    for digit in digits {
      // A number may have a sign elsewhere; a size that is less than nothing would end the program.
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      size = size << 4 | value
    }
    return size
  }
}

/// How long a response's body is, and what becomes of the connection.
struct HTTPFraming {
  enum Length {
    case sized(Int)
    case chunked
    case untilClosed
    case malformed
  }

  private(set) var length = Length.untilClosed
  private(set) var keepsAlive: Bool

  init(_ head: HTTPHead) {
    keepsAlive = head.isNewer
    var length: Int?
    var (isMalformed, isCoded, isChunked) = (false, false, false)
    var connection: Bool?
    head.forEachField { name, value in
      switch name.count {
      case 14 where HTTPHead.equals(name, "Content-Length"):
        let number = Self.number(value)
        isMalformed = isMalformed || number == nil || (length != nil && length != number)
        length = number
      case 17 where HTTPHead.equals(name, "Transfer-Encoding"):
        isCoded = true
        isChunked = String(decoding: value, as: UTF8.self).lowercased().hasSuffix("chunked")
      case 10 where HTTPHead.equals(name, "Connection"):
        if HTTPHead.hasToken(value, "close") {
          connection = false
        } else if HTTPHead.hasToken(value, "keep-alive") {
          connection = true
        }
      default: break
      }
    }
    keepsAlive = connection ?? keepsAlive
    if isCoded {
      self.length = isChunked ? .chunked : .untilClosed
    } else if isMalformed {
      self.length = .malformed
    } else if let length {
      self.length = .sized(length)
    }
  }

  private static func number(_ digits: UnsafeRawBufferPointer) -> Int? {
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    var number = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      number = number * 10 + Int(digit - 0x30)
    }
    return number
  }
}
