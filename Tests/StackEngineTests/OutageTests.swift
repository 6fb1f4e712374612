import Ambience
import Simulation
import StackEngine
import Synchronization
import Testing

@Suite("A service that is away")
struct OutageTests {
  private func events(of operation: StackEngine.Operation) async -> [Event] {
    var told: [Event] = []
    for await event in operation.events { told.append(event) }
    return told
  }

  @Test("for a while holds a launch up, and says so once")
  func launch() throws {
    let world = World()
    world.cloud.goAway()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(LifeCycleTests.two))
      async let told = events(of: operation)
      try await world.ambient.sleep(.seconds(40))
      world.cloud.goAway(false)
      #expect(try await operation.result().status == .createComplete)
      let waits = await told.filter { $0.reason.contains("waits, for nobody answers") }
      #expect(waits.map(\.logicalID) == ["A"])
    }
    #expect(world.cloud.things.count == 2)
    #expect(world.time.uptime < .seconds(80))
  }

  @Test("after it made something has made it once")
  func lostReply() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(LifeCycleTests.two))
      // The first thing is made, and its service goes away while it is waited for.
      try await world.ambient.sleep(.seconds(1))
      world.cloud.goAway()
      try await world.ambient.sleep(.seconds(30))
      world.cloud.goAway(false)
      #expect(try await operation.result().status == .createComplete)
    }
    #expect(world.cloud.things.count == 2)
    #expect(world.cloud.state.withLock { $0.made } == 2)
  }

  @Test("for good ends the launch with its reason")
  func forGood() throws {
    let world = World()
    world.cloud.goAway()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(LifeCycleTests.two))
      await #expect(throws: EngineError.self) { try await operation.result() }
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .rollbackComplete || stack.status == .rollbackFailed)
      #expect(stack.head.reason.contains("nobody answers"))
    }
    #expect(world.time.uptime > .seconds(250))
  }

  @Test("holds a deletion up, too")
  func deletion() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(LifeCycleTests.two)).result()
      world.cloud.goAway()
      let operation = try await world.engine.delete("web")
      try await world.ambient.sleep(.seconds(20))
      world.cloud.goAway(false)
      _ = try await operation.result()
    }
    #expect(world.cloud.things.isEmpty)
  }
}
