import Ambience
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("An operation in progress")
struct TakeoverTests {
  private static let long = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
      "C": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "B"}}},
      "W": {"Type": "Test::Wait"}}}
    """

  /// Starts to create a long stack, and waits until `A` is there and `B` is being made.
  private static func begin(_ world: World) async throws -> StackEngine.Operation {
    let operation = try await world.engine.create("web", TestTemplate.make(long))
    try await world.ambient.sleep(.seconds(7))
    return operation
  }

  @Test("is superseded by an update: what runs ends, nothing is begun, and the update goes on from there")
  func supersede() throws {
    let world = World()
    try world.time.run {
      let old = try await Self.begin(world)
      try await world.engine.takeOver("web")
      #expect(try await world.engine.describe("web").status == .createFailed)
      #expect(try await world.engine.describe("web").resources["B"]?.status == .createComplete)
      let stack = try await world.engine.update("web", TestTemplate.make(Stage.second)).record(
        in: world.engine)
      #expect(stack.status == .updateComplete)
      #expect(Set(stack.resources.keys) == ["A", "C", "D"])
      let error = await #expect(throws: EngineError.self) { try await old.result() }
      #expect(error?.code == .superseded)
    }
    #expect(!world.cloud.calls.prefix(3).contains("make C"))
    #expect(world.cloud.calls.filter { $0 == "make A" }.count == 1)
    #expect(world.cloud.things.count == 3)
    #expect(world.time.uptime < .seconds(40))
  }

  @Test("is superseded by another process")
  func elsewhere() throws {
    let world = World()
    try world.time.run {
      let old = try await Self.begin(world)
      let other = world.anotherEngine()
      try await other.takeOver("web")
      let error = await #expect(throws: EngineError.self) { try await old.result() }
      #expect(error?.code == .superseded)
      try await world.ambient.sleep(.seconds(1))
      let stack = try await other.update("web", TestTemplate.make(Stage.second)).record(in: other)
      #expect(Set(stack.resources.keys) == ["A", "C", "D"])
    }
    #expect(world.cloud.things.count == 3)
  }

  @Test("that a dead process has left is superseded too, and nothing of it is lost")
  func dead() throws {
    for writes in 1..<14 {
      let journal = MemoryJournal()
      let before = World(journal: CrashingJournal(journal, writes: writes, keepsLast: true))
      try before.time.run {
        _ = try? await before.engine.create("web", TestTemplate.make(Stage.first)).result()
      }
      let after = World(journal: journal, cloud: before.cloud)
      try after.time.run {
        try await after.engine.takeOver("web")
        let stack = try await after.engine.update("web", TestTemplate.make(Stage.second)).record(
          in: after.engine)
        #expect(stack.status == .updateComplete)
        #expect(stack.superseded.isEmpty)
      }
      #expect(after.cloud.things.count == 3, "after \(writes) writes")
    }
  }

  @Test("that goes back is superseded: it stays where it is")
  func rollback() throws {
    let stage = try #require(Stage.all.first { $0.name == "UPDATE_ROLLBACK_IN_PROGRESS" })
    let world = try stage.world()
    try world.time.run {
      try await world.engine.takeOver("web")
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .updateRollbackFailed)
      #expect(stack.head.reason.hasSuffix("another operation took over"))
      #expect(try await world.engine.retry("web").result().status == .updateRollbackComplete)
    }
  }

  @Test(
    "is cancelled from another process, and goes back or stays as that one wants", arguments: [true, false])
  func cancel(isKept: Bool) throws {
    let world = World()
    try world.time.run {
      let operation = try await Self.begin(world)
      try await world.anotherEngine().cancel("web", isKept ? .keep : nil)
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(error?.message.contains("cancelled") ?? false)
      let stack = try await world.engine.describe("web")
      #expect(stack.status == (isKept ? .createFailed : .rollbackComplete))
      #expect(world.cloud.things.count == (isKept ? 2 : 0))
    }
    #expect(world.time.uptime < .seconds(30))
  }

  @Test("whose process died after it was asked to stop stops when it is taken up")
  func cancelDead() throws {
    let journal = MemoryJournal()
    let before = World(journal: CrashingJournal(journal, writes: 3, keepsLast: true))
    try before.time.run { _ = try? await before.engine.create("web", TestTemplate.make(Self.long)).result() }
    let after = World(journal: journal, cloud: before.cloud)
    try after.time.run {
      try await after.engine.cancel("web")
      for operation in try await after.engine.recover() { _ = try? await operation.result() }
      #expect(try await after.engine.describe("web").status == .rollbackComplete)
    }
    #expect(after.cloud.things.isEmpty)
  }

  @Test("is cancelled once; without one there is nothing to cancel")
  func nothing() throws {
    let world = World()
    try world.time.run {
      try await world.create()
      let error = await #expect(throws: EngineError.self) { try await world.engine.cancel("web") }
      #expect(error?.code == .noOperation)
    }
  }
}
