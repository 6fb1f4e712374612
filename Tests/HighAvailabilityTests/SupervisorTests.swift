import Ambience
import HighAvailability
import Testing

struct SupervisorTests {
  static let ladder = Ladder([
    Rung(.restart(service: nil), intensity: 2, period: .seconds(600), settle: .seconds(30)),
    Rung(.softReboot, settle: .seconds(60)),
    Rung(.hardReboot, settle: .seconds(60)),
  ])

  /// An application on a server of its own, which is also its address.
  static func policy(_ name: String, on server: String? = nil, ladder: Ladder = ladder) -> ApplicationPolicy {
    ApplicationPolicy(
      name: name, target: Target(stack: "wiki", logicalID: server ?? name),
      checks: [
        Check("web", .tcp(address: LateText(.reference(server ?? name)), port: 80), grace: .seconds(60))
      ],
      ladder: ladder)
  }

  /// Runs a supervisor over some applications while `body` plays its part.
  static func supervise(
    _ policies: [ApplicationPolicy], takes: Duration = .seconds(5), options: Supervisor.Options = .init(),
    _ body: @escaping @Sendable (Supervisor, Town, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime { ambient in
      let town = Town(ambient, takes: takes)
      let supervisor = Supervisor(town.surroundings, options: options)
      for policy in policies { try await supervisor.add(policy) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        try await ambient.sleep(.seconds(100))
        try await body(supervisor, town, ambient)
        await supervisor.stop()
        try await group.waitForAll()
      }
    }
  }

  @Test("an application that breaks once is restarted, and every step is told in order")
  func restarts() throws {
    try Self.supervise([Self.policy("web")]) { supervisor, town, ambient in
      let events = await supervisor.events()
      town.breakDown("web")
      try await ambient.sleep(.seconds(120))
      await supervisor.stop()
      var told: [HAEvent] = []
      for await event in events {
        told.append(event)
        if event.verb == .recovered { break }
      }
      #expect(told.map(\.status) == ["HA_DETECTED", "HA_RESTART", "HA_RECOVERED"])
      #expect(told.map(\.reason).first == "check web: connection refused 3 times in 20 s")
      #expect(town.recorded == told)
      #expect(town.actions == ["restart"])
    }
  }

  @Test("an application that stays broken climbs to the rung that heals it")
  func climbs() throws {
    try Self.supervise([Self.policy("web")]) { supervisor, town, ambient in
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(900))
      #expect(town.actions == ["restart", "restart", "soft_reboot", "hard_reboot"])
      #expect(await supervisor.status().map(\.state) == [.up])
    }
  }

  @Test("a rung whose tries take longer than its period is used up all the same, as the incident goes on")
  func climbsSlowly() throws {
    let ladder = Ladder([
      Rung(.restart(service: nil), intensity: 2, period: .seconds(60), settle: .seconds(50)),
      Rung(.softReboot, settle: .seconds(60)),
    ])
    try Self.supervise([Self.policy("web", ladder: ladder)]) { supervisor, town, ambient in
      town.breakDown("web", until: "soft_reboot")
      try await ambient.sleep(.seconds(900))
      #expect(town.actions == ["restart", "restart", "soft_reboot"])
      #expect(await supervisor.status().map(\.state) == [.up])
    }
  }

  @Test("an action is recorded before it is taken")
  func recordsFirst() throws {
    let ladder = Ladder([Rung(.restart(service: nil), timeout: .seconds(60))])
    try Self.supervise([Self.policy("web", ladder: ladder)], takes: .seconds(50)) { _, town, ambient in
      town.breakDown("web")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      #expect(town.recorded.map(\.verb) == [.detected, .restart])
    }
  }

  @Test("two applications that fail at once are healed side by side")
  func sideBySide() throws {
    try Self.supervise([Self.policy("a"), Self.policy("b"), Self.policy("c")], takes: .seconds(30)) {
      _, town, ambient in
      town.breakDown("a")
      town.breakDown("b")
      try await ambient.sleep(.seconds(120))
      #expect(town.deeds.map(\.target).sorted() == ["a", "b"])
      #expect(town.mostAtOnce == 2)
    }
  }

  @Test("two applications on one server are never acted for at once, and one reboot serves both")
  func oneTarget() throws {
    let reboot = Ladder([Rung(.softReboot, intensity: 3, settle: .seconds(60))])
    let policies = ["php", "sql"].map { Self.policy($0, on: "server", ladder: reboot) }
    try Self.supervise(policies, takes: .seconds(40)) { supervisor, town, ambient in
      town.breakDown("server", until: "soft_reboot")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["soft_reboot"])
      #expect(town.mostOnOne == 1)
      #expect(await supervisor.status().map(\.state) == [.up, .up])
    }
  }

  @Test("no more actions are under way than allowed")
  func limitsActions() throws {
    var options = Supervisor.Options()
    options.actionsAtOnce = 1
    options.massFailures.minimum = 100
    let policies = ["a", "b", "c"].map { Self.policy($0) }
    try Self.supervise(policies, takes: .seconds(30), options: options) { supervisor, town, ambient in
      for name in ["a", "b", "c"] { town.breakDown(name) }
      try await ambient.sleep(.seconds(300))
      #expect(town.mostAtOnce == 1)
      #expect(Set(town.deeds.map(\.target)) == ["a", "b", "c"])
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
    }
  }

  @Test(
    "what failed and yet made another server has that watched from then on, though the old one still answers")
  func movesAllTheSame() throws {
    let replace = Ladder([Rung(.replace(), intensity: 2, settle: .seconds(60))])
    var policy = Self.policy("web", ladder: replace)
    policy.checks[0].rise = 4
    try Self.supervise([policy]) { supervisor, town, ambient in
      town.breakDown("web", until: "never")
      town.fail("replace")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      town.heal("web")
      while town.deeds.count < 2 { try await ambient.sleep(.seconds(1)) }
      town.move("web", to: "web2")
      try await ambient.sleep(.seconds(120))
      #expect(await supervisor.status().map(\.state) == [.up])
      town.breakDown("web2")
      try await ambient.sleep(.seconds(120))
      #expect(town.recorded.count { $0.verb == .detected } == 2)
    }
  }

  @Test("a prober without a network does nothing")
  func unknown() throws {
    try Self.supervise([Self.policy("web")]) { supervisor, town, ambient in
      town.lose("web")
      try await ambient.sleep(.seconds(3600))
      #expect(town.deeds.isEmpty)
      #expect(await supervisor.status().first?.checks.first?.last == .unknown("no route to host"))
    }
  }

  @Test("an address that isn't known yet is unknown, not down")
  func unresolved() throws {
    var policy = Self.policy("web")
    policy.checks = [Check("web", .http(url: LateText(.output("Address")), HTTPExpectation()), grace: .zero)]
    try Self.supervise([policy]) { supervisor, town, ambient in
      try await ambient.sleep(.seconds(600))
      let last = await supervisor.status().first?.checks.first?.last
      #expect(last == .unknown("nothing is known of it yet"))
      #expect(town.deeds.isEmpty)
    }
  }

  @Test("a stopped server is seen by its status")
  func serverStatus() throws {
    var policy = Self.policy("web")
    policy.checks = [Check("nova", .server(id: "web"), fall: 2, grace: .zero)]
    try Self.supervise([policy]) { _, town, ambient in
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(600))
      #expect(town.recorded.first?.reason == "check nova: the server is SHUTOFF 2 times in 10 s")
      #expect(town.actions.last == "hard_reboot")
    }
  }

  @Test("nothing is done while something else is at work on the target")
  func busy() throws {
    try Self.supervise([Self.policy("web")]) { _, town, ambient in
      let target = Target(stack: "wiki", logicalID: "web")
      town.set(.busy("the stack wiki is UPDATE_IN_PROGRESS"), of: target)
      town.breakDown("web")
      try await ambient.sleep(.seconds(400))
      #expect(town.deeds.isEmpty)
      #expect(town.recorded.map(\.verb) == [.detected, .waiting])
      town.set(.ready, of: target)
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
    }
  }

  @Test("an application whose target is gone is watched no longer")
  func gone() throws {
    try Self.supervise([Self.policy("web")]) { supervisor, town, ambient in
      town.set(.gone("the stack wiki was deleted"), of: Target(stack: "wiki", logicalID: "web"))
      town.breakDown("web")
      try await ambient.sleep(.seconds(120))
      #expect(town.recorded.map(\.verb) == [.detected, .ended])
      #expect(await supervisor.status().isEmpty)
      let probes = town.probes
      try await ambient.sleep(.seconds(120))
      #expect(town.probes == probes)
    }
  }

  @Test("maintenance keeps hands off until it ends")
  func maintenance() throws {
    try Self.supervise([Self.policy("web")]) { supervisor, town, ambient in
      try await supervisor.setMaintenance(true, of: "web")
      town.breakDown("web")
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
      #expect(await supervisor.status().first?.state == .maintenance)
      try await supervisor.setMaintenance(false, of: "web")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
    }
  }

  @Test("an application may be added and removed while the loop runs")
  func addAndRemove() throws {
    try Self.supervise([]) { supervisor, town, ambient in
      try await supervisor.add(Self.policy("late"))
      try await ambient.sleep(.seconds(60))
      #expect(await supervisor.status().first?.state == .up)
      try await supervisor.remove("late")
      town.breakDown("late")
      try await ambient.sleep(.seconds(200))
      #expect(town.recorded.isEmpty)
    }
  }

  @Test("what can't be watched is refused with a reason")
  func refuses() throws {
    try onVirtualTime { ambient in
      let supervisor = Supervisor(Town(ambient).surroundings)
      func code(_ policy: ApplicationPolicy) async -> HAError.Code? {
        do throws(HAError) { try await supervisor.add(policy) } catch { return error.code }
        return nil
      }
      #expect(await code(Self.policy("web")) == nil)
      #expect(await code(Self.policy("web")) == .duplicateApplication)
      var policy = Self.policy("other")
      policy.checks = []
      #expect(await code(policy) == .invalidPolicy)
      policy = Self.policy("other", ladder: Ladder([Rung(.softReboot, intensity: 0)]))
      #expect(await code(policy) == .invalidPolicy)
      policy = Self.policy("other")
      policy.checks[0].every = .zero
      #expect(await code(policy) == .invalidPolicy)
      await #expect(throws: HAError.self) { try await supervisor.remove("nobody") }
      await #expect(throws: HAError.self) { try await supervisor.resume("nobody") }
      await #expect(throws: HAError.self) {
        try await supervisor.metric(alarm: "none", name: "x", value: 1)
      }
    }
  }
}
