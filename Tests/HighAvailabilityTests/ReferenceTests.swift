import Ambience
import HighAvailability
import StackEngine
import Testing

/// Applications that a supervisor has nothing to do about, and that tell whether its network works.
struct ReferenceTests {
  private let names = ["a", "b", "c", "d", "e"]

  @Test("applications in maintenance tell of the network, too")
  func maintenance() throws {
    let names = names
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      for name in ["d", "e"] { try await supervisor.setMaintenance(true, of: name) }
      try await ambient.sleep(.seconds(100))
      for name in ["a", "d", "e"] { town.breakDown(name) }
      try await ambient.sleep(.seconds(300))
      for name in ["d", "e"] { try await supervisor.setMaintenance(false, of: name) }
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
      for name in names { town.heal(name) }
      try await ambient.sleep(.seconds(120))
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
      #expect(town.deeds.isEmpty)
    }
  }

  @Test("what runs something is left alone in maintenance")
  func custom() throws {
    try onVirtualTime(seeds: 1...1) { ambient in
      let town = Town(ambient)
      let supervisor = Supervisor(town.surroundings)
      var script = SupervisorTests.policy("a")
      script.checks = [Check("run", .custom { town.probeNow("a") })]
      try await supervisor.add(script)
      await supervisor.start()
      try await supervisor.add(SupervisorTests.policy("b"))
      try await ambient.sleep(.seconds(100))
      try await supervisor.setMaintenance(true, of: "a")
      let probes = town.probes
      try await ambient.sleep(.seconds(1000))
      #expect((98...102).contains(town.probes - probes))
      await supervisor.stop()
    }
  }

  @Test("what was stopped for its maintenance doesn't keep the others from being healed")
  func stopped() throws {
    let names = ["a", "b", "c", "d"]
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      for name in ["b", "c", "d"] {
        try await supervisor.setMaintenance(true, of: name)
        town.breakDown(name)
      }
      try await ambient.sleep(.seconds(600))
      town.breakDown("a")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.map(\.target) == ["a"])
      #expect(await supervisor.status().map(\.state) == [.up, .maintenance, .maintenance, .maintenance])
    }
  }

  /// Runs two supervisors on one store, of which the second leads only the last application.
  private static func share(
    _ names: [String],
    _ body: @escaping @Sendable (_ second: Supervisor, Town, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime { ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime))
      let supervisors = [Supervisor(town.surroundings), Supervisor(town.surroundings)]
      for (supervisor, names) in zip(supervisors, [names.dropLast(), names[...]]) {
        for name in names { try await supervisor.add(SupervisorTests.policy(name)) }
        await supervisor.start()
        try await ambient.sleep(.seconds(100))
      }
      try await body(supervisors[1], town, ambient)
      for supervisor in supervisors { await supervisor.stop() }
    }
  }

  @Test("applications that another supervisor leads tell of the network, too")
  func led() throws {
    try Self.share(names) { second, town, ambient in
      #expect(await second.status().map(\.state).last == .up)
      for name in ["b", "c", "d", "e"] { town.breakDown(name) }
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
    }
  }

  @Test("one that fails is healed while those that another supervisor leads can be reached")
  func ledElsewhere() throws {
    try Self.share(names) { second, town, ambient in
      town.breakDown("e")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.map(\.target) == ["e"])
      #expect(await second.status().map(\.state).dropLast().allSatisfy { $0 == .standingBy })
    }
  }

  @Test("who leads nothing asks nothing")
  func idle() throws {
    try onVirtualTime(seeds: 1...1) { [names] ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime))
      let supervisors = [Supervisor(town.surroundings), Supervisor(town.surroundings)]
      for supervisor in supervisors {
        for name in names { try await supervisor.add(SupervisorTests.policy(name)) }
        await supervisor.start()
        try await ambient.sleep(.seconds(100))
      }
      let probes = town.probes
      try await ambient.sleep(.seconds(1000))
      #expect((495...505).contains(town.probes - probes))
      for supervisor in supervisors { await supervisor.stop() }
    }
  }
}
