import Ambience
import HighAvailability
import StackEngine
import Testing

struct MassFailureTests {
  private let names = ["a", "b", "c", "d", "e"]

  @Test("when most servers fail at once nothing is done, and it is said once")
  func freezes() throws {
    let names = names
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      for name in names { town.breakDown(name) }
      try await ambient.sleep(.seconds(900))
      #expect(town.deeds.isEmpty)
      #expect(await supervisor.isFrozen)
      #expect(town.recorded.count { $0.verb == .frozen } == 5)
      for name in names { town.heal(name) }
      try await ambient.sleep(.seconds(60))
      #expect(await !supervisor.isFrozen)
      #expect(town.deeds.isEmpty)
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
      town.breakDown("c")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.map(\.target) == ["c"])
    }
  }

  @Test("a person's word that the failures are real sets the ladders free")
  func thaws() throws {
    let names = names
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      for name in names { town.breakDown(name) }
      try await ambient.sleep(.seconds(300))
      await supervisor.thaw()
      try await ambient.sleep(.seconds(120))
      #expect(Set(town.deeds.map(\.target)) == Set(names))
    }
  }

  @Test("a person's word doesn't outlast the failures that it was about")
  func forgetsWord() throws {
    let names = names
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      for name in names { town.breakDown(name) }
      try await ambient.sleep(.seconds(300))
      await supervisor.thaw()
      try await ambient.sleep(.seconds(600))
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
      let done = town.deeds.count
      for name in names { town.breakDown(name) }
      try await ambient.sleep(.seconds(600))
      #expect(await supervisor.isFrozen)
      #expect(town.deeds.count == done)
    }
  }

  @Test("half of the servers may fail without freezing the rest")
  func half() throws {
    let names = ["a", "b", "c", "d"]
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      town.breakDown("a")
      town.breakDown("b")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.count == 2)
    }
  }

  /// Applications on a server, each with an address of its own.
  private static func policies(_ names: String..., on server: String) -> [ApplicationPolicy] {
    names.map { name in
      var policy = SupervisorTests.policy(name)
      policy.target = Target(stack: "wiki", logicalID: server)
      return policy
    }
  }

  @Test("many applications that fail with their server are the failure of one server")
  func oneServer() throws {
    let policies =
      ["a", "b", "c"].map { SupervisorTests.policy($0) }
      + Self.policies("php", "sql", "mail", "dns", on: "d")
    try SupervisorTests.supervise(policies) { supervisor, town, ambient in
      for name in ["php", "sql", "mail", "dns"] { town.breakDown(name) }
      try await ambient.sleep(.seconds(120))
      #expect(await !supervisor.isFrozen)
      #expect(town.deeds.first?.target == "d")
    }
  }

  @Test("many applications on one server don't hide that no other can be reached")
  func otherServers() throws {
    let policies =
      ["a", "b", "c"].map { SupervisorTests.policy($0) }
      + Self.policies("php", "sql", "mail", "dns", on: "d")
    try SupervisorTests.supervise(policies) { supervisor, town, ambient in
      for name in ["a", "b", "c"] { town.breakDown(name) }
      try await ambient.sleep(.seconds(600))
      #expect(await supervisor.isFrozen)
      #expect(town.deeds.isEmpty)
      #expect(
        town.recorded.last { $0.verb == .frozen }?.reason.hasPrefix("3 of 4 servers failed within 2 min")
          ?? false)
    }
  }

  @Test("a server of which one application answers can be reached")
  func answers() throws {
    let policies =
      Self.policies("a1", "a2", on: "a") + Self.policies("b1", "b2", on: "b")
      + ["c", "d"].map { SupervisorTests.policy($0) }
    try SupervisorTests.supervise(policies) { _, town, ambient in
      for name in ["a1", "b1", "c", "d"] { town.breakDown(name) }
      try await ambient.sleep(.seconds(120))
      #expect(Set(town.deeds.map(\.target)) == ["a", "b", "c", "d"])
    }
  }

  @Test("failures that began at different times are no mass failure")
  func apart() {
    var guarding = MassFailureGuard(.init())
    let apart = guarding.judge(failures: [.zero, .zero, .seconds(500)], of: 4, at: .seconds(510))
    #expect(apart == nil)
    let close = guarding.judge(
      failures: [.seconds(450), .seconds(480), .seconds(500)], of: 4, at: .seconds(510))
    #expect(close != nil)
    #expect(guarding.isFrozen)
  }

  @Test("what has failed for long doesn't hide that all others fail at once")
  func others() {
    var guarding = MassFailureGuard(.init())
    let change = guarding.judge(
      failures: [.zero, .zero, .zero, .seconds(490), .seconds(495), .seconds(500)], of: 6, at: .seconds(510))
    #expect(change != nil)
  }

  @Test("a server that was replaced and still doesn't answer fails at once with those that fail by now")
  func replaced() throws {
    let ladder = Ladder([
      Rung(.restart(service: nil), intensity: 3, settle: .seconds(60)),
      Rung(.replace(), intensity: 1, settle: .seconds(60)),
    ])
    let names = ["a", "b", "c", "d", "e"]
    let policies = (names + ["f", "g", "h", "i", "j"]).map { SupervisorTests.policy($0) }
    try SupervisorTests.supervise(policies + [SupervisorTests.policy("k", ladder: ladder)]) {
      supervisor, town, ambient in
      town.breakDown("k", until: "never")
      while !town.deeds.contains(where: { $0.action.hasPrefix("replace") }) {
        try await ambient.sleep(.seconds(1))
      }
      try await ambient.sleep(.seconds(10))
      for name in names { town.breakDown(name) }
      try await ambient.sleep(.seconds(600))
      #expect(await supervisor.isFrozen)
      #expect(Set(town.deeds.map(\.target)) == ["k"])
    }
  }

  @Test("a supervisor that begins while nothing can be reached does nothing about incidents of long ago")
  func beginsCutOff() throws {
    let names = names
    try onVirtualTime { ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime))
      let fate = Fate()
      let first = Supervisor(town.surroundings(fate))
      for name in names { try await first.add(SupervisorTests.policy(name)) }
      await first.start()
      try await ambient.sleep(.seconds(100))
      for name in names { town.breakDown(name, until: "never") }
      try await ambient.sleep(.seconds(600))
      fate.kill()
      await first.stop()
      let second = Supervisor(town.surroundings)
      for name in names { try await second.add(SupervisorTests.policy(name)) }
      await second.start()
      try await ambient.sleep(.seconds(900))
      #expect(town.deeds.isEmpty)
      #expect(await second.isFrozen)
      await second.stop()
    }
  }

  @Test("what was being healed as a supervisor died is one of those that fail to who takes over")
  func takesOverHealing() throws {
    let names = ["a", "b", "c", "d"]
    try onVirtualTime { ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime))
      town.set(rest: .seconds(300))
      let fate = Fate()
      let first = Supervisor(town.surroundings(fate))
      for name in names { try await first.add(SupervisorTests.policy(name, ladder: Self.reboots)) }
      await first.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("a", until: "never")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      fate.kill()
      await first.stop()
      for name in names { town.breakDown(name, until: "never") }
      let second = Supervisor(town.surroundings)
      for name in names { try await second.add(SupervisorTests.policy(name, ladder: Self.reboots)) }
      await second.start()
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.map(\.target) == ["a"])
      #expect(await second.isFrozen)
      await second.stop()
    }
  }

  private static let reboots = Ladder([Rung(.softReboot, intensity: 3, settle: .seconds(120))])

  @Test("checks that take long to decide are guarded, too")
  func slow() throws {
    let policies = names.map { name in
      var policy = SupervisorTests.policy(name)
      policy.checks[0].every = .seconds(60)
      policy.checks[0].rules.fall = .inARow(5)
      return policy
    }
    let names = names
    try SupervisorTests.supervise(policies) { supervisor, town, ambient in
      try await ambient.sleep(.seconds(300))
      for name in names { town.breakDown(name) }
      try await ambient.sleep(.seconds(1200))
      #expect(town.deeds.isEmpty)
    }
  }

  @Test("what was frozen isn't thawed as one server goes and too few for a guard are left")
  func goes() {
    var guarding = MassFailureGuard(.init())
    _ = guarding.judge(failures: [.zero, .zero, .zero, .zero], of: 4, at: .zero)
    let change = guarding.judge(failures: [.zero, .zero, .zero], of: 3, at: .seconds(300))
    #expect(change == nil)
    #expect(guarding.isFrozen)
    let thaw = guarding.judge(failures: [.zero], of: 3, at: .seconds(310))
    #expect(thaw == .thawed("1 of 3 servers fail now"))
  }

  @Test("few servers have no guard")
  func few() {
    var guarding = MassFailureGuard(.init())
    let change = guarding.judge(failures: [.zero, .zero, .zero], of: 3, at: .zero)
    #expect(change == nil)
  }

  @Test("an allowance lets some actions through while frozen")
  func allowance() {
    var guarding = MassFailureGuard(.init(allowance: 1))
    _ = guarding.judge(failures: [.zero, .zero, .zero, .zero], of: 4, at: .zero)
    let may = [0, 60, 120].map { guarding.mayAct(at: .seconds($0)) }
    #expect(may == [true, false, true])
  }

  // MARK: - What can't be asked

  @Test("who can't ask most applications does nothing about one that is down, until that can be asked again")
  func blind() throws {
    let names = names + ["f"]
    try SupervisorTests.supervise(names.map { SupervisorTests.policy($0) }) { supervisor, town, ambient in
      for name in names.prefix(4) { town.lose(name) }
      try await ambient.sleep(.seconds(600))
      town.breakDown("e")
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
      #expect(await supervisor.isFrozen)
      for name in names { town.find(name) }
      try await ambient.sleep(.seconds(120))
      #expect(await !supervisor.isFrozen)
      #expect(town.deeds.map(\.target) == ["e"])
    }
  }

  @Test("applications of which it isn't known what to ask are no reason to doubt the network")
  func unresolved() throws {
    var policies = ["a", "b", "c", "d", "e"].map { SupervisorTests.policy($0) }
    for index in 0..<4 {
      policies[index].checks[0].kind = .tcp(address: LateText(.attribute(of: "none", "address")), port: 80)
    }
    try SupervisorTests.supervise(policies) { _, town, ambient in
      town.breakDown("e")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.map(\.target) == ["e"])
    }
  }

  @Test("a step that is planned waits while its application can't be asked")
  func unclear() throws {
    let ladder = Ladder([
      Rung(
        .restart(service: nil), intensity: 5, settle: .seconds(10),
        backoff: Backoff(.seconds(120), maximum: .seconds(120), jitter: 0))
    ])
    try SupervisorTests.supervise([SupervisorTests.policy("a", ladder: ladder)]) {
      supervisor, town, ambient in
      town.breakDown("a", until: "never")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      // The second is planned for later.
      try await ambient.sleep(.seconds(90))
      #expect(await supervisor.status().map(\.state) == [.planned])
      town.lose("a")
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.count == 1)
      #expect(town.recorded.contains { $0.verb == .waiting && $0.reason.contains("no route to host") })
      town.find("a")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.count == 2)
    }
  }
}
