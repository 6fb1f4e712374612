import Ambience
import Document
import HighAvailability
import StackEngine
import Synchronization
import Testing

/// What a store knows of incidents.
struct IncidentTests {
  private static func incident(_ town: Town) async throws -> (incident: Incident, entries: [IncidentEntry]) {
    let journal = IncidentJournal(town.journal)
    let id = try #require(try await journal.incidents().first?.id)
    return try await journal.incident(id)
  }

  @Test("an incident has all that led to each action, in order")
  func tells() throws {
    try SupervisorTests.supervise([SupervisorTests.policy("web")]) { _, town, ambient in
      town.breakDown("web", until: "soft_reboot")
      try await ambient.sleep(.seconds(600))
      let (incident, entries) = try await Self.incident(town)
      #expect(incident.state == .recovered)
      #expect(incident.application == "web")
      #expect(incident.id.count == 5)
      #expect(entries.map(\.number) == Array(1...entries.count))
      #expect(
        entries.map(\.kind) == [
          .detected, .decided, .intent, .outcome, .decided, .intent, .outcome, .escalated, .decided, .intent,
          .outcome, .recovered,
        ])
      #expect(entries[0].cause.findings.map(\.check) == ["web"])
      #expect(entries[0].cause.findings.map(\.outcome) == ["down: connection refused"])
      #expect(entries[4].cause.counter == "2 of 2 within 10 min")
      #expect(entries[9].cause.action == "soft reboot")
      #expect(entries[9].cause.rung == 1)
      let story = try await IncidentJournal(town.journal).explanation(of: incident.id).lines.map(\.text)
      #expect(story.first?.hasPrefix("web on wiki/web: recovered after") ?? false)
      #expect(story.contains { $0.contains("web said down: connection refused") })
      #expect(story.contains { $0.hasSuffix("soft reboot 1 of 1 within 1 h: done") }, "\(story)")
    }
  }

  @Test("an intent is kept before the action begins")
  func intentFirst() throws {
    let ladder = Ladder([Rung(.restart(service: nil), timeout: .seconds(60))])
    try SupervisorTests.supervise([SupervisorTests.policy("web", ladder: ladder)], takes: .seconds(50)) {
      _, town, ambient in
      town.breakDown("web")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      #expect(try await Self.incident(town).entries.last?.kind == .intent)
      let record = try #require(try await IncidentJournal(town.journal).watch(of: "web"))
      guard case .acting = record.state.phase else {
        Issue.record("\(record.state.phase)")
        return
      }
    }
  }

  @Test("an action whose intent can't be kept isn't taken, and is once it can")
  func fullDisk() throws {
    try onVirtualTime { ambient in
      let fate = Fate()
      let town = Town(ambient, journal: FatedJournal(inner: MemoryJournal(), fate: fate))
      let supervisor = Supervisor(town.surroundings)
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      fate.fillDisk(true)
      town.breakDown("web")
      try await ambient.sleep(.seconds(200))
      #expect(town.deeds.isEmpty)
      fate.fillDisk(false)
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
      #expect(try await Self.incident(town).incident.state == .recovered)
      await supervisor.stop()
    }
  }

  @Test("the end of an incident that can't be kept is kept later, though the next has begun by then")
  func fullDiskAtEnd() throws {
    try onVirtualTime { ambient in
      let fate = Fate()
      let town = Town(ambient, journal: FatedJournal(inner: MemoryJournal(), fate: fate))
      let supervisor = Supervisor(town.surroundings)
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("web")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      try await ambient.sleep(.seconds(10))
      fate.fillDisk(true)
      try await ambient.sleep(.seconds(100))
      #expect(town.recorded.last?.verb == .recovered)
      town.breakDown("web")
      try await ambient.sleep(.seconds(100))
      fate.fillDisk(false)
      try await ambient.sleep(.seconds(300))
      let journal = IncidentJournal(town.journal)
      let incidents = try await journal.incidents()
      #expect(incidents.map(\.state) == [.recovered, .recovered])
      for incident in incidents {
        let entries = try await journal.incident(incident.id).entries
        #expect(entries.map(\.number) == Array(1...entries.count))
        #expect(entries.last?.kind == .recovered)
      }
      await supervisor.stop()
    }
  }

  @Test("a step whose incident is lost isn't taken again, and what goes on is an incident of its own")
  func lostIntent() throws {
    try onVirtualTime(seeds: 1...2) { ambient in
      let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let (town, fate, runs) = (Town(ambient, journal: store), Fate(), Runs())
      let handler = Action.handler(name: "slow") { _, _, _ in
        runs.count()
        try await ambient.sleep(.seconds(100))
        return .recovered
      }
      let policy = SupervisorTests.policy("web", ladder: Ladder([Rung(handler, intensity: 2)]))
      let first = Supervisor(town.surroundings(fate))
      try await first.add(policy)
      await first.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("web", until: "never")
      while runs.number == 0 { try await ambient.sleep(.seconds(1)) }
      fate.kill()
      await first.stop()
      let lost = try #require(try await IncidentJournal(store).incidents().first)
      try await store.append([.pageRemoval(NotePage(book: "incident", page: lost.id))])
      let second = Supervisor(town.surroundings)
      try await second.add(policy)
      await second.start()
      try await ambient.sleep(.seconds(60))
      #expect(runs.number == 1)
      let (incident, entries) = try await Self.incident(town)
      #expect(incident.state == .open)
      #expect(entries.map(\.kind) == [.tookOver, .outcome])
      #expect(entries.last?.reason.hasPrefix("its intent is lost") ?? false)
      await second.stop()
    }
  }

  @Test("an incident that nobody has is told from one that is")
  func unknown() async throws {
    let journal = IncidentJournal(MemoryJournal())
    let error = await #expect(throws: HAError.self) { try await journal.incident("zzzzz") }
    #expect(error?.code == .unknownIncident)
    #expect(error?.hint == "the store has none")
  }

  @Test("counts outlive the supervisor: what was tried before a restart is not tried again")
  func counts() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let policy = SupervisorTests.policy("web")
      for expected in [["restart"], ["restart", "restart"], ["restart", "restart", "soft_reboot"]] {
        let supervisor = Supervisor(town.surroundings)
        try await supervisor.add(policy)
        await supervisor.start()
        try await ambient.sleep(.seconds(100))
        town.breakDown("web", until: expected.last ?? "")
        while town.actions.count < expected.count { try await ambient.sleep(.seconds(1)) }
        try await ambient.sleep(.seconds(60))
        #expect(town.actions == expected)
        await supervisor.stop()
      }
      #expect(!town.recorded.contains { $0.verb == .tookOver })
    }
  }
}

/// How often a handler was run.
private final class Runs: Sendable {
  private let state = Mutex(0)
  var number: Int { state.withLock { $0 } }
  func count() { state.withLock { $0 += 1 } }
}
