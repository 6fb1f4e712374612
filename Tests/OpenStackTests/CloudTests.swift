import Ambience
import Document
import HTTP
import Secrets
import Synchronization
import Testing

@testable import OpenStack

struct CloudTests {
  private func cloud(_ script: ScriptedCloud) -> Cloud {
    let configuration = CloudConfiguration(
      name: "test", authURL: "http://cloud/identity",
      login: .password(user: .name("ann", .id("default")), password: Secret("hush")),
      scope: .project(.name("web", .id("default"))))
    let ambient = Ambient(
      now: { Timestamp(milliseconds: 0) }, uptime: { .zero }, sleep: { _ in }, random: { 7 })
    return Cloud(configuration: configuration, transport: script, ambient: ambient)
  }

  @Test("however many ask at once, one logs in")
  func singleFlight() async throws {
    let script = ScriptedCloud { _, _ in ("200 OK", #"{"networks": []}"#) }
    let cloud = cloud(script)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<50 { group.addTask { _ = try await cloud.network.networks.list() } }
      try await group.waitForAll()
    }
    #expect(script.count("/v3/auth/tokens") == 1)
  }

  @Test("a refused token is renewed once, and a second refusal is told")
  func renewal() async throws {
    let script = ScriptedCloud { request, logins in
      request.headers["X-Auth-Token"] == "token-2" ? ("200", #"{"networks": []}"#) : ("401", "{}")
    }
    #expect(try await cloud(script).network.networks.list().isEmpty)
    #expect(script.count("/v3/auth/tokens") == 2)
    let stubborn = ScriptedCloud { _, _ in ("401", #"{"error": {"message": "no", "code": 401}}"#) }
    let error = await #expect(throws: OpenStackError.self) {
      try await cloud(stubborn).network.networks.list()
    }
    #expect(error?.code == .unauthorized)
    #expect(stubborn.count("/v3/auth/tokens") == 2)
  }

  @Test("a list's pages are followed by the query of their link, whatever host it names")
  func pages() async throws {
    let script = ScriptedCloud { request, _ in
      request.url.contains("marker=a")
        ? ("200", #"{"networks": [{"id": "b"}]}"#)
        : (
          "200",
          #"{"networks": [{"id": "a"}], "networks_links": [{"rel": "next", "href": "http://inner/x?marker=a"}]}"#
        )
    }
    #expect(try await cloud(script).network.networks.list().map(\.id) == ["a", "b"])
  }

  @Test("a list that links to itself ends with an error")
  func endless() async throws {
    let script = ScriptedCloud { _, _ in
      ("200", #"{"networks": [{"id": "a"}], "networks_links": [{"rel": "next", "href": "?marker=a"}]}"#)
    }
    let error = await #expect(throws: OpenStackError.self) { try await cloud(script).network.networks.list() }
    #expect(error?.code == .badResponse)
  }

  @Test(
    "a version document that can't be read now is asked for again, and until then nothing is known of it",
    arguments: [
      ("503 Unavailable", "{}", OpenStackError.Code.unavailable), ("500 Error", "", .unavailable),
      ("429 Slowly", "{}", .rateLimited), ("200 OK", "<html>a proxy's page</html>", .unsupportedVersion),
    ])
  func versionsAway(_ status: String, _ body: String, _ code: OpenStackError.Code) async throws {
    let asked = Mutex(0)
    let script = ScriptedCloud { request, _ in
      guard request.url.hasSuffix("/v2.1/") else { return ("200", #"{"servers": []}"#) }
      let isFirst = asked.withLock { asked in
        asked += 1
        return asked == 1
      }
      return isFirst
        ? (status, body) : ("200", #"{"version": {"id": "v2.1", "version": "2.60", "min_version": "2.1"}}"#)
    }
    let cloud = cloud(script)
    let error = await #expect(throws: OpenStackError.self) {
      try await cloud.send(Call(.compute, "POST", "/servers", needs: Microversion(2, 37)))
    }
    #expect(error?.code == code)
    _ = try await cloud.compute.servers.list()
    #expect(script.last?.headers["OpenStack-API-Version"] == "compute 2.60")
    #expect(script.count("/v2.1/") == 2)
  }

  @Test("a token that a version document refuses is renewed as one that the call refuses")
  func refusedByVersions() async throws {
    let script = ScriptedCloud { request, _ in
      guard request.headers["X-Auth-Token"] == "token-2" else { return ("401 Unauthorized", "{}") }
      return request.url.hasSuffix("/v2.1/")
        ? ("200", #"{"version": {"id": "v2.1", "version": "2.60", "min_version": "2.1"}}"#)
        : ("200", #"{"servers": []}"#)
    }
    _ = try await cloud(script).compute.servers.list()
    #expect(script.last?.headers["OpenStack-API-Version"] == "compute 2.60")
    #expect(script.count("/v3/auth/tokens") == 2)
  }

  @Test("the newest microversion that both sides know is asked for")
  func microversion() async throws {
    let script = ScriptedCloud { request, _ in
      request.url.hasSuffix("/v2.1/")
        ? ("200", #"{"version": {"id": "v2.1", "version": "2.60", "min_version": "2.1"}}"#)
        : ("200", #"{"servers": []}"#)
    }
    let cloud = cloud(script)
    _ = try await cloud.compute.servers.list()
    _ = try await cloud.compute.servers.list()
    #expect(script.last?.headers["OpenStack-API-Version"] == "compute 2.60")
    #expect(script.count("/v2.1/") == 1)
    let error = await #expect(throws: OpenStackError.self) {
      try await cloud.send(Call(.compute, "POST", "/servers", needs: Microversion(2, 67)))
    }
    #expect(error?.code == .unsupportedVersion)
    #expect(error?.message.contains("2.67") == true)
  }

  @Test("a service that the catalog lacks is told")
  func missingService() async throws {
    let script = ScriptedCloud { _, _ in ("200", "{}") }
    let error = await #expect(throws: OpenStackError.self) { try await cloud(script).image.images.list() }
    #expect(error?.code == .noEndpoint)
  }

  @Test(
    "a full quota is told by name",
    arguments: [
      (
        "403", #"{"forbidden": {"message": "Quota exceeded for cores, ram: Requested 8", "code": 403}}"#,
        "cores, ram"
      ),
      (
        "409",
        #"{"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['floatingip'].", "detail": ""}}"#,
        "floatingip"
      ),
      (
        "413",
        #"{"overLimit": {"code": 413, "message": "VolumeLimitExceeded: Maximum number of volumes allowed (10) exceeded for quota 'volumes'."}}"#,
        "volumes"
      ),
    ])
  func quota(_ status: String, _ body: String, _ name: String) async throws {
    let script = ScriptedCloud { _, _ in (status, body) }
    let error = await #expect(throws: OpenStackError.self) { try await cloud(script).network.ports.list() }
    #expect(error?.code == .quotaExceeded)
    #expect(error?.hint?.contains("quota of \(name) ") == true, "\(error?.hint ?? "")")
  }
}

/// A cloud whose Keystone gives tokens and whose other answers a test writes.
private final class ScriptedCloud: Transport {
  private let requests = Mutex<[Request]>([])
  private let answer: @Sendable (Request, Int) -> (String, String)

  init(_ answer: @escaping @Sendable (Request, Int) -> (String, String)) { self.answer = answer }

  var last: Request? { requests.withLock { $0.last } }
  func count(_ suffix: String) -> Int { requests.withLock { $0.count { $0.url.hasSuffix(suffix) } } }

  func send(_ request: Request) async throws -> Response {
    requests.withLock { $0.append(request) }
    let logins = count("/v3/auth/tokens")
    if request.url.hasSuffix("/v3/auth/tokens") {
      await Task.yield()
      return Response(
        status: 201, headers: ["X-Subject-Token": "token-\(logins)"], body: Array(token.utf8))
    }
    let (status, body) = answer(request, logins)
    return Response(
      status: Int(status.prefix(3)) ?? 0, headers: ["Content-Type": "application/json"],
      body: Array(body.utf8))
  }

  private let token = """
    {"token": {"expires_at": "2099-01-01T00:00:00Z", "user": {"id": "u", "name": "ann"},
     "project": {"id": "p", "name": "web"}, "catalog": [
      {"type": "network", "endpoints": [{"interface": "public", "region_id": "R", "url": "http://cloud/network/v2.0"}]},
      {"type": "compute", "endpoints": [{"interface": "public", "region_id": "R", "url": "http://cloud/compute/v2.1"}]}
     ]}}
    """
}
