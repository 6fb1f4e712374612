import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Templates
import Testing

@Suite("A stack policy")
struct PolicyTests {
  private static func policy(_ text: String) throws -> StackPolicy { try StackPolicy(Value.json(text)) }

  private static let careful = """
    {"Statement": [
      {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
      {"Effect": "Deny", "Action": ["Update:Replace", "Update:Delete"], "Principal": "*",
       "Resource": "LogicalResourceId/A"}]}
    """

  /// A stack `web` with a policy.
  private static func world(_ text: String) throws -> World {
    let world = World()
    try world.time.run {
      var options = PlanOptions()
      options.policy = try policy(text)
      let plan = try await world.engine.planCreate(
        "web", TestTemplate.make(LifeCycleTests.two), options: options)
      _ = try await world.engine.run(plan).result()
    }
    return world
  }

  @Test("denies by default, and a denial counts more than what is allowed")
  func decisions() throws {
    let careful = try Self.policy(Self.careful)
    #expect(careful.refusal(of: .modify, on: "A", type: "T") == nil)
    #expect(careful.refusal(of: .replace, on: "A", type: "T") == "statement 2 denies Update:Replace on it")
    #expect(careful.refusal(of: .delete, on: "AB", type: "T") == nil)
    let only = try Self.policy(
      """
      {"Statement": {"Sid": "disks", "Effect": "Allow", "Action": "Update:*", "Principal": "*",
        "NotResource": "LogicalResourceId/Data*",
        "Condition": {"StringEquals": {"ResourceType": ["T::Disk"]}}}}
      """)
    #expect(only.refusal(of: .modify, on: "A", type: "T::Disk") == nil)
    #expect(only.refusal(of: .modify, on: "A", type: "T::Di*") == "no statement allows Update:Modify on it")
    #expect(only.refusal(of: .modify, on: "DataDisk", type: "T::Disk") != nil)
  }

  @Test("refuses a plan that breaks it, and the plan says so")
  func refusal() throws {
    let world = try Self.world(Self.careful)
    try world.time.run {
      let changed = try TestTemplate.make(LifeCycleTests.two.replacing("\"x\"", with: "\"y\""))
      let plan = try await world.engine.planUpdate("web", changed)
      let sentence = "the stack policy protects A: statement 2 denies Update:Replace on it"
      #expect(plan.lines.last == "Refused: \(sentence).")
      let error = await #expect(throws: Diagnostics.self) { try await world.engine.run(plan) }
      #expect(error?.items.map(\.message) == [sentence])
      #expect(try await world.engine.describe("web").status == .createComplete)
      let grown = try TestTemplate.make(LifeCycleTests.two.replacing("\"5\"", with: "\"6\""))
      #expect(try await world.engine.update("web", grown).result().status == .updateComplete)
    }
    #expect(world.cloud.things.map(\.id) == ["t-1", "t-2"])
  }

  @Test("protects from deletion by an update, and says nothing about new resources")
  func deletion() throws {
    let world = try Self.world(Self.careful)
    try world.time.run {
      let other = try TestTemplate.make(#"{"Resources": {"C": {"Type": "Test::Thing"}}}"#)
      let plan = try await world.engine.planUpdate("web", other)
      #expect(
        plan.refusals.map(\.message) == [
          "the stack policy protects A: statement 2 denies Update:Delete on it"
        ])
      var options = PlanOptions()
      options.policy = try Self.policy(
        #"{"Statement": {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}}"#)
      let overridden = try await world.engine.planUpdate("web", other, options: options)
      #expect(try await world.engine.run(overridden).result().status == .updateComplete)
      #expect(try await world.engine.describe("web").head.policy == Self.policy(Self.careful))
      try await world.engine.setPolicy(nil, of: "web")
      #expect(try await world.engine.describe("web").head.policy == nil)
    }
  }

  @Test("is held to also by what values known only later decide, and the update goes back")
  func later() throws {
    let world = try Self.world(
      """
      {"Statement": [
        {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "LogicalResourceId/A"}]}
      """)
    try world.time.run {
      let changed = try TestTemplate.make(LifeCycleTests.two.replacing("\"x\"", with: "\"y\""))
      let plan = try await world.engine.planUpdate("web", changed)
      #expect(plan.refusals.isEmpty)
      let operation = try await world.engine.run(plan)
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(error?.message.contains("no statement allows Update:Modify on it") ?? false)
      #expect(try await world.engine.describe("web").status == .updateRollbackComplete)
    }
    #expect(world.cloud.things.map(\.id) == ["t-1", "t-2"])
  }

  @Test("that is wrong is told with all that is wrong")
  func mistakes() throws {
    let error = #expect(throws: Diagnostics.self) {
      try Self.policy(
        """
        {"Statement": [
          {"Effect": "Alow", "Action": "Update:Modfy", "Principal": "me", "Resource": "A"},
          {"Effect": "Deny", "Principal": "*", "Resource": "*", "Acton": "Update:*"},
          {"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*",
           "Condition": {"StringEquals": {"Typ": "T"}}}]}
        """)
    }
    #expect(
      error?.items.map(\.message) == [
        "Statement 1: `Effect` must be `Allow` or `Deny`",
        "Statement 1: `Principal` must be `*`, as a policy is about everybody",
        "Statement 1: no update does `Update:Modfy`", "Statement 1: `A` names no resource",
        "Statement 2 has `Acton`",
        "Statement 2 needs either `Action` or `NotAction`, a text or a list of texts",
        "Statement 3: `Condition` must be one of StringEquals, StringLike, StringNotEquals, StringNotLike with "
          + "`ResourceType`",
      ])
  }
}

@Suite("A stack's tags")
struct TagTests {
  private static func options(_ tags: Tags) -> PlanOptions {
    var options = PlanOptions()
    options.tags = tags
    return options
  }

  @Test("reach the resources that can carry them, change with an update, and find the stack")
  func life() throws {
    let journal = try SQLiteJournal(path: "/tmp/kiln-tags-\(UInt64.random(in: .min ... .max)).db")
    let world = World(journal: journal)
    try world.time.run {
      let template = try TestTemplate.make(LifeCycleTests.two)
      let plan = try await world.engine.planCreate("web", template, options: Self.options(["env": "test"]))
      _ = try await world.engine.run(plan).result()
      #expect(world.cloud.calls.contains("tag A env=test"))
      #expect(try await world.engine.planUpdate("web", template).isEmpty)
      let change = try await world.engine.planUpdate("web", template, options: Self.options(["env": "live"]))
      #expect(
        change.lines.prefix(2) == [
          "~ A (Test::Thing)", #"    stack tags: {"env":"test"} → {"env":"live"}"#,
        ])
      _ = try await world.engine.run(change).result()
      #expect(world.cloud.calls.contains("tag A env=live"))
      #expect(try await world.engine.list(tagged: ["env": ""]).count == 1)
      #expect(try await world.engine.list(tagged: ["env": "live"]).count == 1)
      #expect(try await world.engine.list(tagged: ["env": "test"]).isEmpty)
    }
  }

  @Test("go back with the update that changed them")
  func rollback() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(LifeCycleTests.two)
      let plan = try await world.engine.planCreate("web", template, options: Self.options(["env": "test"]))
      _ = try await world.engine.run(plan).result()
      world.cloud.refuseOnce("B")
      let change = try await world.engine.planUpdate("web", template, options: Self.options(["env": "live"]))
      let operation = try await world.engine.run(change)
      await #expect(throws: EngineError.self) { try await operation.result() }
      let stack = try await world.engine.describe("web")
      #expect(stack.tags == ["env": "test"])
      #expect(stack.resources["A"]?.tags == ["env": "test"])
    }
  }

  @Test("that no cloud keeps are refused")
  func refused() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(LifeCycleTests.two)
      for tags: Tags in [["": "x"], ["kiln:stack": "x"], ["a": String(repeating: "x", count: 256)]] {
        let error = await #expect(throws: EngineError.self) {
          try await world.engine.planCreate("web", template, options: Self.options(tags))
        }
        #expect(error?.code == .badTag)
      }
    }
  }
}
