import Ambience
import EmbeddedCloud
import HTTP
import HighAvailability
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

/// A supervisor that is killed, and the one that comes after it.
struct CrashTests {
  /// How one life went: what Nova has been asked to do, whether that helped, and how many writes the first process
  /// made from the moment the application broke.
  private struct Outcome: Sendable {
    var actions: [String]
    var isUp: Bool
    var writes: Int
    var incidents: [Incident]
    var unanswered: [String]
  }

  /// Breaks the application; the first process dies at a write after so many others, and a second one follows.
  private static func live(
    seed: UInt64, dying writes: Int?, keepsLast: Bool = false, losesPower: Bool = false, faults: [Fault] = []
  ) throws -> Outcome {
    let world = SimulatedWorld(seed: seed)
    return try world.run {
      var ward = try await Ward(world.ambient)
      let fate = Fate()
      let first = try await ward.process(fate)
      let watch = Task.onSameExecutor { await first.run() }
      try await world.ambient.sleep(.seconds(100))
      let before = fate.writes
      for fault in faults { await ward.cloud.add(fault) }
      try await ward.cloud.breakApplication(on: ward.server, until: .hardReboot)
      if let writes { fate.die(after: writes, keepsLast: keepsLast) }
      let end = world.ambient.uptime() + .seconds(900)
      while !fate.isDead, world.ambient.uptime() < end { try await world.ambient.sleep(.seconds(1)) }
      let made = fate.writes - before
      fate.kill()
      watch.cancel()
      if losesPower { try await ward.losePower(fate) }
      let second = try await ward.process(Fate())
      let next = Task.onSameExecutor { await second.run() }
      try await world.ambient.sleep(.seconds(1200))
      let journal = IncidentJournal(ward.store)
      let incidents = try await journal.incidents()
      var unanswered: [String] = []
      for incident in incidents {
        let entries = try await journal.incident(incident.id).entries
        let intents = entries.filter { $0.kind == .intent }.count
        if intents != entries.filter({ $0.kind == .outcome }).count { unanswered.append(incident.id) }
      }
      let outcome = Outcome(
        actions: try await ward.actions(), isUp: try await ward.isUp(), writes: made, incidents: incidents,
        unanswered: unanswered)
      await second.stop()
      next.cancel()
      return outcome
    }
  }

  @Test("a supervisor that lives soft-reboots and hard-reboots, and Nova's list says the same")
  func undisturbed() throws {
    let outcome = try Self.live(seed: 1, dying: nil)
    #expect(outcome.actions == ["reboot", "reboot"])
    #expect(outcome.isUp)
    #expect(outcome.incidents.map(\.state) == [.recovered])
  }

  @Test(
    "killed at any write, a supervisor leaves no action out and none taken twice",
    arguments: 1...3 as ClosedRange<UInt64>)
  func killed(seed: UInt64) throws {
    let whole = try Self.live(seed: seed, dying: nil)
    #expect(whole.writes > 15)
    for writes in 0..<whole.writes {
      for keepsLast in [false, true] {
        let outcome = try Self.live(seed: seed, dying: writes, keepsLast: keepsLast)
        let place = "seed \(seed), killed at write \(writes), \(keepsLast ? "kept" : "not kept")"
        #expect(outcome.actions == ["reboot", "reboot"], "\(place)")
        #expect(outcome.isUp, "\(place)")
        #expect(outcome.incidents.allSatisfy { $0.state == .recovered }, "\(place): \(outcome.incidents)")
        #expect(outcome.unanswered.isEmpty, "\(place)")
      }
    }
  }

  @Test("a machine that loses its power at any write leaves no action out and none taken twice")
  func powerless() throws {
    let whole = try Self.live(seed: 1, dying: nil)
    for writes in 0..<whole.writes {
      for keepsLast in [false, true] {
        let outcome = try Self.live(seed: 1, dying: writes, keepsLast: keepsLast, losesPower: true)
        let place = "without power at write \(writes), \(keepsLast ? "kept" : "not kept")"
        #expect(outcome.actions == ["reboot", "reboot"], "\(place)")
        #expect(outcome.isUp, "\(place)")
        #expect(outcome.incidents.allSatisfy { $0.state == .recovered }, "\(place): \(outcome.incidents)")
      }
    }
  }

  @Test(
    "stopped in the middle of an action, a supervisor leaves it to the next to see what comes of it",
    arguments: 1...4 as ClosedRange<UInt64>)
  func stopped(seed: UInt64) throws {
    let world = SimulatedWorld(seed: seed)
    try world.run {
      let ward = try await Ward(world.ambient)
      let first = try await ward.process(Fate())
      await first.start()
      try await world.ambient.sleep(.seconds(100))
      try await ward.cloud.breakApplication(on: ward.server, until: .hardReboot)
      while try await ward.actions().isEmpty { try await world.ambient.sleep(.milliseconds(50)) }
      await first.stop()
      let second = try await ward.process(Fate())
      await second.start()
      try await world.ambient.sleep(.seconds(900))
      #expect(try await ward.actions() == ["reboot", "reboot"])
      #expect(try await ward.isUp())
      let journal = IncidentJournal(ward.store)
      let incident = try #require(try await journal.incidents().first)
      let entries = try await journal.incident(incident.id).entries
      #expect(incident.state == .recovered)
      #expect(
        entries.filter { $0.kind == .intent }.count == entries.filter { $0.kind == .outcome }.count)
      #expect(!entries.contains { $0.kind == .tookOver })
      await second.stop()
    }
  }

  @Test(
    "what others have deleted isn't tried again in vain: the rung isn't possible, and the next makes it again"
  )
  func deleted() throws {
    let world = SimulatedWorld(seed: 1)
    try world.run {
      let ward = try await Ward(world.ambient)
      let (engine, client) = try Ward.engine(ward.cloud, ward.store, world.ambient, Fate())
      try await client.compute.servers.delete(ward.server)
      try await world.ambient.sleep(.seconds(20))
      let remedies = EngineRemedies(engine, ambient: world.ambient)
      let target = Target(stack: "web", logicalID: "Web")
      let error = await #expect(throws: RemedyError.self) {
        try await remedies.perform(.hardReboot, on: target, for: "wiki", tag: "abc/1")
      }
      #expect(error?.code == .impossible)
      #expect(error?.message.hasPrefix("Web of web: it is gone from the cloud; Instance ") == true)
      #expect(try await engine.describe("web").resources["Web"]?.status == .checkFailed)
      try await remedies.perform(.replace(), on: target, for: "wiki", tag: "abc/2")
      let now = try await engine.describe("web").resources["Web"]
      #expect(now?.status == .createComplete || now?.status == .updateComplete)
      #expect(now?.physical?.id != ward.server)
    }
  }

  @Test(
    "an answer that is lost doesn't make an action be taken twice", arguments: 1...4 as ClosedRange<UInt64>)
  func lostReply(seed: UInt64) throws {
    for skips in 0...1 {
      let lost = Fault(.post, "*/servers/*/action", .loseReply, skips: skips)
      let outcome = try Self.live(seed: seed, dying: nil, faults: [lost])
      #expect(outcome.actions == ["reboot", "reboot"], "seed \(seed), answer \(skips)")
      #expect(outcome.isUp)
    }
  }
}

extension Task where Success == Void, Failure == Never {
  /// A task on the executor that the current one prefers, on which a simulation depends.
  static func onSameExecutor(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    return Task(executorPreference: executor) { await body() }
  }
}
