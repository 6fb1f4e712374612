import Ambience
import HighAvailability
import StackEngine
import Synchronization
import Testing

/// The state of a watch at rest, and clocks that jump.
struct WatchStateTests {
  private static let noon = Timestamp(milliseconds: 1_340_798_400_000)

  private static let policy = ApplicationPolicy(
    name: "wiki", target: Target(stack: "wiki", logicalID: "Server"),
    checks: [Check("web", .custom { .up }, fall: 1, rise: 1, grace: .zero)],
    ladder: Ladder([
      Rung(.restart(service: nil), period: .seconds(600), settle: .zero), Rung(.softReboot, settle: .zero),
    ]))

  /// A watch that has restarted its application once at 1,000 s, saved a minute later.
  private static func saved() throws -> WatchRecord {
    var watch = Watch(policy, at: .zero)
    watch.observe(.down("refused"), ofCheck: 0, at: .seconds(1000))
    _ = watch.ask(at: .seconds(1000))
    let step = watch.answer(.ready, at: .seconds(1000))
    #expect(step?.index == 0)
    watch.finish(.done, at: .seconds(1000))
    watch.observe(.up, ofCheck: 0, at: .seconds(1010))
    return WatchRecord(
      watch.state, uptime: .seconds(1060), time: noon, holder: "h", isReleased: true, incident: nil,
      entries: 0)
  }

  /// The action that a watch in another process decides on when its clock says so much more.
  private static func decision(after span: Duration) throws -> String? {
    var watch = Watch(policy, at: .seconds(5))
    let state = try saved().state(uptime: .seconds(5), time: noon + span)
    #expect(watch.restore(state, at: .seconds(5)) == nil)
    watch.observe(.down("refused"), ofCheck: 0, at: .seconds(6))
    return watch.ask(at: .seconds(6))?.step.rung.action.phrase
  }

  @Test("a try counts for its whole period, whether the process lives or not")
  func ages() throws {
    #expect(try Self.decision(after: .seconds(10)) == "soft reboot")
    #expect(try Self.decision(after: .seconds(3600)) == "restart")
  }

  @Test("a clock that was put forward or back meanwhile makes no try count for less")
  func jumps() throws {
    // The try is a minute old, ten minutes its period.
    for jump in [-3600, -262, 0, 262] {
      #expect(try Self.decision(after: .seconds(60 + jump)) == "soft reboot", "\(jump)")
      #expect(try Self.decision(after: .seconds(300 + jump)) == "soft reboot", "\(jump)")
    }
  }

  /// A watch of two checks, one of which has said down at once while the other takes its time.
  private static func halfDown() -> Watch {
    var policy = policy
    policy.checks.append(Check("page", .custom { .up }, fall: 3, rise: 1, grace: .zero))
    var watch = Watch(policy, at: .zero)
    watch.observe(.down("refused"), ofCheck: 0, at: .seconds(1000))
    watch.observe(.down("no answer"), ofCheck: 1, at: .seconds(1001))
    return watch
  }

  @Test("a step that is planned is taken only while a check says down", arguments: [false, true])
  func noCheckDown(isAsking: Bool) {
    var watch = Self.halfDown()
    if isAsking { #expect(watch.ask(at: .seconds(1002)) != nil) }
    watch.observe(.up, ofCheck: 0, at: .seconds(1003))
    if isAsking { #expect(watch.answer(.ready, at: .seconds(1004)) == nil) }
    #expect(watch.ask(at: .seconds(1005)) == nil)
    #expect(watch.incident != nil)
    watch.observe(.down("no answer"), ofCheck: 1, at: .seconds(1006))
    #expect(watch.ask(at: .seconds(1007)) == nil)
    watch.observe(.down("no answer"), ofCheck: 1, at: .seconds(1008))
    #expect(watch.ask(at: .seconds(1009))?.step.rung.action.phrase == "restart")
  }

  @Test("a step of another process that failed is no reason to act before the checks have told")
  func noFindings() throws {
    let results: [ActionResult] = [
      .failed("no host"), .escalate("in vain"), .retry(after: .seconds(1)), .unreachable("no route"),
    ]
    for result in results {
      var first = Watch(Self.policy, at: .zero)
      first.observe(.down("refused"), ofCheck: 0, at: .seconds(1000))
      _ = first.ask(at: .seconds(1000))
      _ = first.answer(.ready, at: .seconds(1000))
      var second = Watch(Self.policy, at: .seconds(5))
      #expect(second.restore(first.state, at: .seconds(5))?.index == 0)
      second.finish(result, at: .seconds(6))
      #expect(second.ask(at: .seconds(600)) == nil, "\(result)")
      second.observe(.up, ofCheck: 0, at: .seconds(601))
      #expect(second.incident == nil, "\(result)")
    }
  }

  @Test("a state is the same when it was kept in a store", arguments: [true, false])
  func roundTrip(isActing: Bool) async throws {
    try onVirtualTime { ambient in
      let town = Town(ambient, takes: isActing ? .seconds(300) : .seconds(5))
      let supervisor = Supervisor(town.surroundings)
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(150))
      let record = try #require(try await IncidentJournal(town.journal).watch(of: "web"))
      #expect(record.state.rungs == ["restart", "soft reboot", "hard reboot"])
      #expect(record.state.tries.first?.isEmpty == false)
      #expect(record.state.failure != nil)
      #expect(record.incident != nil)
      await supervisor.stop()
    }
  }

  @Test("a clock that jumps to and fro all the time changes no decision, nor does a restart between")
  func strobe() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let shift = Mutex(0)
      var surroundings = town.surroundings
      surroundings.ambient = Ambient(
        now: { ambient.now() + .seconds(shift.withLock { $0 }) }, uptime: ambient.uptime,
        sleep: ambient.sleep, random: ambient.random)
      town.breakDown("web", until: "hard_reboot")
      for (round, jumps) in [[262, -262, 0], [-262, 262, 0, 3600]].enumerated() {
        let supervisor = Supervisor(surroundings)
        try await supervisor.add(SupervisorTests.policy("web"))
        await supervisor.start()
        let count = round == 0 ? 2 : 4
        var turn = 0
        while town.actions.count < count {
          shift.withLock { $0 = jumps[turn % jumps.count] }
          turn += 1
          try await ambient.sleep(.seconds(7))
        }
        shift.withLock { $0 = 262 * (1 - 2 * round) }
        await supervisor.stop()
      }
      #expect(town.actions == ["restart", "restart", "soft_reboot", "hard_reboot"])
    }
  }

  @Test("another ladder takes over the tries of the rungs that it shares with the old one")
  func otherLadder() throws {
    var policy = Self.policy
    policy.ladder = Ladder([Rung(.softReboot), Rung(.restart(service: nil), period: .seconds(600))])
    var watch = Watch(policy, at: .zero)
    _ = watch.restore(try Self.saved().state(uptime: .zero, time: Self.noon), at: .zero)
    #expect(watch.state.tries.map(\.count) == [0, 1])
  }

  @Test("what no one has watched for an hour is judged anew")
  func suspended() {
    var policy = Self.policy
    policy.checks = [Check("web", .custom { .up }, fall: 3, rise: 1, grace: .zero)]
    var watch = Watch(policy, at: .zero)
    watch.observe(.up, ofCheck: 0, at: .seconds(10))
    for second in [20, 30] { watch.observe(.down("refused"), ofCheck: 0, at: .seconds(second)) }
    watch.overlook(at: .seconds(3630))
    watch.observe(.down("no route"), ofCheck: 0, at: .seconds(3640))
    #expect(watch.incident == nil)
  }
}
