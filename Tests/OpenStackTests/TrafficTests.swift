import Ambience
import HTTP
import Synchronization
import Testing

@testable import OpenStack

@Suite("What is shown of requests")
struct TrafficTests {
  /// Answers anything with a token and a password.
  private struct Echo: Transport {
    func send(_ request: Request) async throws -> Response {
      if request.url.hasSuffix("/broken") {
        throw HTTPError(.unreachable, url: request.url, detail: "refused")
      }
      return Response(
        status: 201, headers: ["X-Subject-Token": "gAAAA-secret", "X-Openstack-Request-Id": "req-1"],
        body: Array(#"{"server": {"adminPass": "hunter2", "name": "web"}}"#.utf8))
    }
  }

  private func traces(
    _ level: TrafficLog.Level, _ requests: Request...
  ) async -> (shown: [RequestTrace], log: TrafficLog) {
    let log = TrafficLog()
    log.level = level
    let shown = Mutex<[RequestTrace]>([])
    log.show { trace in shown.withLock { $0.append(trace) } }
    let transport = TracedTransport(Echo(), log: log, ambient: .system())
    for request in requests { _ = try? await transport.send(request) }
    return (shown.withLock { $0 }, log)
  }

  @Test("holds no password, no token and no signature")
  func masks() async throws {
    let login =
      #"{"auth": {"identity": {"password": {"user": {"name": "demo", "password": "hunter2"}}, "#
      + #""token": {"id": "gAAAA-secret"}}}}"#
    let request = Request(
      .post, "http://cloud/x?temp_url_sig=abcdef&temp_url_expires=1",
      headers: ["X-Auth-Token": "gAAAA-secret", "Content-Type": "application/json"], body: Array(login.utf8))
    let (shown, _) = await traces(.full, request)
    let text = try #require(shown.first).lines.joined(separator: "\n")
    for secret in ["hunter2", "gAAAA", "abcdef"] { #expect(!text.contains(secret)) }
    #expect(text.contains("temp_url_sig=•••&temp_url_expires=1"))
    #expect(text.contains(#""name": "demo""#))
    #expect(text.contains(#""name": "web""#))
    #expect(text.contains("201"))
    #expect(text.contains("req-1"))
  }

  @Test("what isn't JSON is only measured")
  func bytes() async throws {
    let request = Request(.put, "http://cloud/o", headers: ["Content-Type": "text/plain"], body: [65, 66])
    let lines = try #require(await traces(.full, request).shown.first).lines
    #expect(lines.contains("> (2 bytes of text/plain)"))
  }

  @Test("each is one line, or none, and all are counted")
  func levels() async throws {
    let request = Request(.get, "http://cloud/servers")
    let on = await traces(.on, request, request)
    #expect(on.shown.count == 2)
    #expect(on.shown[0].lines.count == 1)
    let off = await traces(.off, request)
    #expect(off.shown.isEmpty)
    #expect(off.log.count == 1)
    #expect(off.log.recent.first?.url == "http://cloud/servers")
  }

  @Test("what got no answer says why")
  func failures() async throws {
    let (shown, _) = await traces(.on, Request(.get, "http://cloud/broken"))
    #expect(try #require(shown.first).status == nil)
    #expect(try #require(shown.first).failure != nil)
  }
}
