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

    init() {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let descriptor = descriptor
      withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          _ = bind(descriptor, pointer, size)
          _ = listen(descriptor, 64)
          _ = getsockname(descriptor, pointer, &size)
        }
      }
      port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(descriptor) }
  }

  private func prober(_ result: Result<Response, HTTPError> = .success(Response(status: 200)))
    -> NetworkProber
  {
    NetworkProber(transport: Answering(result: result))
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
    #expect(ConnectLoop.outcome(ofError: 0) == .up)
    #expect(ConnectLoop.outcome(ofError: ECONNREFUSED).isDown)
    #expect(ConnectLoop.outcome(ofError: ETIMEDOUT).isDown)
    for code in [ENETUNREACH, EHOSTUNREACH, EMFILE, EADDRNOTAVAIL, EACCES] {
      #expect(!ConnectLoop.outcome(ofError: code).isDown)
    }
    #expect(ConnectLoop.outcome(ofError: ENETUNREACH) == .unknown("network is unreachable"))
  }

  @Test("an HTTP failure is laid at the right door")
  func http() async {
    let url = "http://127.0.0.1:\(Listener().port)/"
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

  @Test(
    "the host and port of a URL are found",
    arguments: [
      ("http://a/b", "a", 80), ("https://a?x", "a", 443), ("http://u:p@a:8080/", "a", 8080),
      ("http://[::1]:81/", "::1", 81), ("HTTPS://[fe80::1]", "fe80::1", 443),
    ])
  func authority(_ url: String, _ host: String, _ port: Int) {
    let found = NetworkProber.authority(of: url)
    #expect(found?.host == host)
    #expect(found?.port == port)
  }

  @Test("what is no URL has no host", arguments: ["", "a/b", "http://", "http:///x", "http://a:b/"])
  func noAuthority(_ url: String) { #expect(NetworkProber.authority(of: url) == nil) }
}
