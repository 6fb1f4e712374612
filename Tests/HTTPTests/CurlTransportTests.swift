import HTTP
import Synchronization
import Testing

struct CurlTransportTests {
  let transport = CurlTransport()

  @Test("a request arrives as it was given, and the answer comes back")
  func roundTrip() async throws {
    let server = try LocalServer { connection in
      while let request = connection.request() {
        connection.answer(request, headers: "X-Two: a\r\nX-Two: b\r\n")
      }
    }
    let response = try await transport.send(
      Request(.put, server.url + "/a%20b?c=d", headers: ["X-One": "1"], body: Array("hello".utf8)))
    let seen = String(decoding: response.body, as: UTF8.self)
    #expect(seen.hasPrefix("PUT /a%20b?c=d HTTP/1.1\r\n"))
    #expect(seen.contains("\r\nX-One: 1\r\n"))
    #expect(seen.hasSuffix("\r\n\r\nhello"))
    #expect(!seen.contains("Content-Type"))
    #expect(response.status == 200)
    #expect(response.headers.fields.filter { $0.name == "X-Two" }.map(\.value) == ["a", "b"])
  }

  @Test("every method is sent under its name", arguments: [Request.Method.get, .post, .put, .patch, .delete])
  func methods(_ method: Request.Method) async throws {
    let server = try LocalServer { connection in
      while let request = connection.request() { connection.answer(request) }
    }
    let response = try await transport.send(Request(method, server.url))
    #expect(String(decoding: response.body, as: UTF8.self).hasPrefix(method.rawValue + " / HTTP/1.1"))
  }

  @Test("HEAD waits for no body")
  func head() async throws {
    let server = try LocalServer { connection in
      while connection.request() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n") }
    }
    #expect(try await transport.send(Request(.head, server.url)).headers["content-length"] == "99")
  }

  @Test("an error status is an answer")
  func errorStatus() async throws {
    let server = try LocalServer { connection in
      while connection.request() != nil { connection.answer("gone", status: "404 Not Found") }
    }
    #expect(try await transport.send(Request(.get, server.url)).status == 404)
  }

  @Test("hundreds of requests at once share the connections that one host gets")
  func reuse() async throws {
    let server = try LocalServer { connection in
      while connection.request() != nil { connection.answer() }
    }
    let url = server.url
    let transport = transport
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<300 { group.addTask { try await transport.send(Request(.get, url)).status } }
      for try await status in group { #expect(status == 200) }
    }
    #expect(server.connections <= 64)
  }

  @Test("requests one after another share one connection")
  func keepAlive() async throws {
    let server = try LocalServer { connection in
      while connection.request() != nil { connection.answer() }
    }
    for _ in 0..<5 { _ = try await transport.send(Request(.post, server.url, body: [1])) }
    #expect(server.connections == 1)
  }

  // MARK: - Failures

  @Test("a server that never answers is overdue at the request's timeout")
  func slow() async throws {
    let server = try LocalServer { $0.waitForClose() }
    await expectHTTPError(.timedOut) {
      try await transport.send(Request(.get, server.url, timeout: .milliseconds(200)))
    }
  }

  @Test("a connection closed in the middle of an answer is lost, not short")
  func cutOff() async throws {
    let server = try LocalServer { connection in
      _ = connection.request()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    }
    await expectHTTPError(.connectionLost) {
      try await transport.send(Request(.get, server.url))
    }
  }

  @Test("a connection closed without an answer is lost, and the request may have been done")
  func noAnswer() async throws {
    let server = try LocalServer { _ = $0.request() }
    let error = await expectHTTPError(.connectionLost) {
      try await transport.send(Request(.post, server.url))
    }
    #expect(error?.wasNeverSent == false)
  }

  @Test("a port that nothing listens on is unreachable, and the request was surely not done")
  func refused() async throws {
    let port = try LocalServer.freePort()
    let error = await expectHTTPError(.unreachable) {
      try await transport.send(Request(.post, "http://127.0.0.1:\(port)/"))
    }
    #expect(error?.wasNeverSent == true)
  }

  @Test("a host that isn't there is unknown")
  func unknownHost() async throws {
    await expectHTTPError(.unknownHost) {
      try await transport.send(Request(.get, "http://no-such-host.invalid/", timeout: .seconds(20)))
    }
  }

  @Test(
    "what is no HTTP URL is refused", arguments: ["", "http://", "file:///etc/passwd", "ftp://127.0.0.1/"])
  func badURL(_ url: String) async {
    await expectHTTPError(.badURL) { try await transport.send(Request(.get, url)) }
  }

  @Test("a header can't be broken out of")
  func headerInjection() async throws {
    await expectHTTPError(.badURL) {
      try await transport.send(Request(.get, "http://127.0.0.1:1/", headers: ["X-A": "b\r\nX-C: d"]))
    }
  }

  @Test("an answer larger than is allowed is refused while it comes")
  func tooLarge() async throws {
    let server = try LocalServer { connection in
      _ = connection.request()
      connection.answer(String(repeating: "x", count: 5000))
    }
    let careful = CurlTransport(.init(largestBody: 4000))
    await expectHTTPError(.badResponse) {
      try await careful.send(Request(.get, server.url))
    }
  }

  @Test("an answer that isn't HTTP is refused")
  func nonsense() async throws {
    let server = try LocalServer { connection in
      _ = connection.request()
      connection.send("220 mail.example ESMTP\r\n")
    }
    await expectHTTPError(.badResponse) {
      try await transport.send(Request(.get, server.url))
    }
  }

  @Test("a cancelled task gets its cancellation at once, and the connection is closed")
  func cancellation() async throws {
    let arrived = AsyncStream<Void>.makeStream()
    let closed = AsyncStream<Void>.makeStream()
    let server = try LocalServer { connection in
      _ = connection.request()
      arrived.continuation.yield()
      connection.waitForClose()
      closed.continuation.yield()
    }
    let url = server.url
    let transport = transport
    // A busy machine may come to the cancellation late.
    let task = Task { try await transport.send(Request(.get, url, timeout: .seconds(3600))) }
    for await _ in arrived.stream { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    for await _ in closed.stream { break }
  }

  @Test("a task that was cancelled before sends nothing")
  func cancelledBefore() async throws {
    let server = try LocalServer { $0.waitForClose() }
    let url = server.url
    let transport = transport
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await transport.send(Request(.get, url))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(server.connections == 0)
  }

  @Test("a new transport doesn't need the old one")
  func closing() async throws {
    let server = try LocalServer { connection in
      while connection.request() != nil { connection.answer() }
    }
    for _ in 0..<20 { _ = try await CurlTransport().send(Request(.get, server.url)) }
    #expect(server.connections == 20)
  }
}

/// Expects an `HTTPError` of a code.
@discardableResult
func expectHTTPError<Result>(
  _ code: HTTPError.Code, location: SourceLocation = #_sourceLocation, _ work: () async throws -> Result
) async -> HTTPError? {
  do {
    _ = try await work()
    Issue.record("it gave an answer, not \(code)", sourceLocation: location)
  } catch let error as HTTPError {
    #expect(error.code == code, "\(error.detail)", sourceLocation: location)
    return error
  } catch {
    Issue.record(error, sourceLocation: location)
  }
  return nil
}
