import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("What others change behind a stack's back, and what was there before it")
struct DriftTests {
  private static let two = LifeCycleTests.two

  @Test("drift is told by property, changes nothing, and reverting takes it back")
  func driftAndRevert() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      #expect(try await world.engine.drift(of: "web").map(\.state) == [.inSync, .inSync])
      world.cloud.meddle("t-1", size: 9)
      world.cloud.lose("t-2")
      let drift = try await world.engine.drift(of: "web")
      #expect(drift.map(\.state) == [.modified, .deleted])
      #expect(drift.first?.changes == [Change("Size", before: .value(5), after: .value(9))])
      #expect(try await world.engine.planUpdate("web", template).isEmpty)
      let plan = try await world.engine.planRevert("web")
      #expect(plan["A"]?.changes == [Change("Size", before: .value(9), after: .value(5))])
      #expect(plan["B"]?.action == .replace)
      _ = try await world.engine.run(plan, options: OperationOptions(onFailure: .keep)).result()
      #expect(world.cloud.things.map(\.size) == [5, 1])
      #expect(try await world.engine.drift(of: "web").map(\.state) == [.inSync, .inSync])
    }
  }

  /// Updates a stack of which somebody has deleted `A`.
  private static func updateWithoutA(
    _ world: World, _ policy: OperationOptions.FailurePolicy
  ) async throws {
    _ = try await world.engine.create("web", TestTemplate.make(Stage.first)).result()
    world.cloud.lose("t-1")
    let operation = try await world.engine.update(
      "web", TestTemplate.make(Stage.second), options: OperationOptions(onFailure: policy))
    let error = await #expect(throws: EngineError.self) { try await operation.result() }
    #expect(error?.message.contains("A: there is no t-1") ?? false)
  }

  @Test("an update that comes upon what is gone fails, and going on makes that again")
  func updatesWhatIsGone() throws {
    let world = World()
    try world.time.run {
      try await Self.updateWithoutA(world, .keep)
      let broken = try await world.engine.describe("web").resources["A"]
      #expect(broken?.status == .checkFailed)
      #expect(broken?.reason == "it is gone from the cloud")
      let told = try await world.engine.events(of: "web").filter { $0.logicalID == "A" }.suffix(2)
      #expect(told.map(\.status) == ["UPDATE_FAILED", "CHECK_FAILED"])
      let stack = try await world.engine.retry("web").record(in: world.engine)
      #expect(stack.status == .updateComplete)
      #expect(stack.resources["A"]?.physical?.id != "t-1")
      #expect(stack.superseded.isEmpty)
      #expect(try await world.engine.drift(of: "web").allSatisfy { $0.state == .inSync })
    }
  }

  @Test("going back from an update that came upon what is gone makes that again, too")
  func goesBackToWhatIsGone() throws {
    let world = World()
    try world.time.run {
      try await Self.updateWithoutA(world, .rollback)
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .updateRollbackComplete)
      #expect(stack.resources.keys.sorted() == ["A", "B"])
      #expect(world.cloud.things.map(\.size).sorted() == [1, 5])
      #expect(try await world.engine.drift(of: "web").allSatisfy { $0.state == .inSync })
    }
  }

  @Test("what an update fails on for another reason isn't taken to be gone")
  func failsOtherwise() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Stage.first)).result()
      world.cloud.refuse("A")
      let operation = try await world.engine.update(
        "web", TestTemplate.make(Stage.second), options: OperationOptions(onFailure: .keep))
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").resources["A"]?.status == .updateFailed)
    }
  }

  @Test("types that can't ask and clouds that don't answer are told as not checked, never as in sync")
  func notChecked() throws {
    let world = World()
    try world.time.run {
      let text = #"{"Resources": {"N": {"Type": "Test::Nothing"}, "A": {"Type": "Test::Thing"}}}"#
      _ = try await world.engine.create("web", TestTemplate.make(text)).result()
      world.cloud.goAway()
      let drift = try await world.engine.drift(of: "web")
      #expect(drift.map(\.state) == [.notChecked, .notChecked])
      #expect(drift.map(\.reason).sorted() == ["a Test::Nothing can't be asked for", "nobody answers"])
    }
  }

  @Test("what is there already is taken in as it is, and is the stack's from then on")
  func importing() throws {
    let world = World()
    _ = try world.cloud.make("by-hand", size: 7, for: "nobody")
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      let plan = try await world.engine.planCreate(
        "web", template, options: PlanOptions(imports: ["A": "t-1"]))
      #expect(plan["A"]?.action == .import)
      #expect(plan.lines.first == "> A (Test::Thing): it is there as t-1")
      let stack = try await world.engine.run(plan).record(in: world.engine)
      #expect(stack.resources["A"]?.status == .importComplete)
      #expect(stack.resources["A"]?.properties["Size"] == 7)
      #expect(stack.resources["B"]?.properties["Friend"] == "t-1")
      #expect(world.cloud.calls == ["make nobody", "make B"])
      // The template wants 5, which only an update brings about.
      #expect(try await world.engine.planUpdate("web", template)["A"]?.action == .update)
      let other = try await world.engine.planCreate(
        "two", template, options: PlanOptions(imports: ["A": "t-1"]))
      let error = await #expect(throws: EngineError.self) { try await world.engine.run(other).result() }
      #expect(error?.message.contains("t-1 is A of the stack web") ?? false)
      _ = try await world.engine.delete("web").result()
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("going back from an import leaves what was there as it was")
  func importRolledBack() throws {
    let world = World()
    _ = try world.cloud.make("by-hand", size: 7, for: "nobody")
    world.cloud.refuse("B")
    try world.time.run {
      let plan = try await world.engine.planCreate(
        "web", TestTemplate.make(Self.two), options: PlanOptions(imports: ["A": "t-1"]))
      await #expect(throws: EngineError.self) { try await world.engine.run(plan).result() }
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
    }
    #expect(world.cloud.things == [.init(id: "t-1", name: "by-hand", size: 7)])
  }

  @Test("an import of what isn't there, isn't wanted or is the stack's already is refused")
  func refusedImports() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      let plan = try await world.engine.planCreate(
        "web", template, options: PlanOptions(imports: ["A": "t-9"]))
      let error = await #expect(throws: EngineError.self) { try await world.engine.run(plan).result() }
      #expect(error?.message.contains("the cloud has no Test::Thing with the id t-9") ?? false)
      #expect(world.cloud.things.isEmpty)
      let unknown = await #expect(throws: Diagnostics.self) {
        try await world.engine.planCreate("web", template, options: PlanOptions(imports: ["Aa": "t-9"]))
      }
      #expect(unknown?.diagnostics.first?.hint == "did you mean A?")
      _ = try await world.engine.create("web", template).result()
      await #expect(throws: Diagnostics.self) {
        try await world.engine.planUpdate("web", template, options: PlanOptions(imports: ["A": "t-1"]))
      }
    }
  }

  @Test("a stack can be forgotten with all that it has left in the cloud, or with some of it")
  func abandoning() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      _ = try await world.engine.run(world.engine.planAbandon("web")).result()
      #expect(try await world.engine.list().isEmpty)
      #expect(world.cloud.things.count == 2)
      _ = try await world.engine.create("two", template).result()
      _ = try await world.engine.run(world.engine.planDelete("two", retaining: ["A"])).result()
      #expect(world.cloud.things.map(\.id) == ["t-1", "t-2", "t-3"])
    }
  }
}
