import Ambience
import HighAvailability
import StackEngine
import Testing

/// A process that is stopped for an hour, as the machine sleeps: what it knew before is no reason to act.
struct PauseTests {
  private static let hour = Duration.seconds(3600)

  private static func watch(
    leaseTerm: Duration? = nil, ladder: Ladder = SupervisorTests.ladder,
    _ body: @escaping @Sendable (_ town: Town, _ fate: Fate, Supervisor, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime { ambient in
      let store = leaseTerm.map { MemoryJournal(leaseTerm: $0, uptime: ambient.uptime) } ?? MemoryJournal()
      let town = Town(ambient, journal: store)
      let fate = Fate()
      let supervisor = Supervisor(town.surroundings(fate))
      try await supervisor.add(SupervisorTests.policy("web", ladder: ladder))
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      try await body(town, fate, supervisor, ambient)
      await supervisor.stop()
    }
  }

  @Test("failures before and after a stop in the middle of a turn don't add up", arguments: [true, false])
  func middle(hasTerm: Bool) throws {
    try Self.watch(leaseTerm: hasTerm ? .seconds(15) : nil) { town, fate, supervisor, ambient in
      town.breakDown("web", until: "never")
      // Two of the three failures that it takes.
      try await ambient.sleep(.seconds(19))
      fate.stop()
      try await ambient.sleep(.seconds(6))
      // Something wakes it, and it stops where it looks into the store.
      await supervisor.thaw()
      try await ambient.sleep(Self.hour)
      fate.goOn()
      let end = ambient.uptime()
      while town.deeds.isEmpty { try await ambient.sleep(.milliseconds(100)) }
      // It takes three again, of which the first is asked at once.
      #expect(ambient.uptime() - end > .seconds(10))
    }
  }

  @Test("a step that was to be written down when it was stopped isn't taken an hour later")
  func atIntent() throws {
    try Self.watch { town, fate, supervisor, ambient in
      // The first tells that it is down.
      fate.stop(afterWrites: 1)
      town.breakDown("web")
      try await ambient.sleep(.seconds(60))
      #expect(try await IncidentJournal(town.journal).incidents().map(\.state) == [.open])
      town.heal("web")
      try await ambient.sleep(Self.hour)
      fate.goOn()
      try await ambient.sleep(.seconds(300))
      #expect(town.deeds.isEmpty)
      #expect(await supervisor.status().map(\.state) == [.up])
      town.breakDown("web")
      try await ambient.sleep(.seconds(120))
      #expect(town.actions == ["restart"])
    }
  }
}
