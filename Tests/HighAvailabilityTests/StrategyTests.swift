import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine
import Testing

/// What is replaced with a server, as its strategy says.
struct StrategyTests {
  private static let text = "Db\nWeb Db\nOther"

  private static func policy(_ server: String, _ replacement: Replacement, parent: String? = nil)
    -> ApplicationPolicy
  {
    var policy = ApplicationPolicy(
      name: server.lowercased(), target: Target(stack: "hut", logicalID: server),
      checks: [
        Check(
          "tcp", .tcp(address: LateText(.attribute(of: server, "Address")), port: 80), grace: .seconds(60))
      ],
      ladder: Ladder([Rung(.replace(replacement), settle: .seconds(120))]))
    policy.relations.parent = parent
    return policy
  }

  private static func options() -> Supervisor.Options {
    var options = Supervisor.Options()
    options.massFailures.minimum = 1000
    return options
  }

  /// Breaks the database, and says which servers are others when it has been replaced.
  private static func replaced(
    by replacement: Replacement, parent: String? = nil
  ) throws -> [String] {
    let servers = ["Db", "Web", "Other"]
    let policies = servers.map { policy($0, $0 == "Db" ? replacement : Replacement(), parent: parent) }
    nonisolated(unsafe) var found: [String] = []
    try EngineTests.supervise(text, policies, options: options()) { supervisor, engine, hut, ambient in
      let before = try await engine.describe("hut").resources
      hut.breakDown(before["Db"]?.physical?.id ?? "", until: "replace")
      try await ambient.sleep(.seconds(1500))
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
      let after = try await engine.describe("hut").resources
      found = servers.filter { before[$0]?.physical?.id != after[$0]?.physical?.id }
      // Those that went along were disturbed, which is no failure of theirs.
      let incidents = try await engine.events(of: "hut").filter { $0.status == "HA_DETECTED" }
      #expect(incidents.count == 1)
    }
    return found
  }

  @Test("the server alone, or with what depends on it, or with the members that are named")
  func strategies() throws {
    #expect(try Self.replaced(by: Replacement(.oneForOne)) == ["Db"])
    #expect(try Self.replaced(by: Replacement()) == ["Db", "Web"])
    #expect(
      try Self.replaced(by: Replacement(.oneForAll, members: ["Db", "Other"])) == ["Db", "Other"])
  }

  @Test("all parts of a parent at once, where no members are named")
  func family() throws {
    #expect(try Self.replaced(by: Replacement(.oneForAll), parent: "site") == ["Db", "Web", "Other"])
  }

  @Test("a part that is gone from the stack, though it isn't known yet, is left out where all are replaced")
  func goneMember() throws {
    var policies = ["Db", "Web"].map { Self.policy($0, Replacement(.oneForAll), parent: "site") }
    policies[1].checks[0].every = .seconds(86_400)
    try EngineTests.supervise(Self.text, policies, options: Self.options()) {
      supervisor, engine, hut, ambient in
      _ = try await engine.update("hut", Hut.template(Source(name: "hut", text: "Db\nOther"))).result()
      hut.breakDown("server-1", until: "replace")
      try await ambient.sleep(.seconds(900))
      let states = await supervisor.status().filter { $0.name == "db" }.map(\.state)
      #expect(states == [.up])
      #expect(try await engine.describe("hut").resources["Db"]?.physical?.id != "server-1")
    }
  }

  @Test("a policy that would replace all of nothing is refused")
  func nothing() throws {
    let error = #expect(throws: HAError.self) {
      try Families([Self.policy("Db", Replacement(.oneForAll))]).validate()
    }
    #expect(error?.message == "the policy of db would replace all, and doesn't say of what")
  }

  @Test("a member that isn't in the stack makes the rung impossible, and the next is taken")
  func unknownMember() throws {
    var policy = Self.policy("Db", Replacement(.oneForAll, members: ["Dbb"]))
    policy.ladder.rungs.append(Rung(.hardReboot, settle: .seconds(60)))
    try EngineTests.supervise(Self.text, [policy]) { _, engine, hut, ambient in
      hut.breakDown("server-1", until: "hard_reboot")
      hut.breakDown("server-2", until: "hard_reboot")
      hut.breakDown("server-3", until: "hard_reboot")
      try await ambient.sleep(.seconds(900))
      #expect(hut.actions == ["hard_reboot"])
      let reasons = try await engine.events(of: "hut").filter { $0.status == "HA_ESCALATED" }.map(\.reason)
      #expect(
        reasons == [
          "db: replace all of Dbb isn't possible: hut has no resource Dbb; next is hard reboot"
        ])
    }
  }

  @Test("what a replacement would take along is left alone while that is in maintenance")
  func maintenance() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      town.set(reach: Set(["Db", "Web"].map { Target(stack: "wiki", logicalID: $0) }), of: "replace")
      let supervisor = Supervisor(town.surroundings, options: Self.options())
      let ladder = Ladder([Rung(.replace(), settle: .seconds(60))])
      for name in ["Db", "Web"] { try await supervisor.add(SupervisorTests.policy(name, ladder: ladder)) }
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      try await supervisor.setMaintenance(true, of: "Web")
      town.breakDown("Db", until: "replace")
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
      #expect(
        town.recorded.last { $0.verb == .waiting }?.reason
          == "Web, which this would take along, is in maintenance")
      try await supervisor.setMaintenance(false, of: "Web")
      try await ambient.sleep(.seconds(200))
      #expect(town.actions == ["replace"])
      await supervisor.stop()
    }
  }

  @Test("what a replacement would take along is left alone while that is marked, and by the budget's leave")
  func leave() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient, takes: .seconds(30))
      let names = ["Db", "Web", "Other", "Last"]
      town.set(reach: Set(names.prefix(3).map { Target(stack: "wiki", logicalID: $0) }), of: "replace")
      var options = Self.options()
      options.budgets = [Budget(share: 0.5)]
      let supervisor = Supervisor(town.surroundings, options: options)
      for name in names {
        let action: Action = name == "Db" ? .replace() : .softReboot
        try await supervisor.add(
          SupervisorTests.policy(name, ladder: Ladder([Rung(action, intensity: 5, settle: .seconds(60))])))
      }
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      town.breakDown("Last", until: "never")
      while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
      town.breakDown("Db", until: "replace")
      while !town.recorded.contains(where: { $0.verb == .waiting }) { try await ambient.sleep(.seconds(1)) }
      #expect(
        town.recorded.last { $0.verb == .waiting }?.reason
          == "1 of 4 of the stack wiki are being healed, and 2 may be at once: this would take 3 more")
      town.set(.busy("the server Web is marked kiln:ha=off"), of: Target(stack: "wiki", logicalID: "Web"))
      town.heal("Last")
      try await ambient.sleep(.seconds(400))
      #expect(!town.actions.contains("replace"))
      town.set(.ready, of: Target(stack: "wiki", logicalID: "Web"))
      try await ambient.sleep(.seconds(400))
      #expect(town.actions.count { $0 == "replace" } == 1)
      #expect(town.mostAtOnce == 1)
      #expect(await supervisor.status().allSatisfy { $0.state == .up })
      await supervisor.stop()
    }
  }
}
