import Ambience
import HighAvailability
import StackEngine
import Testing

/// Maintenance for a time, of which several clocks have their own opinion.
struct MaintenanceTests {
  /// Runs a supervisor whose clock is wrong, over an application that breaks in maintenance.
  private static func watch(
    ahead error: Duration,
    _ body: @escaping @Sendable (Town, Supervisor, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let supervisor = Supervisor(town.surroundings(ahead: error))
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      try await body(town, supervisor, ambient)
      await supervisor.stop()
    }
  }

  private static func begin(for span: Duration, in town: Town, _ ambient: Ambient) async throws {
    let now = ambient.now()
    try await IncidentJournal(town.journal).begin(
      MaintenanceWindow(id: "w", scope: .everything, from: now, until: now + span), at: now)
  }

  @Test(
    "maintenance lasts as long as was said, whatever the supervisor's clock says", arguments: [262, 0, -262])
  func lasts(error: Int) throws {
    for span in [Duration.seconds(120), .seconds(900)] {
      try Self.watch(ahead: .seconds(error)) { town, _, ambient in
        try await Self.begin(for: span, in: town, ambient)
        try await ambient.sleep(.seconds(6))
        town.breakDown("web")
        try await ambient.sleep(span - .seconds(6))
        #expect(town.deeds.isEmpty)
        try await ambient.sleep(.seconds(120))
        #expect(town.actions == ["restart"])
      }
    }
  }

  @Test("a supervisor that begins within it lets it last too long rather than too short")
  func begins() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      try await Self.begin(for: .seconds(600), in: town, ambient)
      town.breakDown("web")
      try await ambient.sleep(.seconds(400))
      let supervisor = Supervisor(town.surroundings(ahead: .seconds(262)))
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(200))
      #expect(town.deeds.isEmpty)
      try await ambient.sleep(.seconds(400))
      #expect(town.actions == ["restart"])
      await supervisor.stop()
    }
  }

  /// Runs a supervisor over an application whose restart goes on for long, and begins maintenance meanwhile.
  private static func beginWhileActing(
    for span: Duration, _ body: @escaping @Sendable (Town, Fate, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime { ambient in
      let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let (town, fate) = (Town(ambient, takes: .seconds(100), journal: store), Fate())
      let supervisor = Supervisor(town.surroundings(fate))
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("web", until: "never")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      try await begin(for: span, in: town, ambient)
      try await ambient.sleep(.seconds(10))
      try await body(town, fate, ambient)
      await supervisor.stop()
    }
  }

  private static func kinds(_ town: Town) async throws -> [[IncidentEntry.Kind]] {
    let journal = IncidentJournal(town.journal)
    var found: [[IncidentEntry.Kind]] = []
    for incident in try await journal.incidents().reversed() {
      found.append(try await journal.incident(incident.id).entries.map(\.kind))
    }
    return found
  }

  @Test("an incident with an action under way ends in maintenance once it is known what came of that")
  func outlasts() throws {
    try Self.beginWhileActing(for: .seconds(900)) { town, _, ambient in
      let journal = IncidentJournal(town.journal)
      #expect(try await journal.incidents().map(\.state) == [.open])
      try await ambient.sleep(.seconds(150))
      #expect(try await journal.incidents().map(\.state) == [.ended])
      #expect(try await Self.kinds(town) == [[.detected, .decided, .intent, .maintenance, .outcome]])
      #expect(town.deeds.count == 1)
    }
  }

  @Test(
    "an incident with an action under way goes on when maintenance is over before that, and each step is told apart"
  )
  func goesOn() throws {
    try Self.beginWhileActing(for: .seconds(30)) { town, _, ambient in
      while town.deeds.count < 2 { try await ambient.sleep(.seconds(1)) }
      #expect(
        try await Self.kinds(town) == [
          [.detected, .decided, .intent, .maintenance, .maintenance, .outcome, .decided, .intent]
        ])
      #expect(Set(town.deeds.map(\.tag)).count == 2)
    }
  }

  @Test("whoever takes over an action that was under way when maintenance began looks what came of it")
  func takesOver() throws {
    try Self.beginWhileActing(for: .seconds(30)) { town, fate, ambient in
      fate.kill()
      try await ambient.sleep(.seconds(60))
      let next = Supervisor(town.surroundings)
      try await next.add(SupervisorTests.policy("web"))
      await next.start()
      try await ambient.sleep(.seconds(60))
      let kinds = try await Self.kinds(town)
      #expect(kinds.count == 1)
      #expect(kinds.first?.contains(.outcome) ?? false)
      await next.stop()
    }
  }

  @Test("what was ended isn't begun again by a clock that lags behind")
  func ended() throws {
    try Self.watch(ahead: .seconds(-262)) { town, supervisor, ambient in
      try await Self.begin(for: .seconds(60), in: town, ambient)
      try await ambient.sleep(.seconds(70))
      for _ in 0..<60 {
        #expect(await supervisor.status().map(\.state) != [.maintenance])
        try await ambient.sleep(.seconds(10))
      }
    }
  }

  @Test("what a clock that is ahead holds to be over can be ended")
  func endedEarly() throws {
    try onVirtualTime(seeds: 1...1) { ambient in
      let town = Town(ambient)
      try await Self.begin(for: .seconds(100), in: town, ambient)
      let journal = IncidentJournal(town.journal)
      let ended = try await journal.endMaintenance(of: .everything, at: ambient.now() + .seconds(200))
      #expect(ended.count == 1)
      await #expect(throws: HAError.self) {
        try await journal.endMaintenance(of: .everything, at: ambient.now())
      }
    }
  }
}
