import Ambience
import Document
import HighAvailability
import Simulation
import StackEngine
import Synchronization
import Testing

/// Who is asked before steps are taken, and handlers whose acts are journaled.
struct AdvisorTests {
  /// Answers by the action that is proposed, and hears all events.
  private final class Adviser: PolicyAdvisor {
    private let answers: [String: Advice]
    private let heard = Mutex<[HAEvent.Verb]>([])
    private let asked = Mutex<[StepProposal]>([])

    init(_ answers: [String: Advice]) { self.answers = answers }

    var verbs: [HAEvent.Verb] { heard.withLock(\.self) }
    var proposals: [StepProposal] { asked.withLock(\.self) }

    func advice(on proposal: StepProposal) async -> Advice {
      let count = asked.withLock { asked in
        asked.append(proposal)
        return asked.count { $0.action == proposal.action }
      }
      // What waits may go on the third time.
      if case .wait? = answers[proposal.action], count > 2 { return .proceed }
      return answers[proposal.action] ?? .proceed
    }

    func hear(_ event: HAEvent) async { heard.withLock { $0.append(event.verb) } }
  }

  /// Breaks an application until it is rebooted, with an adviser, and gives the town after a while.
  private static func advised(_ answers: [String: Advice]) throws -> (Town, Adviser) {
    let adviser = Adviser(answers)
    let world = SimulatedWorld(seed: 1)
    let town = try world.run {
      let ambient = world.ambient
      let town = Town(ambient)
      var surroundings = town.surroundings
      surroundings.advisor = adviser
      let supervisor = Supervisor(surroundings)
      try await supervisor.add(
        SupervisorTests.policy("web", ladder: Ladder([Rung(.restart(service: nil)), Rung(.softReboot)])))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("web", until: "soft_reboot")
      try await ambient.sleep(.seconds(1500))
      await supervisor.stop()
      return town
    }
    return (town, adviser)
  }

  @Test("a step that an adviser skips isn't taken, and the next rung is")
  func skips() throws {
    let (town, adviser) = try Self.advised(["restart": .skip("the disk is full")])
    #expect(town.actions == ["soft_reboot"])
    #expect(adviser.proposals.map(\.action) == ["restart", "soft reboot"])
    #expect(adviser.proposals.first?.reason.contains("connection refused") ?? false)
    #expect(
      town.recorded.first { $0.verb == .escalated }?.reason == "the disk is full; next is soft reboot")
    #expect(adviser.verbs == town.recorded.map(\.verb))
  }

  @Test("a step that is to wait is taken when its time has come, and it is told once why it waits")
  func waits() throws {
    let (town, adviser) = try Self.advised(["restart": .wait(.seconds(120), "a backup runs")])
    #expect(town.actions == ["restart", "soft_reboot"])
    #expect(adviser.proposals.count { $0.action == "restart" } == 3)
    let detected = try #require(town.recorded.first { $0.verb == .detected })
    let restart = try #require(town.recorded.first { $0.verb == .restart })
    #expect(restart.time - detected.time >= .seconds(240))
    #expect(town.recorded.filter { $0.verb == .waiting }.map(\.reason) == ["a backup runs"])
  }

  @Test("an application that an adviser holds is left to people")
  func holds() throws {
    let (town, _) = try Self.advised(["soft reboot": .hold("never reboot this one")])
    #expect(town.actions == ["restart"])
    #expect(town.recorded.last?.verb == .held)
  }

  // MARK: - Handlers

  /// A handler that reboots softly, looks, and reboots hard.
  private static let handler: HandlerRun = { context, powers, journal in
    for (number, action) in [Action.softReboot, .hardReboot].enumerated() {
      let step = HandlerStep(number: number + 1, name: action.phrase)
      let tag = "\(context.tag)/\(number + 1)"
      switch try await journal.begin(step) {
      case .done: continue
      case .interrupted where try await powers.trail(of: tag, on: context.target) != nil: break
      case .interrupted, .new:
        try await powers.perform(action, on: context.target, for: context.application, tag: tag)
      }
      try await journal.end(step, result: true)
      if try await powers.isHealthy(context.application, within: .seconds(20)) { return .recovered }
    }
    return .escalate("nothing helped")
  }

  @Test("a handler sees by itself whether the application is up again, while it acts")
  func looks() throws {
    let ladder = Ladder([Rung(.handler(name: "gentle", Self.handler), settle: .seconds(30))])
    for healer in ["soft_reboot", "hard_reboot"] {
      try SupervisorTests.supervise([SupervisorTests.policy("web", ladder: ladder)]) { _, town, ambient in
        town.breakDown("web", until: healer)
        try await ambient.sleep(.seconds(600))
        #expect(town.actions == (healer == "soft_reboot" ? [healer] : ["soft_reboot", healer]))
        #expect(town.recorded.last?.verb == .recovered)
      }
    }
  }

  @Test("killed at any write, a handler goes on where it was: no act is left out and none taken twice")
  func killed() throws {
    let ladder = Ladder([Rung(.handler(name: "gentle", Self.handler), settle: .seconds(30))])
    func live(dying writes: Int?, keepsLast: Bool) throws -> (Town, Int) {
      let world = SimulatedWorld(seed: 1)
      return try world.run {
        let ambient = world.ambient
        let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
        let town = Town(ambient, journal: store)
        let fate = Fate()
        let first = Supervisor(town.surroundings(fate))
        try await first.add(SupervisorTests.policy("web", ladder: ladder))
        let watch = Task.onSameExecutor { await first.run() }
        try await ambient.sleep(.seconds(100))
        let before = fate.writes
        town.breakDown("web", until: "hard_reboot")
        if let writes { fate.die(after: writes, keepsLast: keepsLast) }
        let end = ambient.uptime() + .seconds(600)
        while !fate.isDead, ambient.uptime() < end { try await ambient.sleep(.seconds(1)) }
        let made = fate.writes - before
        fate.kill()
        watch.cancel()
        let second = Supervisor(town.surroundings)
        try await second.add(SupervisorTests.policy("web", ladder: ladder))
        await second.start()
        try await ambient.sleep(.seconds(900))
        await second.stop()
        return (town, made)
      }
    }
    let (undisturbed, writes) = try live(dying: nil, keepsLast: false)
    #expect(undisturbed.actions == ["soft_reboot", "hard_reboot"])
    #expect(writes > 7)
    for place in 0..<writes {
      for keepsLast in [false, true] {
        let (town, _) = try live(dying: place, keepsLast: keepsLast)
        #expect(
          town.actions == ["soft_reboot", "hard_reboot"],
          "killed at write \(place), \(keepsLast ? "kept" : "not kept")")
        #expect(!town.probeNow("web").isDown)
      }
    }
  }
}
