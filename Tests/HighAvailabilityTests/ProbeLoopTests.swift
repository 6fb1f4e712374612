import Glibc
import Synchronization
import Testing

@testable import HighAvailability

/// The loop on the machine's own network, with servers that behave well and badly.
struct ProbeLoopTests {
  /// A loop and the findings it tells, one after the other.
  private final class Watcher {
    let loop: ProbeLoop
    private var findings: AsyncStream<Monitor.Finding>.Iterator

    init() throws {
      let (stream, continuation) = AsyncStream<Monitor.Finding>.makeStream()
      loop = try ProbeLoop.start(names: NameResolver()) { for finding in $0 { continuation.yield(finding) } }
      findings = stream.makeAsyncIterator()
    }

    func next() async -> Monitor.Finding? { await findings.next(isolation: #isolation) }

    /// The next outcome that a check had.
    func outcome() async -> Outcome? { await next()?.judge.last }
  }

  private static let key = Monitor.Key(index: 0, generation: 0)

  private static func terms(
    every: Duration = .milliseconds(10), fall: Int = 1, _ source: Monitor.Source = .probes
  )
    -> Monitor.Terms
  {
    Monitor.Terms(JudgeRules(fall: .inARow(fall), rise: 1), every: every, source)
  }

  /// What a question is answered with.
  private func ask(_ url: String, timeout: Duration = .seconds(5)) async throws -> Outcome {
    let loop = try ProbeLoop.start(names: NameResolver())
    return await loop.ask(try #require(Question.page(url, HTTPExpectation())), within: timeout)
  }

  @Test("a check is probed again and again, and only changes are told")
  func changes() async throws {
    let watcher = try Watcher()
    var server: WebServer? = WebServer { _ in }
    let question = try #require(Question.connection("127.0.0.1", port: server?.port ?? 0))
    watcher.loop.keep(Self.key, question, Self.terms(fall: 3), timeout: .seconds(5))
    #expect(await watcher.next()?.verdict.transition == .wentUp)
    while await watcher.loop.report().probes < 5 {}
    server = nil
    #expect(await watcher.outcome() == .down("connection refused"))
    guard case .wentDown(let reason) = await watcher.next()?.verdict.transition else {
      Issue.record("it didn't go down")
      return
    }
    #expect(reason.hasPrefix("connection refused 3 times in "))
  }

  @Test("a connection is kept where that is wanted, and opened anew when the server gives it up")
  func keepsAlive() async throws {
    let watcher = try Watcher()
    let server = WebServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", isKept: true)
    let question = try #require(
      Question.page(server.url, HTTPExpectation(bodyContains: "ok"), keepsAlive: true))
    watcher.loop.keep(Self.key, question, Self.terms(), timeout: .seconds(5))
    #expect(await watcher.outcome() == .up)
    while await watcher.loop.report().probes < 10 {}
    #expect(server.count == 1)
    // Closes after each answer, although it promises to keep the connection.
    let fickle = WebServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    let second = Monitor.Key(index: 1, generation: 0)
    watcher.loop.keep(
      second, try #require(Question.page(fickle.url, HTTPExpectation(), keepsAlive: true)), Self.terms(),
      timeout: .seconds(5))
    #expect(await watcher.outcome() == .up)
    while fickle.count < 5 { _ = await watcher.loop.report() }
    watcher.loop.drop(Self.key)
    watcher.loop.drop(second)
    #expect(await watcher.loop.report().checks == 0)
  }

  @Test("servers that don't answer as they should are down")
  func badServers() async throws {
    let silent = WebServer { descriptor in
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) > 0 {}
    }
    #expect(try await ask(silent.url, timeout: .milliseconds(50)) == .down("no answer within 50 ms"))
    let closing = WebServer { _ in }
    let broken = try await ask(closing.url)
    #expect(
      [.down("the connection was closed without an answer"), .down("the connection broke")].contains(broken))
    let other = WebServer(answering: "SSH-2.0-OpenSSH_9.2\r\n\r\n")
    #expect(try await ask(other.url) == .down("the answer isn't HTTP"))
    let ill = WebServer(answering: "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
    #expect(try await ask(ill.url) == .down("HTTP status 500"))
  }

  @Test("a response that comes in pieces is put together")
  func pieces() async throws {
    let server = WebServer { descriptor in
      var buffer = [UInt8](repeating: 0, count: 4096)
      _ = recv(descriptor, &buffer, buffer.count, 0)
      var flag: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &flag, socklen_t(MemoryLayout<Int32>.size))
      for piece in [
        "HTTP/1.1 2", "00 OK\r\nTransfer-Enc", "oding: chunked\r\n\r\n7\r\nWel", "come\r\n0\r\n\r", "\n",
      ] {
        _ = send(descriptor, piece, piece.utf8.count, Int32(MSG_NOSIGNAL))
      }
      _ = recv(descriptor, &buffer, buffer.count, 0)
    }
    let loop = try ProbeLoop.start(names: NameResolver())
    let page = try #require(Question.page(server.url, HTTPExpectation(bodyContains: "Welcome")))
    #expect(await loop.ask(page, within: .seconds(5)) == .up)
  }

  @Test("a name is looked up, and one that doesn't resolve is unknown")
  func names() async throws {
    let server = WebServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    #expect(try await ask("http://localhost:\(server.port)/") == .up)
    guard case .unknown = try await ask("http://no-such-name.invalid/") else {
      Issue.record("a name that doesn't resolve isn't unknown")
      return
    }
  }

  @Test("a check whose question changes keeps its judge")
  func retargets() async throws {
    let watcher = try Watcher()
    let server = WebServer { _ in }
    let (second, closed) = WebServer.listen()
    close(second)
    watcher.loop.keep(
      Self.key, try #require(Question.connection("127.0.0.1", port: server.port)), Self.terms(),
      timeout: .seconds(5)
    )
    #expect(await watcher.next()?.verdict.transition == .wentUp)
    watcher.loop.retarget(Self.key, try #require(Question.connection("127.0.0.1", port: closed)))
    #expect(await watcher.next()?.verdict.transition == .wentDown("connection refused"))
    #expect(server.count > 0)
  }

  @Test("a check that is held isn't probed, and one that begins anew tells its first outcome")
  func held() async throws {
    let watcher = try Watcher()
    let server = WebServer { _ in }
    let question = try #require(Question.connection("127.0.0.1", port: server.port))
    watcher.loop.keep(Self.key, question, Self.terms(), timeout: .seconds(5))
    #expect(await watcher.next()?.judge.epoch == 0)
    watcher.loop.hold(Self.key, true)
    watcher.loop.startAfresh(Self.key, grace: .zero)
    watcher.loop.hold(Self.key, false)
    let finding = await watcher.next()
    #expect(finding?.judge.epoch == 1)
    #expect(finding?.verdict.transition == .wentUp)
    #expect(server.count > 0)
  }

  @Test("heartbeats are waited for")
  func heartbeats() async throws {
    let watcher = try Watcher()
    watcher.loop.keep(
      Self.key, .heartbeat, Self.terms(every: .milliseconds(50), .heartbeat), timeout: .seconds(1))
    watcher.loop.beat(Self.key)
    #expect(await watcher.next()?.verdict.transition == .wentUp)
    #expect(await watcher.next()?.verdict.transition == .wentDown("no heartbeat for 50 ms"))
  }

  @Test("many questions are asked at once")
  func many() async throws {
    let loop = try ProbeLoop.start(names: NameResolver())
    let (descriptor, port) = WebServer.listen()
    defer { close(descriptor) }
    let question = try #require(Question.connection("127.0.0.1", port: port))
    let outcomes = await withTaskGroup(of: Outcome.self, returning: [Outcome].self) { group in
      for _ in 0..<100 { group.addTask { await loop.ask(question, within: .seconds(10)) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes == Array(repeating: .up, count: 100))
  }

  @Test("a histogram knows the quantiles of what it and others have counted to within 3%")
  func histogram() {
    var (histogram, other) = (Histogram(), Histogram())
    #expect(histogram.quantile(0.5) == 0)
    for value in 1...60_000 { histogram.add(Int64(value) * 1000) }
    for value in 60_001...100_000 { other.add(Int64(value) * 1000) }
    histogram.add(other)
    #expect(histogram.count == 100_000)
    for share in [0.01, 0.5, 0.99, 1] {
      let value = Double(histogram.quantile(share))
      #expect(abs(value / (share * 100_000_000) - 1) <= 0.032)
    }
    histogram.add(-5)
    #expect(histogram.quantile(0) == 0)
  }
}
