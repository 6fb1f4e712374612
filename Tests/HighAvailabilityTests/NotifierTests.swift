import Ambience
import Document
import Glibc
import HTTP
import HighAvailability
import Secrets
import Simulation
import Synchronization
import Testing

/// Those who are told of events, and who may be away.
struct NotifierTests {
  private static func event(_ reason: String, _ verb: HAEvent.Verb = .detected, rung: Int? = nil) -> HAEvent {
    HAEvent(
      time: Timestamp(milliseconds: 1_340_789_400_000), application: "wiki",
      target: Target(stack: "wiki", logicalID: "Web"), verb: verb, reason: reason, rung: rung)
  }

  /// A target that keeps what it is told, and fails as often as it is told to.
  private final class Ear: Sendable {
    private let state: Mutex<(heard: [String], failures: Int)>

    init(failures: Int = 0) { state = Mutex(([], failures)) }

    var heard: [String] { state.withLock(\.heard) }

    func target(_ name: String) -> NotifyTarget {
      NotifyTarget(name) { event in
        let fails = self.state.withLock { state in
          state.failures -= 1
          if state.failures < 0 { state.heard.append(event.reason) }
          return state.failures >= 0
        }
        if fails { throw RemedyError(.failed, "away") }
      }
    }
  }

  private func run(
    _ ambient: Ambient, _ limits: Notifier.Limits = .init(),
    complain: @escaping @Sendable (Diagnostic) -> Void = { _ in },
    _ body: @escaping @Sendable (Notifier) async throws -> Void
  ) async throws {
    let notifier = Notifier(ambient: ambient, limits: limits, complain: complain)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await notifier.run() }
      try await ambient.sleep(.milliseconds(1))
      try await body(notifier)
      group.cancelAll()
    }
  }

  @Test("events are delivered in order, also when the first tries fail")
  func retries() throws {
    try onVirtualTime { ambient in
      let ear = Ear(failures: 3)
      try await run(ambient) { notifier in
        for reason in ["one", "two", "three"] {
          await notifier.send(Self.event(reason), to: [ear.target("ear")])
        }
        #expect(ear.heard.isEmpty)
        await notifier.settle()
        let counts = await notifier.counts
        #expect(counts.delivered == 3 && counts.lost == 0)
      }
      #expect(ear.heard == ["one", "two", "three"])
      #expect(ambient.uptime() >= .seconds(4) && ambient.uptime() < .seconds(20))
    }
  }

  @Test("a target that is away keeps no other from being told, and its oldest events are dropped")
  func away() throws {
    try onVirtualTime { ambient in
      let (ear, lost) = (Ear(), Ear(failures: .max))
      let complaints = Mutex<[String]>([])
      var limits = Notifier.Limits()
      limits.queue = 2
      limits.tries = 3
      try await run(
        ambient, limits, complain: { complaint in complaints.withLock { $0.append(complaint.message) } }
      ) {
        notifier in
        for number in 1...5 {
          await notifier.send(Self.event("\(number)"), to: [lost.target("lost"), ear.target("ear")])
          try await ambient.sleep(.milliseconds(10))
        }
        #expect(ear.heard == ["1", "2", "3", "4", "5"])
        await notifier.settle()
        let counts = await notifier.counts
        #expect(counts.delivered == 5 && counts.lost == 5)
      }
      let told = complaints.withLock(\.self)
      #expect(told.contains("lost couldn't be told of HA_DETECTED of wiki: away"))
      #expect(told.contains { $0.contains("2 events for lost were dropped") })
    }
  }

  @Test("a target that hangs is given up on by the deadline")
  func hangs() throws {
    try onVirtualTime { ambient in
      var limits = Notifier.Limits()
      limits.tries = 1
      let complaints = Mutex<[String]>([])
      try await run(
        ambient, limits, complain: { complaint in complaints.withLock { $0.append(complaint.message) } }
      ) {
        notifier in
        await notifier.send(
          Self.event("x"), to: [NotifyTarget("deaf") { _ in try await ambient.sleep(.seconds(86_400)) }])
        await notifier.settle()
      }
      #expect(
        complaints.withLock(\.self) == [
          "deaf couldn't be told of HA_DETECTED of wiki: it didn't end within 30 s"
        ])
    }
  }

  @Test("a webhook's request carries the event, and a signature that proves it")
  func webhook() async throws {
    let world = SimulatedWorld(seed: 1)
    let server = Receiver([200, 500, 403])
    let key = WebhookKey(Secret("0123456789abcdef"))
    let target = NotifyTarget.webhook(
      "https://h/hook?token=x", key: key, transport: server, ambient: world.ambient)
    #expect(target.name == "https://h/hook")
    try await target.send(Self.event("refused"))
    let request = try #require(server.requests.first)
    let body = String(decoding: request.body, as: UTF8.self)
    #expect(try Value.json(body)["reason"] == "refused")
    #expect(request.headers["X-Kiln-Event"] == "HA_DETECTED")
    let signature = key.signature(of: body, at: world.ambient.now())
    #expect(request.headers["X-Kiln-Signature"] == "t=1340789400,v1=\(signature)")
    await #expect(throws: RemedyError.self) { try await target.send(Self.event("again")) }
    await #expect(throws: NotifyTarget.Refusal.self) { try await target.send(Self.event("again")) }
  }

  private final class Receiver: Transport {
    private let state: Mutex<(statuses: [Int], requests: [Request])>

    init(_ statuses: [Int]) { state = Mutex((statuses, [])) }

    var requests: [Request] { state.withLock(\.requests) }

    func send(_ request: Request) async throws -> Response {
      state.withLock { state in
        state.requests.append(request)
        return Response(status: state.statuses.removeFirst())
      }
    }
  }

  @Test("a program gets the event on its standard input, and its failure is told")
  func command() async throws {
    let good = NotifyTarget.command(
      ["sh", "-c", "grep -q '\"status\":\"HA_DETECTED\"'"], by: LocalPrograms())
    try await good.send(Self.event("refused"))
    let bad = NotifyTarget.command(
      ["sh", "-c", "cat >/dev/null; echo no room >&2; exit 3"], by: LocalPrograms())
    await #expect(throws: RemedyError(.failed, "sh ended with status 3: no room")) {
      try await bad.send(Self.event("refused"))
    }
    let missing = NotifyTarget.command(["/no/such/program"], by: LocalPrograms())
    await #expect(throws: RemedyError.self) { try await missing.send(Self.event("refused")) }
  }

  @Test("an e-mail goes to the program that sends it")
  func sendmail() async throws {
    let path = "/tmp/kiln-sendmail-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let script = "#!/bin/sh\n[ \"$1\" = -t ] && grep -q '^To: a@example.org$'\n"
    let file = open(path, O_WRONLY | O_CREAT, 0o755)
    try #require(write(file, script, script.utf8.count) == script.utf8.count)
    close(file)
    defer { unlink(path) }
    func target(_ address: String) -> NotifyTarget {
      .mail(to: [address], program: path, by: LocalPrograms())
    }
    try await target("a@example.org").send(Self.event("refused"))
    await #expect(throws: RemedyError.self) { try await target("b@example.org").send(Self.event("refused")) }
  }

  @Test("an e-mail's fields stay one line each, whatever an event says")
  func mail() {
    let event = HAEvent(
      time: Timestamp(milliseconds: 0), application: "wíki\nBcc: all@example.org",
      target: Target(stack: "wiki", logicalID: "Web"), verb: .gaveUp, reason: "all rungs are used up",
      rung: nil)
    let lines = NotifyTarget.message(event, to: ["a@example.org", "b@example.org"], from: "kiln@example.org")
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "From: kiln@example.org")
    #expect(lines[1] == "To: a@example.org, b@example.org")
    #expect(lines[2].hasPrefix("Subject: =?utf-8?Q?"))
    #expect(!lines.contains { $0.hasPrefix("Bcc:") && lines.firstIndex(of: $0) ?? .max < 7 })
    #expect(lines.contains("all rungs are used up"))
  }

  @Test("a notify rung's targets are told of its event beside the policy's, each once")
  func receivers() {
    let (a, b) = (Ear().target("a"), Ear().target("b"))
    let policy = ApplicationPolicy(
      name: "wiki", target: Target(stack: "wiki", logicalID: "Web"), checks: [],
      ladder: Ladder([Rung(.softReboot), Rung(.notify("b", to: [b, a]))]))
    #expect(Self.event("x", .notify, rung: 1).receivers([a], by: policy).map(\.name) == ["a", "b"])
    #expect(Self.event("x", .softReboot, rung: 0).receivers([a], by: policy).map(\.name) == ["a"])
  }
}
