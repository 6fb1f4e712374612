import Ambience
import Document
import HighAvailability
import StackEngine
import Testing

@testable import LifeSimulation

/// Audits are fed histories in which one thing is wrong.
@Suite("The audit of a healing life")
struct HealingAuditTests {
  private static let noon = Timestamp(milliseconds: 1_340_798_400_000)
  private static let stack = StackIdentity(name: "ward", id: "s-1")

  private static func policy(_ number: Int) -> ApplicationPolicy {
    ApplicationPolicy(
      name: "app\(number)", target: Target(stack: "ward", logicalID: "S\(number)"),
      checks: [Check("http", .custom { .up }, every: .seconds(10), timeout: .seconds(5))],
      ladder: Ladder([
        Rung(.restart(service: nil), period: .seconds(600)), Rung(.softReboot, period: .seconds(600)),
      ]))
  }

  /// Four applications, the first of which was rebooted once and is well.
  private static var history: HealingHistory {
    var history = HealingHistory()
    history.policies = (1...4).map(policy)
    history.budgets = [Budget()]
    history.machines = [1: 0, 2: 1]
    history.acts = [act("app1", "soft reboot", "abc/3", at: 100)]
    history.deeds = [deed("reboot", "req-1", at: 101)]
    history.lists = ["server1": ["req-1"]]
    history.stories = [story("op-1", tag: "abc/3", request: "req-1")]
    history.incidents = [
      incident("abc", [(.detected, nil, ""), (.decided, 1, ""), (.intent, 1, ""), (.outcome, 1, "done")])
    ]
    history.endings = history.policies.map {
      HealingHistory.Ending(application: $0.name, isUp: true, isCurable: true, state: .up)
    }
    return history
  }

  private static func act(
    _ application: String, _ action: String, _ tag: String, at second: Int, by process: Int = 1
  ) -> HealingHistory.Act {
    let number = application.dropFirst(3)
    var act = HealingHistory.Act(
      process: process, application: application, target: Target(stack: "ward", logicalID: "S\(number)"),
      action: action, isDisturbing: action != "restart", tag: tag, server: "server\(number)",
      span: .init(from: .seconds(second), to: .seconds(second + 5)))
    act.hasEffect = true
    return act
  }

  private static func deed(
    _ verb: String, _ request: String, at second: Int, by process: Int = 1
  ) -> HealingHistory.Deed {
    HealingHistory.Deed(
      time: .seconds(second), sender: .process(process), server: "server1", verb: verb, request: request)
  }

  private static func story(_ id: String, tag: String, request: String) -> HealingHistory.Story {
    var options = OperationOptions()
    options.tag = tag
    let record = OperationRecord(
      id: id, stack: stack, kind: .act, goal: nil, origin: nil, options: options, action: .softReboot,
      target: "S1", phase: .succeeded, started: noon)
    return HealingHistory.Story(
      record: record, requests: ["soft_reboot": .done(.string(request))], server: "server1")
  }

  private static func incident(
    _ id: String, _ kinds: [(IncidentEntry.Kind, Int?, String)], _ state: Incident.State = .recovered
  ) -> (incident: Incident, entries: [IncidentEntry]) {
    var incident = Incident(
      id: id, application: "app1", target: Target(stack: "ward", logicalID: "S1"), began: noon, reason: "down"
    )
    incident.state = state
    let entries = kinds.enumerated().map { index, kind in
      var cause = IncidentCause()
      cause.rung = kind.1
      cause.action = kind.1.map { $0 == 0 ? "restart" : "soft reboot" }
      return IncidentEntry(number: index + 1, time: noon, kind: kind.0, reason: kind.2, cause: cause)
    }
    return (incident, entries)
  }

  private func violations(_ change: (inout HealingHistory) -> Void) -> [String] {
    var history = Self.history
    change(&history)
    return HealingAudit(history: history).violations
  }

  @Test("finds nothing where all is well")
  func sound() { #expect(violations { _ in } == []) }

  @Test("finds an action that was taken twice")
  func doubled() {
    let found = violations { history in
      history.deeds.append(Self.deed("reboot", "req-2", at: 102))
      history.lists["server1"]?.append("req-2")
    }
    #expect(found == ["reboot of server1 at 102.0 seconds (req-2) is nowhere in the journal"])
    let again = violations { $0.stories.append(Self.story("op-2", tag: "abc/3", request: "req-1")) }
    #expect(again.contains("the step abc/3 was taken 2 times"))
    #expect(again.contains { $0.hasPrefix("the request req-1 is that of two operations") })
  }

  @Test("finds an action that is said to be done and isn't")
  func missed() {
    let found = violations { history in
      history.deeds = []
      history.lists = [:]
    }
    #expect(found == ["soft_reboot of server1 is said to be the request req-1, which never came"])
    #expect(
      violations { $0.stories = [] }.contains("soft reboot of app1, abc/3, is said to be done, and isn't"))
    #expect(violations { $0.lists["server1"] = [] }.contains { $0.hasPrefix("Nova lists []") })
    let restart = Self.incident("abc", [(.detected, nil, ""), (.intent, 0, ""), (.outcome, 0, "done")])
    #expect(
      violations { $0.incidents = [restart] } == ["restart of app1, abc/2, is said to be done, and isn't"])
  }

  @Test("finds an action of one who can't reach most applications, once that can be known")
  func unreached() {
    func servers(_ numbers: ClosedRange<Int>) -> Set<Target> {
      Set(numbers.map { Target(stack: "ward", logicalID: "S\($0)") })
    }
    func cut(
      _ from: Int, _ machine: Int = 0, _ count: Int = 3, silent: Set<Target> = []
    ) -> HealingHistory.Cut {
      HealingHistory.Cut(
        machine: machine, targets: servers(1...count), silent: silent,
        span: .init(from: .seconds(from), to: .seconds(200)))
    }
    #expect(
      violations { $0.cuts = [cut(50)] }
        == ["soft reboot of ward/S1 at 100.0 seconds by process 1, which could reach 1 of 4 servers"])
    #expect(violations { $0.cuts = [cut(95), cut(50, 1), cut(50, 0, 2)] } == [])
    // Two that nobody could reach before, and one application more on a server.
    #expect(violations { $0.cuts = [cut(50, silent: servers(2...3))] } == [])
    let isShared = violations { history in
      history.policies.append(Self.policy(1))
      history.cuts = [cut(50, 0, 2)]
    }
    #expect(isShared == [])
    let isAskedFor = violations { history in
      history.cuts = [cut(50)]
      history.thaws = [(0, .seconds(60))]
    }
    #expect(isAskedFor == [])
  }

  @Test("finds an action without a reason of the process's own")
  func unfounded() {
    #expect(
      violations { $0.acts[0].isFounded = false }
        == ["soft reboot for app1 at 100.0 seconds by process 1, which hadn't found it down"])
  }

  @Test("finds an action on what was to be left alone")
  func truces() {
    let truce = HealingHistory.Truce(
      applications: ["app1"], reason: "in maintenance", span: .init(from: .seconds(90), to: .seconds(110)))
    #expect(
      violations { $0.truces = [truce] } == [
        "soft reboot for app1 at 100.0 seconds, which was in maintenance"
      ])
  }

  @Test("finds more servers out of service than the budget allows")
  func overspent() {
    let found = violations { $0.acts.append(Self.act("app2", "soft reboot", "def/3", at: 102)) }
    #expect(found == ["2 of 4 were being healed at 102.0 seconds, and 1 may be"])
  }

  @Test("lets an act end with its outcome, whoever has found that out")
  func outcomes() throws {
    let chronicle = Chronicle { .seconds(200) }
    let act = chronicle.begin(Self.openAct("abc/3"))
    let other = chronicle.begin(Self.openAct("def/3"))
    let (_, entries) = Self.incident("abc", [(.intent, 1, ""), (.outcome, 1, "done")])
    for entry in entries {
      chronicle.kept(
        Note(book: "incident", page: "abc", line: entry.number, time: Self.noon, record: entry.value))
    }
    #expect(chronicle.history.acts[act].span.to == .seconds(200))
    #expect(chronicle.history.acts[other].span.to == nil)
  }

  private static func openAct(_ tag: String) -> HealingHistory.Act {
    var act = act("app1", "soft reboot", tag, at: 100)
    act.span.to = nil
    return act
  }

  @Test("finds two that act on one server at once")
  func overlapping() {
    let found = violations { history in
      history.deeds = [
        Self.deed("reboot", "req-1", at: 101), Self.deed("reboot", "req-2", at: 102, by: 2),
        Self.deed("reboot", "req-3", at: 103),
      ]
      history.lists["server1"] = ["req-1", "req-2", "req-3"]
      history.stories.append(Self.story("op-2", tag: "abc/9", request: "req-2"))
      history.stories[0].requests["start"] = .done("req-3")
    }
    #expect(found.contains("operations on server1 overlap: op-2 and op-1"))
  }

  @Test("finds a ladder that goes down, and a rung that is tried too often")
  func ladders() {
    let down = Self.incident(
      "abc",
      [(.detected, nil, ""), (.decided, nil, ""), (.intent, 1, ""), (.outcome, 1, "done"), (.intent, 0, "")])
    #expect(violations { $0.incidents = [down] } == ["the incident abc of app1 climbs its ladder so: [2, 1]"])
    let often = violations { $0.acts.append(Self.act("app1", "soft reboot", "abc/9", at: 900)) }
    #expect(often == ["the incident abc of app1: soft reboot 2 times, of 1"])
  }

  @Test("finds what isn't healed, and of which nobody was told")
  func endings() {
    func ending(_ isUp: Bool, _ isCurable: Bool, _ state: ApplicationStatus.State?) -> [String] {
      violations { history in
        history.endings = [.init(application: "app1", isUp: isUp, isCurable: isCurable, state: state)]
      }
    }
    #expect(ending(false, true, .planned) == ["app1 could be healed, and is planned, down"])
    #expect(ending(false, false, .settling) == ["app1 can't be healed, and is settling"])
    #expect(ending(false, false, .gaveUp) == ["nobody was told that app1 is gave up"])
    #expect(ending(true, false, .up) == [])
    #expect(ending(true, true, .down) == ["app1 could be healed, and is down, up"])
    let open = Self.incident("xyz", [(.detected, nil, "")], .open)
    #expect(violations { $0.incidents.append(open) } == ["the incident xyz of app1 is open for ever"])
  }
}
