import Testing

@testable import HighAvailability

struct HTTPReaderTests {
  private static func page(_ expectation: HTTPExpectation = HTTPExpectation(), keepsAlive: Bool = false)
    -> PageQuestion
  {
    PageQuestion(request: [], expectation: expectation, keepsAlive: keepsAlive)
  }

  /// Feeds a response cut into pieces of a size.
  private static func read(_ text: String, _ page: PageQuestion, by size: Int = .max)
    -> (progress: HTTPReader.Progress, reader: HTTPReader)
  {
    var reader = HTTPReader()
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let piece = rest.prefix(size)
      rest = rest.dropFirst(piece.count)
      let progress = piece.withUnsafeBytes { reader.feed($0, page) }
      if progress != .more { return (progress, reader) }
    }
    return (.more, reader)
  }

  private static let wanted = page(HTTPExpectation(bodyContains: "hello"), keepsAlive: true)

  @Test(
    "a response is read alike however it is cut",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
      "HTTP/1.1 200 OK\r\ntransfer-encoding:  chunked\r\n\r\n3\r\nhel\r\n8;x=1\r\nlo world\r\n0\r\nTrailer: x\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
      "HTTP/1.1 200\nContent-Length: 5\n\nhello",
    ])
  func pieces(_ text: String) {
    for size in 1...text.utf8.count {
      let (progress, reader) = Self.read(text, Self.wanted, by: size)
      #expect(progress == .done)
      #expect(reader.outcome(Self.wanted) == .up)
      #expect(reader.keepsAlive)
    }
  }

  @Test("a body without a length ends with the connection")
  func untilClosed() {
    var (progress, reader) = Self.read("HTTP/1.1 200 OK\r\n\r\nhello", Self.wanted)
    #expect(progress == .more)
    #expect(reader.finish() == .done)
    #expect(reader.outcome(Self.wanted) == .up)
    #expect(!reader.keepsAlive)
  }

  @Test("of a body that isn't wanted nothing is waited for")
  func bodyUnwanted() {
    let text = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100000\r\n\r\nx"
    let (progress, reader) = Self.read(text, Self.page())
    #expect(progress == .done)
    #expect(reader.outcome(Self.page()) == .down("HTTP status 503"))
  }

  @Test("a connection that is kept is read to the end of the body, and only if the server keeps it, too")
  func keepsAlive() {
    let page = Self.page(keepsAlive: true)
    func keeps(_ head: String, _ body: String = "") -> Bool? {
      let (progress, reader) = Self.read(head + "\r\n\r\n" + body, page)
      return progress == .done ? reader.keepsAlive : nil
    }
    #expect(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2") == nil)
    #expect(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2", "ab") == true)
    #expect(keeps("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close") == false)
    #expect(keeps("HTTP/1.1 200 OK\r\nConnection: Upgrade, close") == false)
    #expect(keeps("HTTP/1.0 200 OK\r\nContent-Length: 0") == false)
    #expect(keeps("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive") == true)
    #expect(keeps("HTTP/1.1 204 No Content") == true)
    #expect(keeps("HTTP/1.1 200 OK") == false)
  }

  @Test(
    "what isn't HTTP is said not to be",
    arguments: [
      "SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 020 x\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
    ])
  func malformed(_ text: String) {
    guard case .failed = Self.read(text, Self.wanted).progress else {
      Issue.record("it was taken for HTTP")
      return
    }
  }

  @Test("a head without end, or a line of a chunk, is not read for ever")
  func endless() {
    let fields = String(repeating: "X-A: b\r\n", count: 4000)
    for size in [1000, 65_536] {
      #expect(
        Self.read("HTTP/1.1 200 OK\r\n" + fields, Self.wanted, by: size).progress
          == .failed("the answer's head is too large"))
    }
    let chunk =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + String(repeating: "x", count: 40_000)
    #expect(Self.read(chunk, Self.wanted, by: 1000).progress == .failed("the answer has too long a line"))
  }

  @Test("no more of a body is kept than its limit")
  func bodyLimit() {
    let body = String(repeating: "x", count: HTTPReader.bodyLimit) + "hello"
    let (progress, reader) = Self.read(
      "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body, Self.wanted, by: 65_536)
    #expect(progress == .done)
    #expect(reader.outcome(Self.wanted).isDown)
    #expect(!reader.keepsAlive)
  }

  @Test("a connection that ends too early is said to")
  func early() {
    var empty = HTTPReader()
    #expect(empty.finish() == .failed("the connection was closed without an answer"))
    var (_, cut) = Self.read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", Self.wanted)
    #expect(cut.finish() == .failed("the connection was closed in the middle of the answer"))
  }

  @Test("wanted header fields are looked for in the head")
  func fields() {
    let page = Self.page(HTTPExpectation(fields: [.init("content-type", TextPattern("text/*"))]))
    let fine = Self.read("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/html \r\n\r\n", page)
    #expect(fine.reader.outcome(page) == .up)
    let wrong = Self.read("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", page)
    #expect(wrong.reader.outcome(page) == .down("content-type is \"image/png\", not \"text/*\""))
  }

  @Test(
    "the parts of a URL are found",
    arguments: [
      ("http://a/b", "a", 80, "/b"), ("https://a?x", "a", 443, "/?x"), ("http://u:p@a:8080/", "a", 8080, "/"),
      ("http://[::1]:81/", "::1", 81, "/"), ("HTTPS://[fe80::1]#top", "fe80::1", 443, "/"),
    ])
  func url(_ url: String, _ host: String, _ port: UInt16, _ path: String) throws {
    let found = try #require(WebAddress(url))
    #expect(found.host == host && found.port == port && found.path == path)
  }

  @Test(
    "what is no URL is none",
    arguments: [
      "", "a/b", "http://", "http:///x", "http://a:b/", "http://a:70000/", "ftp://a/", "http://a/ b",
    ])
  func noURL(_ url: String) { #expect(WebAddress(url) == nil) }

  @Test("only plain HTTP without a user is asked by the loop")
  func loopQuestions() {
    #expect(Question.page("http://a/", HTTPExpectation()) != nil)
    #expect(Question.page("https://a/", HTTPExpectation()) == nil)
    #expect(Question.page("http://u:p@a/", HTTPExpectation()) == nil)
    #expect(Question.connection("a", port: 0) == nil)
  }
}
