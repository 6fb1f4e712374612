import Ambience
import Document
import HighAvailability
import Simulation
import StackEngine
import Testing

/// Two supervisors, one application.
struct LeaseTests {
  private static let term = Duration.seconds(15)

  /// Runs a body with two supervisors that share a store and a town.
  private static func duel(
    seeds: ClosedRange<UInt64> = 1...20, ladder: Ladder = SupervisorTests.ladder,
    _ body:
      @escaping @Sendable (_ town: Town, _ fates: [Fate], _ supervisors: [Supervisor], Ambient) async throws
      -> Void
  ) throws {
    try onVirtualTime(seeds: seeds) { ambient in
      let store = MemoryJournal(leaseTerm: term, uptime: ambient.uptime)
      let town = Town(ambient, takes: .seconds(4), journal: store)
      let fates = [Fate(), Fate()]
      var supervisors: [Supervisor] = []
      for fate in fates {
        let supervisor = Supervisor(town.surroundings(fate))
        try await supervisor.add(SupervisorTests.policy("web", ladder: ladder))
        await supervisor.start()
        supervisors.append(supervisor)
        try await ambient.sleep(.seconds(5))
      }
      try await ambient.sleep(.seconds(90))
      try await body(town, fates, supervisors, ambient)
      for supervisor in supervisors { await supervisor.stop() }
    }
  }

  @Test("one watches, and the other stands by")
  func oneActs() throws {
    try Self.duel { town, _, supervisors, ambient in
      #expect(await supervisors[0].status().map(\.state) == [.up])
      #expect(await supervisors[1].status().map(\.state) == [.standingBy])
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(900))
      #expect(town.actions == ["restart", "restart", "soft_reboot", "hard_reboot"])
      #expect(town.mostOnOne == 1)
    }
  }

  @Test("an application whose record is damaged is left alone, and the others are watched")
  func damagedRecord() throws {
    try onVirtualTime(seeds: 1...3) { ambient in
      let store = MemoryJournal(leaseTerm: Self.term, uptime: ambient.uptime)
      let damaged = Note(book: "watch", page: "b", time: ambient.now(), record: ["rungs": "none"])
      try await store.append([.note(damaged)])
      let town = Town(ambient, journal: store)
      let supervisor = Supervisor(town.surroundings)
      for name in ["a", "b", "c"] { try await supervisor.add(SupervisorTests.policy(name)) }
      await supervisor.start()
      // Not at a time at which it asks again.
      try await ambient.sleep(.seconds(122))
      #expect(await supervisor.status().map(\.state) == [.up, .standingBy, .up])
      // Somebody who can read it may have it.
      #expect(try await store.claim(IncidentJournal.lease(of: "b"), by: "other") != nil)
      await supervisor.stop()
    }
  }

  @Test("thousands of applications are watched, and taken over by another supervisor")
  func manyApplications() throws {
    try onVirtualTime(seeds: 1...1) { ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: Self.term, uptime: ambient.uptime))
      let supervisors = [Supervisor(town.surroundings), Supervisor(town.surroundings)]
      for supervisor in supervisors {
        for number in 0..<1200 { try await supervisor.add(SupervisorTests.policy("\(number)")) }
        await supervisor.start()
        try await ambient.sleep(.seconds(60))
      }
      #expect(await supervisors[0].status().allSatisfy { $0.state == .up })
      await supervisors[0].stop()
      try await ambient.sleep(.seconds(60))
      #expect(await supervisors[1].status().allSatisfy { $0.state == .up })
      await supervisors[1].stop()
    }
  }

  @Test("the other takes over at once when the first ends, and when its lease does that dies")
  func takesOver() throws {
    try Self.duel { town, fates, supervisors, ambient in
      town.breakDown("web", until: "hard_reboot")
      while town.actions.count < 2 { try await ambient.sleep(.seconds(1)) }
      fates[0].kill()
      try await ambient.sleep(.seconds(900))
      #expect(await supervisors[1].status().map(\.state) == [.up])
      #expect(town.actions == ["restart", "restart", "soft_reboot", "hard_reboot"])
      #expect(town.recorded.filter { $0.verb == .tookOver }.count == 1)
    }
    try Self.duel { town, _, supervisors, ambient in
      await supervisors[0].stop()
      try await ambient.sleep(.seconds(10))
      #expect(await supervisors[1].status().map(\.state) != [.standingBy])
      #expect(!town.recorded.contains { $0.verb == .tookOver })
    }
  }

  @Test(
    "that an application was given up is told again by whoever takes it over from the dead, and by nobody else"
  )
  func tellsAgain() throws {
    try Self.duel(seeds: 1...4) { town, fates, supervisors, ambient in
      town.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(900))
      func told() -> [String] { town.recorded.filter { $0.verb == .gaveUp }.map(\.reason) }
      #expect(told().count == 1)
      fates[0].kill()
      try await ambient.sleep(.seconds(60))
      #expect(
        told().last
          == "check web: connection refused 3 times in 20 s; all 3 rungs are used up, as the supervisor before "
          + "found")
      #expect(told().count == 2)
      await supervisors[1].stop()
      let third = Supervisor(town.surroundings)
      try await third.add(SupervisorTests.policy("web"))
      await third.start()
      try await ambient.sleep(.seconds(60))
      #expect(await third.status().map(\.state) == [.gaveUp])
      #expect(told().count == 2)
      await third.stop()
    }
  }

  @Test("one that stood by watches also what the first has never kept anything of")
  func withoutRecord() throws {
    try Self.duel { town, fates, supervisors, ambient in
      fates[0].kill()
      try await town.journal.append([.pageRemoval(NotePage(book: "watch", page: "web"))])
      try await ambient.sleep(.seconds(120))
      #expect(await supervisors[1].status().map(\.state) == [.up])
      town.breakDown("web")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
    }
  }

  @Test("one that is stopped for longer than its lease, at any time, acts no more", arguments: 0..<12)
  func paused(after start: Int) throws {
    try Self.duel { town, fates, supervisors, ambient in
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(18) + .milliseconds(start * 730))
      fates[0].stop()
      try await ambient.sleep(.seconds(60))
      fates[0].goOn()
      try await ambient.sleep(.seconds(900))
      #expect(town.mostOnOne == 1)
      #expect(town.actions == ["restart", "restart", "soft_reboot", "hard_reboot"])
      #expect(await supervisors.asyncMap { await $0.status().map(\.state) } == [[.standingBy], [.up]])
    }
  }

  @Test("one that is stopped between the intent of an action and its request never sends that")
  func stoppedAtAction() throws {
    try Self.duel { town, fates, supervisors, ambient in
      fates[0].stopAtAction()
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(120))
      fates[0].goOn()
      try await ambient.sleep(.seconds(900))
      // The first restart counts as tried, for nobody can know.
      #expect(town.actions == ["restart", "soft_reboot", "hard_reboot"])
      #expect(town.mostOnOne == 1)
      #expect(await supervisors.asyncMap { await $0.status().map(\.state) } == [[.standingBy], [.up]])
    }
  }
}

extension Array where Element: Sendable {
  fileprivate func asyncMap<Result>(_ body: (Element) async -> Result) async -> [Result] {
    var results: [Result] = []
    for element in self { results.append(await body(element)) }
    return results
  }
}
