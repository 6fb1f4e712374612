import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine
import Synchronization
import Testing

/// Applications that are parts of servers, groups and stacks, whose ladders go on where theirs end.
struct ScopeTests {
  private static let restart = Ladder([Rung(.restart(service: nil), settle: .seconds(30))])
  private static let reboot = Ladder([Rung(.softReboot, settle: .seconds(60))])

  private static func options() -> Supervisor.Options {
    var options = Supervisor.Options()
    options.massFailures.minimum = 1000
    return options
  }

  private static func part(
    _ name: String, on server: String? = nil, of parent: String, ladder: Ladder = restart
  ) -> ApplicationPolicy {
    var policy = SupervisorTests.policy(name, on: server, ladder: ladder)
    policy.relations.parent = parent
    return policy
  }

  /// What is known by its parts alone; without a resource a stack.
  private static func scope(
    _ name: String, _ level: ScopeLevel, _ resource: String, of parent: String? = nil,
    _ rungs: Rung...
  ) -> ApplicationPolicy {
    var policy = ApplicationPolicy(
      name: name, target: Target(stack: "wiki", logicalID: resource), checks: [], ladder: Ladder(rungs))
    policy.relations.scope = level
    policy.relations.parent = parent
    return policy
  }

  private static let family = [
    part("php", on: "web", of: "server"),
    scope("server", .server, "web", of: "site", Rung(.softReboot, intensity: 2, settle: .seconds(60))),
    scope("site", .stack, "", Rung(.replace(Replacement(.oneForAll)), settle: .seconds(120))),
  ]

  @Test("what goes into maintenance with its parts hasn't recovered")
  func rests() throws {
    try SupervisorTests.supervise(Self.family, options: Self.options()) { supervisor, town, ambient in
      town.breakDown("web", until: "never")
      while town.actions.last != "soft_reboot" { try await ambient.sleep(.seconds(1)) }
      try await ambient.sleep(.seconds(10))
      let (journal, now) = (IncidentJournal(town.journal), ambient.now())
      let window = MaintenanceWindow(
        id: "x", scope: .resource(Target(stack: "wiki", logicalID: "web")), from: now)
      try await journal.begin(window, at: now)
      try await ambient.sleep(.seconds(20))
      #expect(await supervisor.status().map(\.state) == [.maintenance, .maintenance, .up])
      #expect(try await journal.incidents().map(\.state) == [.ended, .ended])
    }
  }

  // MARK: - Keeping

  @Test("that a part has given up is kept before what its parent does about it")
  func order() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime))
      let fate = Fate()
      let supervisor = Supervisor(town.surroundings(fate), options: Self.options())
      for policy in Self.family { try await supervisor.add(policy) }
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      fate.dawdle(at: "php", ambient)
      town.breakDown("web", until: "replace")
      let journal = IncidentJournal(town.journal)
      var server: Incident?
      while server == nil {
        try await ambient.sleep(.milliseconds(100))
        server = try await journal.incidents().first { $0.application == "server" }
      }
      let part = try #require(try await journal.incidents().first { $0.application == "php" })
      #expect(try await journal.incident(part.id).entries.contains { $0.kind == .gaveUp })
      await supervisor.stop()
    }
  }

  // MARK: - Up and down

  @Test("application, server, stack: where one ladder ends the next goes on, and those below begin anew")
  func chain() throws {
    try SupervisorTests.supervise(Self.family, options: Self.options()) { supervisor, town, ambient in
      #expect(await supervisor.status().map(\.state) == [.up, .up, .up])
      town.breakDown("web", until: "replace")
      try await ambient.sleep(.seconds(3000))
      #expect(
        town.actions == [
          "restart", "soft_reboot", "restart", "soft_reboot", "restart", "replace_all_of_web",
        ])
      #expect(town.deeds.last?.target == "")
      #expect(await supervisor.status().map(\.state) == [.up, .up, .up])
      let incidents = try await IncidentJournal(town.journal).incidents()
      #expect(incidents.map(\.application).sorted() == ["php", "server", "site"])
      #expect(incidents.allSatisfy { $0.state == .recovered })
    }
  }

  @Test("an incident tells from whom it was escalated after what, down to what a check said")
  func reasons() throws {
    try SupervisorTests.supervise(Self.family, options: Self.options()) { _, town, ambient in
      town.breakDown("web", until: "replace")
      try await ambient.sleep(.seconds(3000))
      let journal = IncidentJournal(town.journal)
      let incident = try #require(try await journal.incidents().first { $0.application == "site" })
      #expect(
        incident.reason
          == "escalated from server (gave up after soft reboot: escalated from php (gave up after restart: "
          + "check web: connection refused 3 times in 20 s; its only rung is used up); its only rung is used up)"
      )
      let lines = try await journal.explanation(of: incident.id).lines.map(\.text)
      #expect(lines.contains { $0.contains("server on wiki/web: recovered") })
      #expect(lines.contains { $0.contains("php on wiki/web: recovered") })
      #expect(lines.contains { $0.contains("started over: soft reboot for server") })
      #expect(lines.contains { $0.hasSuffix("escalated: to server") })
      #expect(town.recorded.filter { $0.verb == .startedOver }.count >= 3)
    }
  }

  @Test("while something is done for a group, nothing is for its members, and one action serves them all")
  func suspended() throws {
    let group = Self.scope("webs", .group, "group", Rung(.hardReboot, settle: .seconds(60)))
    let policies = ["a", "b", "c"].map { Self.part($0, of: "webs", ladder: Self.reboot) } + [group]
    var options = Self.options()
    options.budgets = []
    try SupervisorTests.supervise(policies, takes: .seconds(100), options: options) {
      supervisor, town, ambient in
      town.breakDown("a", until: "never")
      while town.actions != ["soft_reboot", "hard_reboot"] { try await ambient.sleep(.seconds(1)) }
      town.breakDown("b", until: "soft_reboot")
      town.heal("a")
      try await ambient.sleep(.seconds(60))
      #expect(town.actions.count == 2)
      try await ambient.sleep(.seconds(600))
      #expect(town.actions == ["soft_reboot", "hard_reboot", "soft_reboot"])
      #expect(town.deeds.map(\.target) == ["a", "group", "b"])
      #expect(town.mostAtOnce == 1)
      let waits = town.recorded.filter { $0.verb == .waiting }.map(\.reason)
      #expect(waits == ["webs, which it is a part of, is healed first"])
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
    }
  }

  @Test("nothing is done for a server while something is for an application on it")
  func waitsForParts() throws {
    let policies = [
      Self.part("a", on: "web", of: "server"), Self.part("b", on: "db", of: "server"),
      Self.scope("server", .server, "web", Rung(.softReboot, settle: .seconds(60))),
    ]
    try SupervisorTests.supervise(policies, takes: .seconds(60), options: Self.options()) {
      _, town, ambient in
      town.breakDown("web", until: "soft_reboot")
      try await ambient.sleep(.seconds(110))
      town.breakDown("db", until: "restart")
      try await ambient.sleep(.seconds(900))
      #expect(town.mostAtOnce == 1)
      #expect(town.actions.contains("soft_reboot"))
    }
  }

  @Test(
    "a server that is out of service for its part doesn't keep the stack from being healed, which it then waits for"
  )
  func budgetOfParts() throws {
    let policies = [
      Self.part("php", on: "web", of: "server"),
      Self.scope("server", .server, "web", of: "site", Rung(.softReboot, settle: .seconds(300))),
      Self.part("db", on: "db", of: "site"),
      Self.scope("site", .stack, "", Rung(.replace(Replacement(.oneForAll)), settle: .seconds(120))),
    ]
    var options = Self.options()
    options.budgets = [Budget(share: 0.1)]
    try SupervisorTests.supervise(policies, options: options) { _, town, ambient in
      town.breakDown("web", until: "never")
      while !town.actions.contains("soft_reboot") { try await ambient.sleep(.seconds(1)) }
      town.breakDown("db", until: "never")
      try await ambient.sleep(.seconds(1200))
      #expect(town.actions.contains { $0.hasPrefix("replace") })
    }
  }

  @Test("a server whose part waits for another application doesn't keep that from being healed")
  func budgetOfNeeded() throws {
    var php = Self.part("php", on: "web", of: "server")
    php.relations.needs = ["db"]
    let policies = [
      SupervisorTests.policy("db", ladder: Self.reboot), php,
      Self.scope("server", .server, "web", Rung(.softReboot, intensity: 2, settle: .seconds(60))),
    ]
    var options = Self.options()
    options.budgets = [Budget(share: 0.1)]
    try SupervisorTests.supervise(policies, options: options) { supervisor, town, ambient in
      town.breakDown("web", until: "never")
      while !town.actions.contains("soft_reboot") { try await ambient.sleep(.seconds(1)) }
      town.breakDown("db", until: "soft_reboot")
      try await ambient.sleep(.seconds(1200))
      #expect(town.deeds.contains { $0.action == "soft_reboot" && $0.target == "db" })
      #expect(await supervisor.status().first { $0.name == "db" }?.state == .up)
    }
  }

  @Test("a server that is gone is watched no longer, as the applications on it are not")
  func goneServer() throws {
    try SupervisorTests.supervise(
      Self.family + [Self.part("db", on: "db", of: "site")], options: Self.options()
    ) { supervisor, town, ambient in
      town.set(.gone("web of the stack wiki is gone"), of: Target(stack: "wiki", logicalID: "web"))
      town.breakDown("web")
      try await ambient.sleep(.seconds(120))
      #expect(await Set(supervisor.status().map(\.name)) == ["db", "site"])
      #expect(
        town.recorded.filter { $0.verb == .ended }.map(\.application) == ["php", "server"])
      town.breakDown("db", until: "replace")
      try await ambient.sleep(.seconds(600))
      #expect(town.actions == ["restart", "replace_all_of_db"])
    }
  }

  @Test("a stack that gave up on one part does what it can for another, and gives up on both without end")
  func gaveUpOnAnother() throws {
    let policies = [
      Self.part("php", on: "web", of: "site"), Self.part("db", on: "db", of: "site"),
      Self.scope(
        "site", .stack, "",
        Rung(.replace(Replacement(.oneForOne)), period: .seconds(600), settle: .seconds(60))),
    ]
    try SupervisorTests.supervise(policies, options: Self.options()) { supervisor, town, ambient in
      town.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(1500))
      #expect(town.actions.filter { $0.hasPrefix("replace") }.count == 1)
      town.breakDown("db", until: "replace")
      try await ambient.sleep(.seconds(600))
      #expect(town.actions.filter { $0.hasPrefix("replace") }.count == 2)
      let states = await Set(supervisor.status().map { "\($0.name) \($0.state)" })
      #expect(states == ["site gaveUp", "php gaveUp", "db up"])
      try await ambient.sleep(.seconds(7200))
      #expect(town.actions.filter { $0.hasPrefix("replace") }.count == 2)
      town.breakDown("db", until: "never")
      try await ambient.sleep(.seconds(7200))
      #expect(town.actions.filter { $0.hasPrefix("replace") }.count == 3)
    }
  }

  @Test("parts that recover by themselves leave nothing to do for what they are parts of")
  func relieved() throws {
    let policies = [
      Self.part("php", on: "web", of: "server"),
      Self.scope("server", .server, "web", Rung(.softReboot, settle: .seconds(60))),
    ]
    try SupervisorTests.supervise(policies, options: Self.options()) { supervisor, town, ambient in
      town.set(.busy("an update is in progress"), of: Target(stack: "wiki", logicalID: "web"))
      town.breakDown("web", until: "soft_reboot")
      try await ambient.sleep(.seconds(30))
      town.set(.ready, of: Target(stack: "wiki", logicalID: "web"))
      while town.actions.isEmpty { try await ambient.sleep(.seconds(1)) }
      town.set(.busy("an update is in progress"), of: Target(stack: "wiki", logicalID: "web"))
      try await ambient.sleep(.seconds(200))
      #expect(await supervisor.status().map(\.state) == [.gaveUp, .planned])
      town.heal("web")
      try await ambient.sleep(.seconds(100))
      #expect(await supervisor.status().map(\.state) == [.up, .up])
      #expect(town.actions == ["restart"])
    }
  }

  @Test(
    "at the end there is the operator: told once, and nothing is tried any more than the intensities allow")
  func operatorIsTold() throws {
    let policies = [
      Self.part(
        "php", on: "web", of: "server",
        ladder: Ladder([
          Rung(.restart(service: nil), intensity: 2, period: .seconds(86_400), settle: .seconds(30))
        ])),
      Self.scope(
        "server", .server, "web", of: "site",
        Rung(.softReboot, intensity: 2, period: .seconds(86_400), settle: .seconds(60))),
      Self.scope(
        "site", .stack, "",
        Rung(
          .replace(Replacement(.oneForAll)), intensity: 1, period: .seconds(86_400), settle: .seconds(120)),
        Rung(.notify("operator"), period: .seconds(86_400))),
    ]
    try SupervisorTests.supervise(policies, options: Self.options()) { supervisor, town, ambient in
      town.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(20_000))
      // Two for each time the ladder was climbed: first, and after each action above.
      #expect(town.actions.count { $0 == "restart" } == 2 * (2 + 1) * (1 + 1))
      #expect(town.actions.count { $0 == "soft_reboot" } == 2 * (1 + 1))
      #expect(town.actions.suffix(1) == ["notify"])
      #expect(town.actions.count { $0 == "notify" } == 1)
      #expect(await supervisor.status().map(\.state) == [.gaveUp, .gaveUp, .gaveUp])
      let end = town.actions.count
      try await ambient.sleep(.seconds(5000))
      #expect(town.actions.count == end)
      town.heal("web")
      try await ambient.sleep(.seconds(60))
      #expect(await supervisor.status().map(\.state) == [.up, .up, .up])
    }
  }

  @Test("a handler of a stack is told which parts have given up")
  func handler() throws {
    let told = Told()
    let policies = [
      Self.part("php", on: "web", of: "site"), Self.part("sql", on: "db", of: "site"),
      Self.scope(
        "site", .stack, "",
        Rung(
          .custom(name: "mend") { context in
            told.add(context.parts)
            return .escalate("in vain")
          })),
    ]
    try SupervisorTests.supervise(policies, options: Self.options()) { _, town, ambient in
      town.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(600))
    }
    #expect(Set(told.parts) == [["php"]])
  }

  @Test("maintenance of a stack's policy is that of all its parts")
  func maintenance() throws {
    try SupervisorTests.supervise(Self.family, options: Self.options()) { supervisor, town, ambient in
      try await supervisor.setMaintenance(true, of: "site")
      town.breakDown("web", until: "restart")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions.isEmpty)
      #expect(await supervisor.status().allSatisfy { $0.state == .maintenance })
      try await supervisor.setMaintenance(false, of: "site")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
    }
  }

  @Test("what gave up while its parent was in maintenance counts when that ends")
  func maintenanceOfParent() throws {
    let policies = [
      Self.part("php", on: "web", of: "server"),
      Self.scope("server", .server, "machine", Rung(.softReboot, settle: .seconds(60))),
    ]
    try SupervisorTests.supervise(policies, options: Self.options()) { supervisor, town, ambient in
      let journal = IncidentJournal(town.journal)
      let scope = MaintenanceWindow.Scope.resource(Target(stack: "wiki", logicalID: "machine"))
      try await journal.begin(
        MaintenanceWindow(id: "m", scope: scope, from: ambient.now()), at: ambient.now())
      town.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["restart"])
      try await journal.endMaintenance(of: scope, at: ambient.now())
      try await ambient.sleep(.seconds(30))
      #expect(town.actions == ["restart", "soft_reboot"])
    }
  }

  // MARK: - Deaths and duels

  private static let machines = [
    part("php", on: "web", of: "server", ladder: reboot),
    scope("server", .server, "web", of: "site", Rung(.hardReboot, settle: .seconds(60))),
    scope("site", .stack, "", Rung(.replace(Replacement(.oneForAll)), settle: .seconds(60))),
  ]

  /// How a family fares whose first supervisor dies after so many writes; nil for never.
  private static func live(dying writes: Int?, keepsLast: Bool) throws -> (actions: [String], writes: Int) {
    nonisolated(unsafe) var outcome: (actions: [String], writes: Int) = ([], 0)
    try onVirtualTime(seeds: 1...1) { ambient in
      let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let town = Town(ambient, takes: .seconds(4), journal: store)
      let fate = Fate()
      let first = Supervisor(town.surroundings(fate), options: options())
      for policy in machines { try await first.add(policy) }
      await first.start()
      try await ambient.sleep(.seconds(100))
      let before = fate.writes
      town.breakDown("web", until: "replace")
      if let writes { fate.die(after: writes, keepsLast: keepsLast) }
      let end = ambient.uptime() + .seconds(1500)
      while !fate.isDead, ambient.uptime() < end { try await ambient.sleep(.seconds(1)) }
      let made = fate.writes - before
      fate.kill()
      let second = Supervisor(town.surroundings, options: options())
      for policy in machines { try await second.add(policy) }
      await second.start()
      try await ambient.sleep(.seconds(1500))
      let place = "killed at write \(writes ?? -1), \(keepsLast ? "kept" : "not kept")"
      #expect(await second.status().allSatisfy { $0.state == .up }, "\(place)")
      let open = try await IncidentJournal(store).incidents().filter { !$0.state.isOver }
      #expect(open.isEmpty, "\(place): \(open)")
      #expect(town.mostAtOnce == 1, "\(place)")
      outcome = (town.actions, made)
      await second.stop()
      await first.stop()
    }
    return outcome
  }

  @Test("killed at any write, a supervisor leaves no action of the whole family out and none taken twice")
  func killed() throws {
    let whole = try Self.live(dying: nil, keepsLast: false)
    #expect(
      whole.actions == [
        "soft_reboot", "hard_reboot", "soft_reboot", "replace_all_of_web",
      ])
    #expect(whole.writes > 15)
    for writes in 0..<whole.writes {
      for keepsLast in [false, true] {
        let outcome = try Self.live(dying: writes, keepsLast: keepsLast)
        #expect(outcome.actions == whole.actions, "write \(writes), \(keepsLast)")
      }
    }
  }

  @Test("one supervisor leads the whole family, and another takes all of it over")
  func duel() throws {
    try onVirtualTime(seeds: 1...10) { ambient in
      let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let town = Town(ambient, takes: .seconds(4), journal: store)
      let fates = [Fate(), Fate()]
      var supervisors: [Supervisor] = []
      for (number, fate) in fates.enumerated() {
        let supervisor = Supervisor(town.surroundings(fate), options: Self.options())
        for policy in number == 0 ? Self.machines : Self.machines.reversed() {
          try await supervisor.add(policy)
        }
        await supervisor.start()
        supervisors.append(supervisor)
      }
      try await ambient.sleep(.seconds(100))
      let leading = await supervisors[0].status().filter { $0.state == .up }.count
      #expect([0, 3].contains(leading))
      let leader = leading == 3 ? 0 : 1
      #expect(await supervisors[1 - leader].status().allSatisfy { $0.state == .standingBy })
      town.breakDown("web", until: "replace")
      while town.actions.count < 2 { try await ambient.sleep(.seconds(1)) }
      fates[leader].stop()
      try await ambient.sleep(.seconds(60))
      fates[leader].goOn()
      try await ambient.sleep(.seconds(1500))
      #expect(
        town.actions == ["soft_reboot", "hard_reboot", "soft_reboot", "replace_all_of_web"])
      #expect(town.mostAtOnce == 1)
      #expect(await supervisors[1 - leader].status().allSatisfy { $0.state == .up })
      for supervisor in supervisors { await supervisor.stop() }
    }
  }

  @Test("who has lost the lease of a server leaves the applications on it to whoever has that")
  func leaves() throws {
    try onVirtualTime { ambient in
      let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let town = Town(ambient, journal: store)
      let first = Supervisor(town.surroundings, options: Self.options())
      for policy in Self.machines.prefix(2) {
        var own = policy
        if own.name == "server" { own.relations.parent = nil }
        try await first.add(own)
      }
      await first.start()
      try await ambient.sleep(.seconds(60))
      try await first.remove("server")
      try await ambient.sleep(.seconds(5))
      let second = Supervisor(town.surroundings, options: Self.options())
      for policy in Self.machines { try await second.add(policy) }
      await second.start()
      try await ambient.sleep(.seconds(20))
      #expect(await second.status().map(\.state) == [.standingBy, .up, .up])
      try await first.add(Self.scope("server", .server, "web", Rung(.hardReboot)))
      try await ambient.sleep(.seconds(100))
      #expect(await second.status().map(\.state) == [.up, .up, .up])
      #expect(await first.status().allSatisfy { $0.state == .standingBy })
      await first.stop()
      await second.stop()
    }
  }

  // MARK: - Mistakes

  private static func mistake(_ policies: ApplicationPolicy...) -> String? {
    do {
      try Families(policies).validate()
      return nil
    } catch { return [error.message, error.hint].compactMap(\.self).joined(separator: "; ") }
  }

  @Test("parents that aren't there, that are too low, that go round, and scopes without parts are told")
  func mistakes() {
    let site = Self.scope("site", .stack, "", Rung(.replace()))
    let server = Self.scope("server", .server, "web", of: "site", Rung(.softReboot))
    let php = Self.part("php", on: "web", of: "server")
    #expect(Self.mistake(php, server, site) == nil)
    #expect(
      Self.mistake(Self.part("php", of: "servre"), server, site)
        == "php is a part of servre, which no policy is about; did you mean `server`?")
    var low = site
    low.relations.parent = "php"
    #expect(
      Self.mistake(low, SupervisorTests.policy("php"))
        == "site is a stack, and can't be a part of php, which is of a lower level: application; "
        + "the levels are application, service, server, group, stack")
    #expect(
      Self.mistake(site)
        == "site has neither checks nor parts, so nothing could ever be wrong with it; "
        + "give it checks, or name it as the `parent` of other policies")
    var round = server
    round.relations.parent = "server"
    #expect(Self.mistake(php, round)?.hasPrefix("server would need or be a part of itself") ?? false)
    // The server waits for the site, the site for its need, and that for the server.
    var (needy, other) = (site, SupervisorTests.policy("db"))
    needy.relations.needs = ["db"]
    other.relations.needs = ["server"]
    #expect(
      Self.mistake(php, server, needy, other)?.hasSuffix("take one of them out of `needs` or `parent`")
        ?? false)
  }

  @Test("a scope that is an application, or asks a stack to reboot, is refused")
  func invalid() async throws {
    let supervisor = Supervisor(Town(.system()).surroundings)
    let bare = await #expect(throws: HAError.self) {
      try await supervisor.add(Self.scope("a", .application, "web", Rung(.softReboot)))
    }
    #expect(bare?.message == "the policy of a has no checks")
    let stack = await #expect(throws: HAError.self) {
      try await supervisor.add(Self.scope("a", .stack, "", Rung(.softReboot)))
    }
    #expect(stack?.message == "the policy of a has no resource for soft reboot to act on")
    let server = await #expect(throws: HAError.self) {
      try await supervisor.add(Self.scope("a", .server, "", Rung(.softReboot)))
    }
    #expect(server?.message == "the policy of a has no resource")
  }

  // MARK: - What is shown

  @Test("the status has each application under what it is a part of")
  func tree() throws {
    try SupervisorTests.supervise(Self.family, options: Self.options()) { _, town, ambient in
      let rows = WatchSummary.tree(try await IncidentJournal(town.journal).status(at: ambient.now()))
      #expect(rows.map(\.summary.application) == ["site", "server", "php"])
      #expect(rows.map(\.depth) == [0, 1, 2])
      #expect(rows.map(\.summary.state) == [.up, .up, .up])
      #expect(rows[0].summary.target?.description == "wiki")
      #expect(rows[0].summary.value["scope"] == "stack")
      #expect(rows[2].summary.value["parent"] == "server")
    }
  }
}

/// What handlers were told.
private final class Told: Sendable {
  private let state = Mutex<[[String]]>([])
  var parts: [[String]] { state.withLock { $0 } }
  func add(_ parts: [String]) { state.withLock { $0.append(parts) } }
}
