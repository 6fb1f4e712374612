import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("A creation policy")
struct CreationPolicyTests {
  private static func template(_ policy: String, size: Int = 1) -> String {
    """
    {"Resources": {
      "Web": {"Type": "Test::Thing", "Properties": {"Size": \(size)}, "CreationPolicy": \(policy)},
      "After": {"Type": "Test::Thing", "DependsOn": "Web"}}}
    """
  }

  private static let two = #"{"ResourceSignal": {"Count": 2, "Timeout": "PT10M"}}"#

  private static func signal(_ world: World, _ id: String, isSuccess: Bool = true) async throws {
    try await world.ambient.sleep(.seconds(60))
    try await world.engine.signal(
      "web", "Web", Signal(id: id, isSuccess: isSuccess, reason: "full", data: ""))
  }

  @Test("holds a resource up until enough guests have signalled, each once")
  func waits() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.template(Self.two)))
      try await Self.signal(world, "a")
      try await Self.signal(world, "a")
      #expect(try await world.engine.describe("web").resources["Web"]?.status == .createInProgress)
      #expect(!world.cloud.calls.contains("make After"))
      try await Self.signal(world, "b")
      #expect(try await operation.result().status == .createComplete)
      #expect(try await world.engine.events(of: "web").contains { $0.reason == "waits for 2 of 2 signals" })
    }
  }

  @Test("lets the creation fail when the signals don't come in time, or when a guest says that it failed")
  func fails() throws {
    for (isTooLate, reason) in [(true, "1 of 2 signals of success came within 600 s"), (false, "full")] {
      let world = World()
      try world.time.run {
        let operation = try await world.engine.create("web", TestTemplate.make(Self.template(Self.two)))
        try await Self.signal(world, "a")
        if !isTooLate { try await Self.signal(world, "b", isSuccess: false) }
        await #expect(throws: EngineError.self) { try await operation.result() }
        let stack = try await world.engine.describe("web")
        #expect(stack.status == .rollbackComplete)
        #expect(stack.head.reason.contains(reason))
      }
      #expect(world.cloud.things.isEmpty)
    }
  }

  @Test("bears as many failures as its percentage says")
  func percentage() throws {
    let world = World()
    let policy = """
      {"ResourceSignal": {"Count": 4}, "AutoScalingCreationPolicy": {"MinSuccessfulInstancesPercent": 50}}
      """
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.template(policy)))
      for (id, isSuccess) in [("a", false), ("b", true), ("c", false), ("d", true)] {
        try await Self.signal(world, id, isSuccess: isSuccess)
      }
      #expect(try await operation.result().status == .createComplete)
    }
  }

  @Test("goes on waiting in another process, with the signals that have come")
  func crash() throws {
    let world = World(journal: CrashingJournal(MemoryJournal(), writes: 6, keepsLast: true))
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.template(Self.two)))
      await #expect(throws: (any Error).self) {
        for id in ["a", "b", "c"] { try await Self.signal(world, id) }
        _ = try await operation.result()
      }
    }
    let inner = try #require((world.journal as? CrashingJournal)?.inner)
    let next = World(journal: inner, cloud: world.cloud)
    try next.time.run {
      let taken = try await next.engine.recover()
      try await next.ambient.sleep(.seconds(30))
      #expect(taken.count == 1)
      for id in ["a", "b"] { try await Self.signal(next, id) }
      #expect(try await taken.first?.result().status == .createComplete)
    }
    #expect(world.cloud.things.count == 2)
  }

  @Test("doesn't take what came for a resource before as signals of its replacement")
  func replacement() throws {
    let world = World()
    try world.time.run {
      let first = try await world.engine.create("web", TestTemplate.make(Self.template(Self.two)))
      for id in ["a", "b"] { try await Self.signal(world, id) }
      _ = try await first.result()
      let second = try await world.engine.replace("Web", of: "web", reason: "by hand")
      try await Self.signal(world, "c")
      #expect(!second.isOver)
      try await Self.signal(world, "d")
      #expect(try await second.result().status == .updateComplete)
    }
  }

  @Test(
    "that can't be read says so",
    arguments: [
      (#"{"ResourceSignal": {"Timeout": "15 minutes"}}"#, "Timeout is an ISO 8601 duration such as PT15M"),
      (#"{"ResourceSignal": {"Count": "many"}}"#, "Count is a number from 0 to 100000"),
    ])
  func unreadable(policy: String, message: String) throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.template(policy)))
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").head.reason.contains(message))
    }
    #expect(world.cloud.things.isEmpty)
  }
}
