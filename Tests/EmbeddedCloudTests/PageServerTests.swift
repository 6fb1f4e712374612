import Ambience
import EmbeddedCloud
import Foundation
import Glibc
import HTTP
import Testing

/// A page server and those who come to it over real connections, well-behaved or not.
@Suite(.serialized)
struct PageServerTests {
  /// A connection to a server; it reads for ten seconds at most.
  private struct Caller: Sendable {
    let descriptor: Int32

    init(_ port: UInt16) throws {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
      var patience = timeval(tv_sec: 10, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      try #require(code == 0)
    }

    func say(_ text: String) {
      let bytes = Array(text.utf8)
      _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What is said until the other side has ended, or a text has come.
    func hear(until end: String? = nil) async -> String {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { [descriptor] in
          var said = ""
          var bytes = [UInt8](repeating: 0, count: 4096)
          while end.map({ !said.contains($0) }) ?? true, case let count = recv(descriptor, &bytes, 4096, 0),
            count > 0
          {
            said += String(decoding: bytes.prefix(count), as: UTF8.self)
          }
          continuation.resume(returning: said)
        }
      }
    }

    func hangUp() { close(descriptor) }
  }

  /// Serves the echo of each request while a body runs.
  private static func serving(
    _ limits: PageServer.Limits = PageServer.Limits(), _ body: (UInt16) async throws -> Void
  ) async throws {
    let server = try PageServer(host: "127.0.0.1", port: 0, limits: limits, ambient: .system()) { request in
      Response(
        status: 200, headers: ["Content-Type": "text/plain"],
        body: Array("\(request.method.rawValue) \(request.url) ".utf8) + request.body)
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      try await body(server.port)
      group.cancelAll()
      await #expect(throws: CancellationError.self) { try await group.waitForAll() }
    }
  }

  private static let request = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
  private static let last = "GET /z HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

  @Test("a connection serves one request after the other, until it is to be closed")
  func keptAlive() async throws {
    try await Self.serving { port in
      let caller = try Caller(port)
      caller.say(Self.request)
      #expect(
        await caller.hear(until: "GET /a ")
          == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: keep-alive\r\n\r\nGET /a "
      )
      caller.say("HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(await caller.hear(until: "\r\n\r\n").contains("Content-Length: 8\r\n"))
      caller.say("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
      #expect(await caller.hear(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      caller.say("hi" + Self.last)
      let rest = await caller.hear()
      #expect(rest.contains("POST /c hi") && rest.hasSuffix("Connection: close\r\n\r\nGET /z "))
      caller.hangUp()
    }
  }

  @Test("what isn't HTTP is refused, and the server goes on")
  func malformed() async throws {
    try await Self.serving { port in
      for (text, status) in [
        ("hello\r\n\r\n", "400 Bad Request"), ("OPTIONS * HTTP/1.1\r\n\r\n", "400 Bad Request"),
        ("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", "501 Not Implemented"),
        (String(repeating: "x", count: 100_000), "431 Request Header Fields Too Large"),
        (
          "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n"
            + String(repeating: "x", count: 200_000),
          "413 Request Entity Too Large"
        ),
      ] {
        let caller = try Caller(port)
        caller.say(text)
        let answer = await caller.hear()
        #expect(
          answer.hasPrefix("HTTP/1.1 \(status)\r\n") && answer.contains(#"{"error":{"code":""#), "\(answer)")
        caller.hangUp()
      }
      let caller = try Caller(port)
      caller.say(Self.last)
      #expect(await caller.hear().hasSuffix("GET /z "))
      caller.hangUp()
    }
  }

  @Test("who is slow is told so, and who is idle is let go of, while others are served")
  func slow() async throws {
    var limits = PageServer.Limits()
    limits.patience = .milliseconds(300)
    try await Self.serving(limits) { port in
      let (slow, idle, brisk) = (try Caller(port), try Caller(port), try Caller(port))
      slow.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhal")
      brisk.say(Self.last)
      #expect(await brisk.hear().hasSuffix("GET /z "))
      #expect(await slow.hear().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
      #expect(await idle.hear() == "")
      for caller in [slow, idle, brisk] { caller.hangUp() }
    }
  }

  @Test("where there are too many, those who have said nothing for longest make room")
  func crowded() async throws {
    var limits = PageServer.Limits()
    limits.connections = 8
    try await Self.serving(limits) { port in
      let idlers = try (0..<50).map { _ in try Caller(port) }
      let caller = try Caller(port)
      caller.say(Self.last)
      #expect(await caller.hear().hasSuffix("GET /z "))
      caller.hangUp()
      for idler in idlers { idler.hangUp() }
    }
  }

  @Test("many come and go at once")
  func herd() async throws {
    try await Self.serving { port in
      let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<400 {
          group.addTask {
            let caller = try Caller(port)
            defer { caller.hangUp() }
            // Some leave in the middle.
            caller.say(number % 4 == 0 ? "POST / HT" : Self.last)
            return number % 4 == 0 ? true : await caller.hear().hasSuffix("GET /z ")
          }
        }
        return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(answers == 400)
    }
  }

  @Test("an address that is none, or is taken, is refused before anything is served")
  func addresses() async throws {
    try await Self.serving { port in
      for (host, port, message) in [
        ("nowhere", 0 as UInt16, "'nowhere' is no IP address"), ("127.0.0.1", port, "can't be listened at"),
      ] {
        #expect {
          try PageServer(host: host, port: port, ambient: .system()) { _ in Response(status: 204) }
        } throws: {
          ($0 as? EmbeddedCloudError)?.message.contains(message) ?? false
        }
      }
    }
    let six = try? PageServer(host: "::1", port: 0, ambient: .system()) { _ in Response(status: 204) }
    #expect(six.map { $0.port > 0 } ?? true)
  }
}
