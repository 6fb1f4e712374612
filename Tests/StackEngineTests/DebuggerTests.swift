import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Synchronization
import Templates
import Testing

@Suite("A debugger")
struct DebuggerTests {
  /// `B` needs `A`; `C` needs nothing.
  private static let three = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}, "Password": "secret"}},
      "C": {"Type": "Test::Thing"}}}
    """

  private static func start(_ world: World, _ breakpoints: String...) async throws -> Debugger {
    var options = OperationOptions()
    options.breakpoints = try breakpoints.map { try Breakpoint($0) }
    let plan = try await world.engine.planCreate("web", TestTemplate.make(three))
    return try await Debugger.start(plan, options: options, on: world.engine)
  }

  private static func places(_ debugger: Debugger) async throws -> [String] {
    try await debugger.pauses().map { "\($0.pause.point.moment.rawValue) \($0.pause.logicalID)" }
  }

  @Test("steps from resource to resource, each one done before the next waits")
  func step() throws {
    let world = World()
    try world.time.run {
      let debugger = try await Self.start(world)
      #expect(try await Self.places(debugger) == ["pre-create A", "pre-create C"])
      #expect(world.cloud.calls.isEmpty)
      try await debugger.step()
      #expect(try await Self.places(debugger) == ["pre-create C", "pre-create B"])
      #expect(world.cloud.calls == ["make A"])
      let step = try #require(await debugger.step(at: debugger.pause(of: "B")))
      #expect(step.properties.shown["Friend"] == "t-1")
      #expect(step.physicalID == nil)
      try await debugger.step("B")
      #expect(try await Self.places(debugger) == ["pre-create C"])
      try await debugger.step()
      #expect(debugger.operation.isOver)
      #expect(try await debugger.operation.result().status == .createComplete)
      let error = await #expect(throws: EngineError.self) { try await debugger.step() }
      #expect(error?.hint == "the operation has ended")
    }
  }

  @Test("runs to its breakpoints, which can be set and taken away")
  func run() throws {
    let world = World()
    try world.time.run {
      let debugger = try await Self.start(world, "pre-create:C")
      #expect(try await Self.places(debugger) == ["pre-create C"])
      try await debugger.add(Breakpoint("pre-create:B"))
      #expect(await debugger.breakpoints.map(\.description) == ["pre-create:C", "pre-create:B"])
      try await debugger.goOn()
      #expect(try await Self.places(debugger) == ["pre-create B"])
      try await debugger.remove(Breakpoint("pre-create:B"))
      await #expect(throws: EngineError.self) { try await debugger.remove(Breakpoint("pre-create:B")) }
      try await debugger.goOn()
      #expect(debugger.operation.isOver)
    }
  }

  @Test("stops at a failure, to retry or to skip", arguments: [true, false])
  func failure(isRetried: Bool) throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      let debugger = try await Self.start(world, "pre-delete:*")
      #expect(try await Self.places(debugger) == ["failure B"])
      #expect(try await debugger.pause().pause.reason == "quota exceeded")
      let error = await #expect(throws: EngineError.self) { try await debugger.goOn() }
      #expect(error?.code == .wrongDecision)
      world.cloud.heal()
      try await debugger.decide(isRetried ? .retry : .skip)
      // What the first try left is deleted, which it stops before.
      #expect(debugger.operation.isOver)
      let stack = try await debugger.operation.record(in: world.engine)
      #expect(stack.status == .createComplete)
      #expect(stack.head.reason == (isRetried ? "" : "left as it was: B"))
    }
    #expect(world.cloud.things.count == (isRetried ? 3 : 2))
  }

  @Test("aborts: the stack goes back, or stays")
  func abort() throws {
    let world = World()
    try world.time.run {
      let debugger = try await Self.start(world)
      try await debugger.step()
      try await debugger.abort(.keep)
      #expect(try await world.engine.describe("web").status == .createFailed)
      #expect(world.cloud.things.count == 1)
    }
  }

  @Test("takes hold of an operation that runs")
  func attach() throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.three))
      try await world.ambient.sleep(.seconds(1))
      let debugger = await Debugger(operation, on: world.engine)
      try await debugger.goOn()
      #expect(try await Self.places(debugger) == ["failure B"])
      try await debugger.decide(.fail)
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
    }
  }

  // MARK: - Hooks

  /// Hooks that say what a closure says.
  private struct Hooks: StepHooks {
    let say: @Sendable (PausePoint.Moment, StepContext) throws -> StepVerdict

    func verdict(at moment: PausePoint.Moment, of step: StepContext) async throws -> StepVerdict {
      try say(moment, step)
    }
  }

  private static func world(_ say: @escaping @Sendable (PausePoint.Moment, StepContext) throws -> StepVerdict)
    -> World
  {
    World(hooks: Hooks(say: say))
  }

  @Test("hooks are asked before and after each step, with what it does; what goes back asks none")
  func asked() throws {
    let asked = Mutex<[String]>([])
    let world = Self.world { moment, step in
      asked.withLock { $0.append("\(moment.rawValue) \(step.logicalID) \(step.physicalID ?? "-")") }
      return .goOn
    }
    try world.time.run {
      try await world.create()
      _ = try await world.engine.update("web", TestTemplate.make(Stage.second)).result()
      world.cloud.refuse("B")
      _ = try? await world.engine.update("web", TestTemplate.make(Stage.first)).result()
      _ = try await world.engine.delete("web").result()
    }
    let told = asked.withLock { $0 }
    #expect(
      told.prefix(4) == [
        "pre-create A -", "post-create A t-1", "pre-create B -", "post-create B t-2",
      ])
    #expect(told.contains("pre-update A t-1"))
    #expect(told.contains("pre-delete B t-2"))
    #expect(told.filter { $0.hasPrefix("pre-delete") }.count == 4)
  }

  @Test(
    "what a hook refuses fails before anything is done, and after it is taken back", arguments: [true, false])
  func refused(isBefore: Bool) throws {
    let world = Self.world { moment, step in
      guard moment == (isBefore ? .preCreate : .postCreate), step.logicalID == "B" else { return .goOn }
      throw EngineError(.refused, "the hook `small` refuses it")
    }
    try world.time.run {
      let operation = try await world.engine.create(
        "web", TestTemplate.make(Self.three), options: OperationOptions(onFailure: .keep))
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(error?.message == "web: B: the hook `small` refuses it")
      let told = try await world.engine.events(of: "web").last { $0.logicalID == "B" }
      #expect(told?.status == "CREATE_FAILED")
      #expect(told?.reason == "the hook `small` refuses it")
      #expect(world.cloud.calls.contains("make B") == !isBefore)
      _ = try await world.engine.run(world.engine.planRollback("web")).result()
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("a hook has a step wait, which is asked again after a retry but not held up again")
  func waits() throws {
    let world = Self.world { moment, step in
      moment == .preCreate && step.logicalID == "B" ? .pause(reason: "ask Ann") : .goOn
    }
    world.cloud.refuse("B")
    try world.time.run {
      let debugger = try await Self.start(world, "post-delete:none")
      #expect(try await Self.places(debugger) == ["pre-create B"])
      let told = try await world.engine.events(of: "web").last { $0.logicalID == "B" }
      #expect(told?.reason == "CREATE paused until Hook pre-create is cleared: ask Ann")
      try await debugger.goOn()
      #expect(try await Self.places(debugger) == ["failure B"])
      world.cloud.heal()
      try await debugger.decide(.retry)
      #expect(try await debugger.operation.result().status == .createComplete)
    }
  }
}
