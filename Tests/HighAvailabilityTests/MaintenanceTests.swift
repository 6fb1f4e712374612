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
