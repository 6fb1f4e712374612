import EmbeddedCloud
import HTTP
import Testing

/// Requests from bytes, however these come.
struct RequestReaderTests {
  private static let host = "Host: h\r\n"

  /// What comes of some bytes that arrive in pieces of a length.
  private static func read(_ bytes: [UInt8], pieces: Int, limits: RequestReader.Limits = .init()) -> [String]
  {
    var reader = RequestReader(limits)
    var seen: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      reader.take(rest.prefix(pieces))
      rest = rest.dropFirst(pieces)
      do {
        while let arrival = try reader.next() {
          let request = arrival.request
          let body = String(decoding: request.body, as: UTF8.self)
          seen.append(
            "\(request.method.rawValue) \(request.url) \(body)\(arrival.keepsAlive ? "" : " close")")
        }
      } catch {
        seen.append("\(error.status) \(error.message)")
        return seen
      }
    }
    if reader.isMidway { seen.append("midway") }
    return seen
  }

  private static func read(_ text: String, pieces: Int = 1 << 20, limits: RequestReader.Limits = .init())
    -> [String]
  {
    read(Array(text.utf8), pieces: pieces, limits: limits)
  }

  @Test(
    "requests are read one after the other, whatever pieces they come in",
    arguments: [1, 2, 3, 7, 16, 1 << 20])
  func pieces(_ length: Int) {
    let text =
      "\r\nGET /a?b=c HTTP/1.1\r\n\(Self.host)\r\n"
      + "POST /d HTTP/1.1\r\n\(Self.host)content-length: 5\r\n\r\nhello"
      + "POST http://h:80/e HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n"
      + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
      + "HEAD / HTTP/1.0\n\nGET /f HTTP/1.1\n\(Self.host)Connection: x, Close\n\nGET /g HT"
    #expect(
      Self.read(text, pieces: length) == [
        "GET /a?b=c ", "POST /d hello", "POST /e abc0123456789", "HEAD /  close", "GET /f  close", "midway",
      ])
  }

  @Test(
    "what isn't HTTP, or could be read in two ways, is refused",
    arguments: [
      ("hello\r\n\r\n", 400), ("GET  / HTTP/1.1\r\n\(host)\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
      ("GET x HTTP/1.1\r\n\(host)\r\n", 400), ("GET / HTTP/2.0\r\n\(host)\r\n", 505),
      ("BREW / HTTP/1.1\r\n\(host)\r\n", 501), ("GET / SIP/2.0\r\n\(host)\r\n", 400),
      ("GET / HTTP/1.1\r\n\(host) folded\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\(host)a b: c\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\n\(host): c\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\(host)a: \u{0}\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: -1\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 99999999999999999999\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip\r\n\r\n", 501),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n\r\n", 400),
      ("POST / HTTP/1.1\r\n\(host)Content-Length: 65537\r\n\r\n", 413),
      ("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n", 413),
    ])
  func malformed(_ text: String, _ status: Int) {
    let seen = Self.read(text)
    #expect(seen.count == 1 && seen[0].hasPrefix("\(status) "), "\(seen)")
    #expect(Self.read(text, pieces: 1) == seen)
  }

  @Test("what has no end is refused at its limit")
  func endless() {
    let more = String(repeating: "x", count: 20_000)
    for text in [
      more, "GET / HTTP/1.1\r\n\(Self.host)a: \(more)", "GET /\(more) HTTP/1.1\r\n\(Self.host)\r\n",
    ] {
      #expect(Self.read(text).first?.hasPrefix("431 ") ?? false)
    }
    let fields = String(repeating: "a: b\r\n", count: 101)
    #expect(Self.read("GET / HTTP/1.1\r\n\(fields)\r\n").first?.hasPrefix("431 ") ?? false)
    let chunked = "POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n"
    #expect(Self.read(chunked + more).first?.hasPrefix("400 ") ?? false)
    #expect(
      Self.read(chunked + "0\r\n" + String(repeating: "a: b\r\n", count: 9000)).first?.hasPrefix("400 ")
        ?? false)
    let piece = "FFF\r\n" + String(repeating: "x", count: 0xFFF) + "\r\n"
    #expect(Self.read(chunked + String(repeating: piece, count: 17)).first?.hasPrefix("413 ") ?? false)
  }

  @Test("a body of the largest length is taken, and one whose sender waits is asked for")
  func largest() throws {
    let body = String(repeating: "x", count: 65_536)
    let head = "POST / HTTP/1.1\r\n\(Self.host)Content-Length: 65536\r\nExpect: 100-continue\r\n\r\n"
    #expect(Self.read(head + body).first?.count == "POST / ".count + 65_536)
    var reader = RequestReader()
    reader.take(Array(head.utf8))
    #expect(try reader.next() == nil && reader.isAwaited && reader.isMidway)
    reader.take(Array("x".utf8))
    #expect(try reader.next() == nil && !reader.isAwaited)
  }

  @Test("no bytes whatever make it fall", arguments: 0..<200 as Range<UInt64>)
  func garbage(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    let parts = [
      "GET ", "POST ", "/", " HTTP/1.1", "\r\n", "\n", "\r", "\r\n\r\n", "Host: h\r\n",
      "Content-Length: 3\r\n",
      "Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n", "0\r\n\r\n", "a: b\r\n", ":", " ", "\u{0}", "é",
      "ffff\r\n",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<60 {
      if draw(8) == 0 { bytes.append(UInt8(draw(256))) } else { bytes += parts[draw(parts.count)].utf8 }
    }
    #expect(Self.read(bytes, pieces: 1) == Self.read(bytes, pieces: 1 + draw(40)))
  }
}
