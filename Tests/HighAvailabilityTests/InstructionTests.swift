import Ambience
import HighAvailability
import StackEngine
import Testing

/// What a person says by the store to whoever watches.
struct InstructionTests {
  private static let names = ["a", "b", "c", "d", "e"]
  private static let policies = names.map { SupervisorTests.policy($0) }

  @Test("a thaw frees those who do nothing as so much fails at once")
  func thaws() throws {
    try SupervisorTests.supervise(Self.policies) { supervisor, town, ambient in
      for name in Self.names { town.breakDown(name) }
      try await ambient.sleep(.seconds(300))
      #expect(await supervisor.isFrozen)
      try await IncidentJournal(town.journal).give(Instruction(id: "x", .thaw, given: ambient.now()))
      try await ambient.sleep(.seconds(200))
      #expect(Set(town.deeds.map(\.target)) == Set(Self.names))
    }
  }

  @Test("a thaw is about what fails as it is said, and not about what fails minutes later")
  func late() throws {
    try SupervisorTests.supervise(Self.policies) { supervisor, town, ambient in
      try await IncidentJournal(town.journal).give(Instruction(id: "x", .thaw, given: ambient.now()))
      try await ambient.sleep(.seconds(60))
      for name in Self.names { town.breakDown(name) }
      try await ambient.sleep(.seconds(600))
      #expect(await supervisor.isFrozen)
      #expect(town.deeds.isEmpty)
    }
  }

  @Test("what was given up is tried again, once")
  func retries() throws {
    let ladder = Ladder([Rung(.restart(service: nil), intensity: 1, settle: .seconds(30))])
    try SupervisorTests.supervise([SupervisorTests.policy("a", ladder: ladder)]) {
      supervisor, town, ambient in
      town.breakDown("a", until: "never")
      try await ambient.sleep(.seconds(300))
      #expect(await supervisor.status().map(\.state) == [.gaveUp])
      let journal = IncidentJournal(town.journal)
      try await journal.give(Instruction(id: "x", .retry("a"), given: ambient.now()))
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart", "restart"])
      #expect(await supervisor.status().map(\.state) == [.gaveUp])
      town.breakDown("a")
      try await journal.give(Instruction(id: "y", .retry("a"), given: ambient.now()))
      try await ambient.sleep(.seconds(300))
      #expect(await supervisor.status().map(\.state) == [.up])
      #expect(try await town.journal.pages(of: "instruction").isEmpty)
    }
  }

  @Test("what nobody has given up isn't tried again, and neither is what nobody watches")
  func refuses() throws {
    try SupervisorTests.supervise([SupervisorTests.policy("a")]) { _, town, ambient in
      let journal = IncidentJournal(town.journal)
      for (name, sentence) in [
        ("a", "a is neither held nor given up: it is up"), ("b", "no application named b is watched"),
      ] {
        let error = await #expect(throws: HAError.self) {
          try await journal.give(Instruction(id: "x", .retry(name), given: ambient.now()))
        }
        #expect(error?.message == sentence)
      }
    }
  }
}
