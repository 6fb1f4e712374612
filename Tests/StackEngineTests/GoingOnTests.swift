import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("Going on from a failed operation")
struct GoingOnTests {
  private static let keep = OperationOptions(onFailure: .keep)

  /// Fails to create `B`, and keeps what there is.
  private static func fail(_ world: World, _ text: String = Stage.first) async throws {
    world.cloud.refuse("B")
    let operation = try await world.engine.create("web", TestTemplate.make(text), options: keep)
    await #expect(throws: EngineError.self) { try await operation.result() }
    world.cloud.heal()
  }

  @Test("a creation is completed as what it was, and what failed leaves nothing")
  func create() throws {
    let world = World()
    try world.time.run {
      try await Self.fail(world)
      let stack = try await world.engine.retry("web").record(in: world.engine)
      #expect(stack.status == .createComplete)
      #expect(stack.superseded.isEmpty)
      #expect(stack.head.stable == stack.head.blueprint)
    }
    #expect(world.cloud.calls == ["make A", "make B", "make B"])
  }

  @Test("what fails again is kept, or undone when that is asked for")
  func again() throws {
    let world = World()
    try world.time.run {
      try await Self.fail(world)
      world.cloud.refuse("B")
      let first = try await world.engine.retry("web")
      await #expect(throws: EngineError.self) { try await first.result() }
      #expect(try await world.engine.describe("web").status == .createFailed)
      let second = try await world.engine.retry("web", onFailure: .rollback)
      await #expect(throws: EngineError.self) { try await second.result() }
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("what is tried again isn't what the failed operation's asker knows by a tag")
  func tags() throws {
    let world = World()
    try world.time.run {
      world.cloud.refuse("B")
      var options = Self.keep
      options.tag = "abc/1"
      let failed = try await world.engine.create("web", TestTemplate.make(Stage.first), options: options)
      await #expect(throws: EngineError.self) { try await failed.result() }
      world.cloud.heal()
      _ = try await world.engine.retry("web").result()
      let trail = try await world.engine.trail(of: "abc/1", on: "web", waits: false)
      #expect(trail?.operation == failed.id)
      #expect(trail?.isSuccess == false)
    }
  }

  @Test("what is skipped is left as it is, told of, and tried again by the next update")
  func skip() throws {
    let world = World()
    try world.time.run {
      try await Self.fail(world)
      let plan = try await world.engine.planRetry("web", skipping: ["B"])
      #expect(plan.lines == ["! B (Test::Thing): it was asked to be left as it is", "Plan: 1 to skip."])
      let stack = try await world.engine.retry("web", skipping: ["B"]).record(in: world.engine)
      #expect(stack.status == .createComplete)
      #expect(stack.head.reason == "left as it was: B")
      #expect(world.cloud.calls.count == 2)
      let whole = try await world.engine.update("web", TestTemplate.make(Stage.first)).record(
        in: world.engine)
      #expect(whole.resources["B"]?.status == .createComplete)
      #expect(whole.superseded.isEmpty)
    }
    #expect(world.cloud.things.count == 2)
  }

  @Test("what needs a resource that doesn't exist and is skipped is told")
  func skipNeeded() throws {
    let world = World()
    world.cloud.refuse("A")
    try world.time.run {
      let operation = try await world.engine.create(
        "web", TestTemplate.make(Stage.first), options: Self.keep)
      await #expect(throws: EngineError.self) { try await operation.result() }
      let error = await #expect(throws: Diagnostics.self) {
        try await world.engine.retry("web", skipping: ["A"])
      }
      #expect(error?.items.map(\.code) == ["needs_skipped"])
      #expect(error?.items.first?.hint == "skip B too")
      let unknown = await #expect(throws: EngineError.self) {
        try await world.engine.retry("web", skipping: ["X"])
      }
      #expect(unknown?.code == .noSuchResource)
    }
  }

  @Test("a rollback that failed goes on without what is skipped")
  func skipRollback() throws {
    let stage = try #require(Stage.all.first { $0.name == "UPDATE_ROLLBACK_FAILED" })
    let world = try stage.world()
    world.cloud.refuse("A")
    try world.time.run {
      let again = try await world.engine.retry("web")
      await #expect(throws: EngineError.self) { try await again.result() }
      #expect(try await world.engine.describe("web").status == .updateRollbackFailed)
      let stack = try await world.engine.retry("web", skipping: ["A"]).record(in: world.engine)
      #expect(stack.status == .updateRollbackComplete)
      #expect(stack.head.reason == "left as it was: A")
      #expect(stack.resources.keys == ["A", "B"])
      #expect(world.cloud.things.map(\.size) == [6, 1])
      world.cloud.heal()
      _ = try await world.engine.update("web", TestTemplate.make(Stage.first)).result()
    }
    #expect(world.cloud.things.map(\.size) == [5, 1])
  }

  @Test("a deletion that failed leaves what is skipped in the cloud")
  func skipDeletion() throws {
    let stage = try #require(Stage.all.first { $0.name == "DELETE_FAILED" })
    let world = try stage.world()
    world.cloud.refuse("-A")
    try world.time.run {
      let stack = try await world.engine.retry("web", skipping: ["A"]).result()
      #expect(stack.status == .deleteComplete)
    }
    #expect(world.cloud.things.map(\.id) == ["t-1"])
  }

  @Test("a visit that failed is made again without what is skipped")
  func skipVisit() throws {
    let stage = try #require(Stage.all.first { $0.name == "SUSPEND_FAILED" })
    let world = try stage.world()
    world.cloud.refuse("zA")
    try world.time.run {
      let stack = try await world.engine.retry("web", skipping: ["A"]).result()
      #expect(stack.status == .suspendComplete)
    }
  }

  @Test("an update that was kept as it failed can be taken back")
  func rollback() throws {
    let stage = try #require(Stage.all.first { $0.name == "UPDATE_FAILED" })
    let world = try stage.world()
    try world.time.run {
      let plan = try await world.engine.planRollback("web")
      #expect(plan["A"]?.changes.map(\.property) == ["Size"])
      let stack = try await world.engine.run(plan).record(in: world.engine)
      #expect(stack.status == .updateRollbackComplete)
      #expect(stack.resources.keys == ["A", "B"])
      #expect(stack.head.blueprint == stack.head.stable)
    }
    #expect(world.cloud.things.map(\.size) == [5, 1])
  }

  @Test("a creation that was kept as it failed is taken back to nothing, what earlier tries made included")
  func rollbackToNothing() throws {
    let world = World()
    try world.time.run {
      let kept = Stage.first.replacing(
        "\"A\": {", with: "\"A\": {\"DeletionPolicy\": \"RetainExceptOnCreate\",")
      try await Self.fail(world, kept)
      world.cloud.refuse("B")
      let again = try await world.engine.retry("web")
      await #expect(throws: EngineError.self) { try await again.result() }
      let stack = try await world.engine.run(world.engine.planRollback("web")).result()
      #expect(stack.status == .rollbackComplete)
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("a replacement that failed is taken up without replacing anything twice")
  func replace() throws {
    let world = World()
    try world.time.run {
      try await world.create()
      world.cloud.refuse("B")
      let operation = try await world.engine.replace("A", of: "web", reason: "asked for", options: Self.keep)
      await #expect(throws: EngineError.self) { try await operation.result() }
      world.cloud.heal()
      #expect(try await world.engine.retry("web").result().status == .updateComplete)
    }
    #expect(world.cloud.calls.filter { $0 == "make A" }.count == 2)
    #expect(world.cloud.things.count == 2)
  }

  @Test("an import that failed is taken up as one")
  func importing() throws {
    let world = World()
    try world.time.run {
      let text = #"{"Resources": {"E": {"Type": "Test::Thing"}}}"#
      let options = PlanOptions(imports: ["E": "t-1"])
      let plan = try await world.engine.planCreate("web", TestTemplate.make(text), options: options)
      let operation = try await world.engine.run(plan, options: Self.keep)
      await #expect(throws: EngineError.self) { try await operation.result() }
      _ = try world.cloud.make("foreign", size: 1, for: "E")
      let stack = try await world.engine.retry("web").record(in: world.engine)
      #expect(stack.resources["E"]?.physical?.id == "t-1")
      #expect(stack.resources["E"]?.status == .importComplete)
    }
    #expect(world.cloud.things.count == 1)
  }

  @Test("a plan made while something goes on is outdated when it has ended")
  func outdated() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Stage.first))
      try await world.ambient.sleep(.seconds(1))
      let plan = try await world.engine.planUpdate("web", TestTemplate.make(Stage.first))
      _ = try await operation.result()
      let error = await #expect(throws: EngineError.self) { try await world.engine.run(plan) }
      #expect(error?.code == .planOutdated)
    }
  }

  @Test("survives a crash at any write, without orphan or duplicate", arguments: [true, false])
  func crash(goesForward: Bool) throws {
    for writes in 0..<100 {
      let journal = MemoryJournal()
      let before = World(journal: journal)
      try before.time.run { try await Self.fail(before) }
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: true)
      let during = World(seed: 2, journal: crashing, cloud: before.cloud)
      try during.time.run {
        if goesForward {
          _ = try? await during.engine.retry("web").result()
        } else {
          _ = try? await during.engine.run(during.engine.planRollback("web")).result()
        }
      }
      let after = World(seed: 3, journal: journal, cloud: before.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try await operation.result() }
        let stack = try await after.engine.describe("web")
        #expect(stack.superseded.isEmpty)
        #expect(
          stack.resources.values.compactMap(\.physical?.id).sorted() == after.cloud.things.map(\.id).sorted(),
          "\(stack.status) after \(writes) writes")
        if !crashing.hasCrashed {
          #expect(stack.status == (goesForward ? .createComplete : .rollbackComplete))
        }
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }
}
