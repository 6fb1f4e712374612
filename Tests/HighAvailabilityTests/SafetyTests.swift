import Ambience
import HighAvailability
import StackEngine
import Testing

/// What keeps a supervisor from doing harm.
struct SafetyTests {
  private static let reboot = Ladder([Rung(.softReboot, intensity: 5, settle: .seconds(60))])

  private static func options() -> Supervisor.Options {
    var options = Supervisor.Options()
    options.massFailures.minimum = 1000
    options.actionsAtOnce = 100
    return options
  }

  private static func names(_ count: Int) -> [String] { (1...count).map { "s\($0)" } }

  // MARK: - Budgets

  @Test("a budget says how many may be out of service at once")
  func allowances() {
    let counts = [1, 2, 10, 19, 20, 100]
    #expect(counts.map { Budget().allowance(of: $0) } == [1, 1, 1, 1, 2, 10])
    #expect(counts.map { Budget(number: 3).allowance(of: $0) } == [1, 1, 1, 1, 2, 3])
    #expect(counts.map { Budget(share: 0.5, number: 0).allowance(of: $0) } == [1, 1, 1, 1, 1, 1])
  }

  @Test("when all servers of a stack fail, a tenth are rebooted at a time, and those who wait say so")
  func budget() throws {
    let policies = Self.names(20).map { SupervisorTests.policy($0, ladder: Self.reboot) }
    try SupervisorTests.supervise(policies, takes: .seconds(30), options: Self.options()) {
      supervisor, town, ambient in
      for name in Self.names(20) { town.breakDown(name, until: "soft_reboot") }
      try await ambient.sleep(.seconds(4000))
      #expect(town.mostAtOnce == 2)
      #expect(Set(town.deeds.map(\.target)).count == 20)
      #expect(town.deeds.count == 20)
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
      let waits = town.recorded.filter { $0.verb == .waiting }
      #expect(waits.count == 18)
      #expect(
        waits.first?.reason
          == "2 of 20 of the stack wiki are being healed, and 2 may be at once")
    }
  }

  @Test("restarting what is down needs no budget")
  func gentle() throws {
    let policies = Self.names(6).map { SupervisorTests.policy($0) }
    try SupervisorTests.supervise(policies, takes: .seconds(30), options: Self.options()) {
      _, town, ambient in
      for name in Self.names(6) { town.breakDown(name) }
      try await ambient.sleep(.seconds(200))
      #expect(town.mostAtOnce > 1)
      #expect(town.actions.count == 6)
    }
  }

  // MARK: - Order

  @Test("a database is healed before the web that needs it, which then needs nothing")
  func needs() throws {
    var web = SupervisorTests.policy("web", ladder: Self.reboot)
    web.relations.needs = ["db"]
    let db = SupervisorTests.policy("db", ladder: Self.reboot)
    var options = Self.options()
    options.budgets = []
    try SupervisorTests.supervise([web, db], options: options) { supervisor, town, ambient in
      town.breakDown("web", until: "never")
      town.breakDown("db", until: "soft_reboot")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      #expect(town.deeds.map(\.target) == ["db"])
      // The web worked all along but for its database.
      town.heal("web")
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.map(\.target) == ["db"])
      #expect(await supervisor.status().map(\.state) == [.up, .up])
      let waits = town.recorded.filter { $0.verb == .waiting }.map(\.reason)
      #expect(waits.allSatisfy { $0 == "db, which it needs, is healed first" })
    }
  }

  @Test("applications that need each other are refused")
  func circles() throws {
    try onVirtualTime { ambient in
      let supervisor = Supervisor(Town(ambient).surroundings)
      var (first, second) = (SupervisorTests.policy("a"), SupervisorTests.policy("b"))
      (first.relations.needs, second.relations.needs) = (["b"], ["a"])
      try await supervisor.add(first)
      let error = await #expect(throws: HAError.self) { try await supervisor.add(second) }
      #expect(error?.code == .invalidPolicy)
    }
  }

  // MARK: - Parents

  @Test("an application whose ladder is used up is one failure of its server, whose ladder goes on")
  func escalates() throws {
    let restart = Ladder([Rung(.restart(service: nil), settle: .seconds(30))])
    var part = SupervisorTests.policy("php", on: "server", ladder: restart)
    part.relations.parent = "server"
    var whole = SupervisorTests.policy(
      "server",
      ladder: Ladder([Rung(.softReboot, settle: .seconds(60)), Rung(.hardReboot, settle: .seconds(60))])
    )
    whole.checks = [Check("nova", .server(id: "nova"), grace: .zero)]
    try SupervisorTests.supervise([part, whole], options: Self.options()) { supervisor, town, ambient in
      town.breakDown("server", until: "hard_reboot")
      try await ambient.sleep(.seconds(1500))
      #expect(town.actions == ["restart", "soft_reboot", "restart", "hard_reboot"])
      #expect(await supervisor.status().map(\.state) == [.up, .up])
      let incidents = try await IncidentJournal(town.journal).incidents()
      #expect(
        incidents.contains {
          $0.application == "server" && $0.reason.hasPrefix("escalated from php (gave up after restart: ")
        })
    }
  }

  @Test("a server's supervisor hears of an application on it that gave up before it was watched")
  func escalatesLater() throws {
    let restart = Ladder([Rung(.restart(service: nil), settle: .seconds(30))])
    var part = SupervisorTests.policy("php", on: "server", ladder: restart)
    part.relations.parent = "server"
    var whole = SupervisorTests.policy(
      "server", ladder: Ladder([Rung(.softReboot, settle: .seconds(60))]))
    whole.checks = [Check("nova", .server(id: "nova"), grace: .zero)]
    try onVirtualTime { [part, whole] ambient in
      let town = Town(ambient)
      town.breakDown("server", until: "soft_reboot")
      for policies in [[part], [part, whole], [whole, part]] {
        let supervisor = Supervisor(town.surroundings)
        for policy in policies { try await supervisor.add(policy) }
        await supervisor.start()
        try await ambient.sleep(.seconds(1500))
        await supervisor.stop()
      }
      #expect(town.actions == ["restart", "soft_reboot"])
    }
  }

  // MARK: - Maintenance

  @Test("maintenance that was begun in the store is heeded by stack, resource, tag and time")
  func windows() throws {
    let scopes: [MaintenanceWindow.Scope] = [
      .everything, .stack("wiki"), .resource(Target(stack: "wiki", logicalID: "web")),
      .tag("env", value: "wiki"), .application("web"),
    ]
    for scope in scopes {
      try SupervisorTests.supervise([SupervisorTests.policy("web")]) { _, town, ambient in
        let journal = IncidentJournal(town.journal)
        let now = ambient.now()
        try await journal.begin(
          MaintenanceWindow(id: "w", scope: scope, from: now, until: now + .seconds(600)), at: now)
        try await ambient.sleep(.seconds(10))
        town.breakDown("web")
        try await ambient.sleep(.seconds(500))
        #expect(town.deeds.isEmpty, "\(scope)")
        try await ambient.sleep(.seconds(300))
        #expect(town.actions == ["restart"], "\(scope)")
      }
    }
  }

  @Test("maintenance that has begun is on, though the clock of who said so is ahead")
  func aheadOfTime() throws {
    try SupervisorTests.supervise([SupervisorTests.policy("web")]) { _, town, ambient in
      let now = ambient.now() + .seconds(262)
      try await IncidentJournal(town.journal).begin(
        MaintenanceWindow(id: "w", scope: .everything, from: now), at: now)
      try await ambient.sleep(.seconds(10))
      town.breakDown("web")
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
    }
  }

  @Test("maintenance of others is none of an application's business, and of later none of now")
  func otherWindows() throws {
    try SupervisorTests.supervise([SupervisorTests.policy("web")]) { _, town, ambient in
      let journal = IncidentJournal(town.journal)
      let now = ambient.now()
      let windows = [
        MaintenanceWindow(id: "a", scope: .stack("other"), from: now),
        MaintenanceWindow(id: "b", scope: .tag("env", value: "other"), from: now),
        MaintenanceWindow(id: "c", scope: .stack("wiki"), from: now + .seconds(7200)),
      ]
      for window in windows { try await journal.begin(window, at: now) }
      town.breakDown("web")
      try await ambient.sleep(.seconds(200))
      #expect(town.actions == ["restart"])
      #expect(try await journal.maintenance(at: now).count == 3)
    }
  }

  @Test("maintenance outlives the supervisor that was told of it, and is ended once")
  func durable() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let first = Supervisor(town.surroundings)
      try await first.add(SupervisorTests.policy("web"))
      await first.start()
      try await ambient.sleep(.seconds(100))
      try await first.setMaintenance(true, of: "web")
      await first.stop()
      let second = Supervisor(town.surroundings)
      try await second.add(SupervisorTests.policy("web"))
      await second.start()
      town.breakDown("web")
      try await ambient.sleep(.seconds(300))
      #expect(town.deeds.isEmpty)
      try await second.setMaintenance(false, of: "web")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
      let journal = IncidentJournal(town.journal)
      await #expect(throws: HAError.self) {
        try await journal.endMaintenance(of: .application("web"), at: ambient.now())
      }
      await second.stop()
    }
  }
}
