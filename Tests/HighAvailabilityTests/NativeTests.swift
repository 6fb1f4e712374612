import Ambience
import Glibc
import HTTP
import HighAvailability
import StackEngine
import Synchronization
import Testing

/// The supervisor over the machine's own network, where a thread probes and only what is news comes to it.
struct NativeTests {
  /// Transports nothing: what is plain isn't for it.
  private struct NoTransport: Transport {
    func send(_ request: Request) async throws -> Response {
      throw HTTPError(.unreachable, url: request.url, detail: "there is no transport")
    }
  }

  private struct NoRemedies: Remedies {
    func readiness(of target: Target) async throws -> Readiness { .ready }
    func tags(of target: Target) async throws -> [String: String] { [:] }
    func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {}
    func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? { nil }
  }

  /// Where an application is at present.
  private final class Place: Sendable {
    private let port = Mutex<Int?>(nil)

    func move(to port: Int?) { self.port.withLock { $0 = port } }

    var url: String {
      get throws {
        guard let port = port.withLock({ $0 }) else {
          throw RemedyError(.failed, "nothing is known of it yet")
        }
        return "http://127.0.0.1:\(port)/"
      }
    }
  }

  private static func check(_ kind: Check.Kind, fall: Int = 2) -> Check {
    Check("web", kind, every: .milliseconds(20), timeout: .seconds(5), fall: fall, rise: 1, grace: .zero)
  }

  /// A running supervisor of one application, and its events.
  private static func supervising(
    _ check: Check, at place: Place = Place(), ladder: Ladder = Ladder([])
  ) async throws -> (Supervisor, AsyncStream<HAEvent>) {
    let ambient = Ambient.system()
    let supervisor = Supervisor(
      Supervisor.Surroundings(
        ambient: ambient, prober: NetworkProber(transport: NoTransport(), ambient: ambient),
        remedies: NoRemedies(),
        resolve: { _, _ in try place.url }, serverStates: { _ in nil }))
    try await supervisor.add(
      ApplicationPolicy(
        name: "web", target: Target(stack: "wiki", logicalID: "web"), checks: [check], ladder: ladder))
    let events = await supervisor.events()
    await supervisor.start()
    return (supervisor, events)
  }

  private static func wait(_ supervisor: Supervisor, for state: ApplicationStatus.State) async {
    for _ in 0..<1_000_000 {
      if await supervisor.status().first?.state == state { return }
      await Task.yield()
    }
    Issue.record("it never is \(state.rawValue)")
  }

  private static let page = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

  @Test("an application that fails is healed, and each step told")
  func heals() async throws {
    let servers = Mutex<[WebServer]>([WebServer(answering: Self.page)])
    let place = Place()
    place.move(to: servers.withLock { $0.first?.port })
    let ladder = Ladder([
      Rung(
        .custom(name: "serve") { _ in
          let server = WebServer(answering: Self.page)
          place.move(to: server.port)
          servers.withLock { $0 = [server] }
          return .recovered
        }, settle: .seconds(20))
    ])
    let check = Self.check(.http(url: LateText(.output("URL")), HTTPExpectation()))
    let (supervisor, events) = try await Self.supervising(check, at: place, ladder: ladder)
    await Self.wait(supervisor, for: .up)
    servers.withLock { $0 = [] }
    var told: [String] = []
    for await event in events {
      told.append(event.status)
      if event.verb == .recovered { break }
    }
    #expect(told == ["HA_DETECTED", "HA_CUSTOM", "HA_RECOVERED"])
    #expect(await supervisor.loopReport()?.checks == 1)
    await supervisor.stop()
    #expect(await supervisor.loopReport() == nil)
  }

  @Test("an address that isn't known yet is unknown, and probed when it is")
  func late() async throws {
    let place = Place()
    let check = Self.check(.http(url: LateText(.output("URL")), HTTPExpectation()))
    let (supervisor, _) = try await Self.supervising(check, at: place)
    while await supervisor.status().first?.checks.first?.last == nil { await Task.yield() }
    // On a busy machine the look-up may also take longer than the probe has.
    guard case .unknown = await supervisor.status().first?.checks.first?.last else {
      Issue.record("what isn't known is held for known")
      return
    }
    let server = WebServer(answering: Self.page)
    place.move(to: server.port)
    await Self.wait(supervisor, for: .up)
    await supervisor.stop()
  }

  @Test("an application that moves is found again by its failure")
  func moves() async throws {
    let place = Place()
    let first = WebServer { _ in }
    place.move(to: first.port)
    let check = Self.check(.http(url: LateText(.output("URL")), HTTPExpectation()), fall: 1000)
    let (supervisor, _) = try await Self.supervising(check, at: place)
    while await supervisor.status().first?.checks.first?.last == nil { await Task.yield() }
    let second = WebServer(answering: Self.page)
    place.move(to: second.port)
    // The first failure has been looked into; the end of maintenance has it looked into again.
    try await supervisor.setMaintenance(true, of: "web")
    try await supervisor.setMaintenance(false, of: "web")
    await Self.wait(supervisor, for: .up)
    await supervisor.stop()
  }

  @Test("a supervisor that is stopped and started again goes on")
  func restarts() async throws {
    let server = WebServer(answering: Self.page)
    let check = Self.check(.tcp(address: "127.0.0.1", port: server.port))
    let (supervisor, _) = try await Self.supervising(check)
    await Self.wait(supervisor, for: .up)
    await supervisor.stop()
    await supervisor.start()
    await Self.wait(supervisor, for: .up)
    try await supervisor.remove("web")
    #expect(await supervisor.loopReport()?.checks == 0)
    await supervisor.stop()
  }

  @Test("an application lives as long as its heartbeats come, and what others report counts")
  func pushed() async throws {
    var check = Self.check(.heartbeat, fall: 1)
    check.every = .milliseconds(50)
    let (supervisor, events) = try await Self.supervising(check)
    try await supervisor.heartbeat("web")
    await Self.wait(supervisor, for: .up)
    for await event in events {
      #expect(event.reason == "check web: no heartbeat for 50 ms")
      break
    }
    await #expect(throws: HAError.self) { try await supervisor.heartbeat("web", check: "none") }
    await #expect(throws: HAError.self) { try await supervisor.report(.up, of: "web", check: "web") }
    await supervisor.stop()

    let (second, reports) = try await Self.supervising(Self.check(.reported, fall: 1))
    try await second.report(.down("too many errors"), of: "web", check: "web")
    for await event in reports {
      #expect(event.reason == "check web: too many errors")
      break
    }
    await second.stop()
  }
}
