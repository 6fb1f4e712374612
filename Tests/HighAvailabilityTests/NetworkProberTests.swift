import Ambience
import Glibc
import HTTP
import Testing

@testable import HighAvailability

struct NetworkProberTests {
  /// A transport that fails or answers as told.
  private struct Answering: Transport {
    let result: Result<Response, HTTPError>

    func send(_ request: Request) async throws -> Response { try result.get() }
  }

  /// A listening socket on the loopback interface.
  private final class Listener {
    let descriptor: Int32
    let port: Int

    init() { (descriptor, port) = WebServer.listen() }

    deinit { close(descriptor) }
  }

  private func prober(_ result: Result<Response, HTTPError> = .success(Response(status: 200)))
    -> NetworkProber
  {
    NetworkProber(transport: Answering(result: result), ambient: .system())
  }

  @Test("a port that listens is up, and one that doesn't is down")
  func connects() async {
    let prober = prober()
    let listener = Listener()
    #expect(await prober.connect(to: "127.0.0.1", port: listener.port, within: .seconds(5)) == .up)
    #expect(await prober.connect(to: "localhost", port: listener.port, within: .seconds(5)) == .up)
    let closed = Listener().port
    #expect(
      await prober.connect(to: "127.0.0.1", port: closed, within: .seconds(5)) == .down("connection refused"))
  }

  @Test("many connections are tried at once")
  func many() async {
    let prober = prober()
    let listener = Listener()
    let port = listener.port
    let outcomes = await withTaskGroup(of: Outcome.self, returning: [Outcome].self) { group in
      for _ in 0..<50 {
        group.addTask { await prober.connect(to: "127.0.0.1", port: port, within: .seconds(10)) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes == Array(repeating: .up, count: 50))
    _ = listener
  }

  @Test("a name that doesn't resolve is unknown, and so is a port that can't be")
  func unknown() async {
    let prober = prober()
    let outcome = await prober.connect(to: "no such name.invalid", port: 80, within: .seconds(5))
    guard case .unknown = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(
      await prober.connect(to: "127.0.0.1", port: 70_000, within: .seconds(1))
        == .unknown("there is no port 70000"))
  }

  @Test("a cancelled probe is unknown, and returns at once")
  func cancels() async {
    let prober = prober()
    let task = Task { await prober.connect(to: "127.0.0.1", port: 9, within: .seconds(60)) }
    task.cancel()
    let outcome = await task.value
    #expect(outcome == .unknown("cancelled") || outcome == .down("connection refused"))
    let lookUp = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return await prober.connect(to: "localhost", port: 9, within: .seconds(60))
    }
    #expect(await lookUp.value == .unknown("cancelled"))
  }

  @Test("an error number of the other side is down, one of this side unknown")
  func errors() {
    #expect(Outcome(socketError: 0) == .up)
    // A neighbour that is switched off makes its host unreachable.
    for code in [ECONNREFUSED, ETIMEDOUT, ECONNRESET, EHOSTUNREACH] {
      #expect(Outcome(socketError: code).isDown)
    }
    for code in [ENETUNREACH, EMFILE, EADDRNOTAVAIL, EACCES] {
      #expect(!Outcome(socketError: code).isDown)
    }
    #expect(Outcome(socketError: ENETUNREACH) == .unknown("network is unreachable"))
  }

  @Test("a page over plain HTTP is got and judged")
  func page() async {
    let server = WebServer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nWelcome")
    let prober = prober(.failure(HTTPError(.badURL, url: "", detail: "the transport isn't needed")))
    func get(_ text: String) async -> Outcome {
      await prober.get(server.url, expecting: HTTPExpectation(bodyContains: text), within: .seconds(5))
    }
    #expect(await get("come") == .up)
    #expect(await get("Farewell") == .down("the page doesn't contain \"Farewell\""))
  }

  @Test("an HTTP failure over TLS is laid at the right door")
  func http() async {
    let url = "https://127.0.0.1:\(Listener().port)/"
    func get(_ code: HTTPError.Code) async -> Outcome {
      await prober(.failure(HTTPError(code, url: url, detail: "so it is")))
        .get(url, expecting: HTTPExpectation(), within: .seconds(2))
    }
    #expect(await get(.unknownHost) == .unknown("so it is"))
    #expect(await get(.badURL) == .unknown("so it is"))
    #expect(await get(.timedOut) == .down("no answer within 2 s"))
    #expect(await get(.connectionLost) == .down("the connection broke"))
    #expect(await get(.unreachable) == .down("connection refused"))
    #expect(await prober().get(url, expecting: HTTPExpectation(), within: .seconds(2)) == .up)
  }
}
