import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("What is asked and told of a stack as it is")
struct VisitTests {
  private static let two = LifeCycleTests.two

  @Test("a check finds what is gone, and an update makes it again")
  func checkAndMend() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      let sound = try await world.engine.start(.check, on: "web").record(in: world.engine)
      #expect(sound.status == .checkComplete)
      #expect(sound.resources["A"]?.status == .checkComplete)
      world.cloud.lose("t-1")
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.start(.check, on: "web").result()
      }
      #expect(error?.message == "web: A: it is gone from the cloud")
      #expect(try await world.engine.describe("web").status == .checkFailed)
      #expect(try await world.engine.describe("web").resources["B"]?.status == .checkComplete)
      let plan = try await world.engine.planUpdate("web", template)
      #expect(plan["A"]?.action == .replace)
      #expect(plan["A"]?.reason == "it is gone from the cloud")
      let mended = try await world.engine.run(plan).result()
      #expect(mended.status == .updateComplete)
      #expect(world.cloud.things.count == 2)
    }
  }

  @Test("what a check can't ask for is told in the stack's reason")
  func unchecked() throws {
    let world = World()
    try world.time.run {
      let text = #"{"Resources": {"N": {"Type": "Test::Nothing"}, "A": {"Type": "Test::Thing"}}}"#
      _ = try await world.engine.create("web", TestTemplate.make(text)).result()
      let checked = try await world.engine.start(.check, on: "web").record(in: world.engine)
      #expect(checked.head.reason == "not checked, as their types can't be: N")
      #expect(checked.resources["N"]?.status == .createComplete)
    }
  }

  @Test("a resource that is marked as unhealthy is replaced by the next update, once")
  func mark() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      let old = try await world.engine.planUpdate("web", template)
      try await world.engine.mark("B", of: "web", unhealthy: "it smells")
      #expect(try await world.engine.describe("web").head.reason == "B: it smells")
      let error = await #expect(throws: EngineError.self) { try await world.engine.run(old) }
      #expect(error?.code == .planOutdated)
      _ = try await world.engine.update("web", template).result()
      #expect(world.cloud.things.map(\.id) == ["t-1", "t-3"])
      #expect(try await world.engine.planUpdate("web", template).isEmpty)
      try await world.engine.mark("B", of: "web", unhealthy: "again")
      try await world.engine.mark("B", of: "web", unhealthy: nil)
      #expect(try await world.engine.describe("web").status == .checkComplete)
      #expect(try await world.engine.planUpdate("web", template).isEmpty)
    }
  }

  @Test(
    "suspending goes against the dependencies, resuming along them, and between them only deletion is left")
  func suspendAndResume() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      let asleep = try await world.engine.start(.suspend, on: "web").record(in: world.engine)
      #expect(asleep.status == .suspendComplete)
      #expect(asleep.resources["A"]?.status == .suspendComplete)
      for body in [
        { _ = try await world.engine.planUpdate("web", template) },
        { _ = try await world.engine.start(.check, on: "web") },
        { _ = try await world.engine.perform(.softReboot, on: "A", of: "web", reason: "") },
        { _ = try await world.engine.planReplace("A", of: "web", reason: "") },
      ] as [() async throws -> Void] {
        let error = await #expect(throws: EngineError.self) { try await body() }
        #expect(error?.code == .suspended)
      }
      let awake = try await world.engine.start(.resume, on: "web").result()
      #expect(awake.status == .resumeComplete)
      #expect(world.cloud.calls.suffix(4) == ["suspend B", "suspend A", "resume A", "resume B"])
      #expect(try await world.engine.planUpdate("web", template).isEmpty)
      let error = await #expect(throws: EngineError.self) { try await world.engine.start(.resume, on: "web") }
      #expect(error?.code == .suspended)
      _ = try await world.engine.start(.suspend, on: "web").result()
      _ = try await world.engine.delete("web").result()
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("one that can't be suspended keeps no other awake, and resuming brings all back")
  func partOfASuspension() throws {
    let world = World()
    world.cloud.refuse("zB")
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      await #expect(throws: EngineError.self) { try await world.engine.start(.suspend, on: "web").result() }
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .suspendFailed)
      #expect(stack.resources["A"]?.status == .suspendComplete)
      #expect(stack.resources["B"]?.status == .suspendFailed)
      world.cloud.accept("zB")
      #expect(try await world.engine.start(.resume, on: "web").result().status == .resumeComplete)
    }
  }

  @Test("a protected stack isn't deleted until the protection is taken away")
  func protection() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      try await world.engine.protect("web")
      let error = await #expect(throws: EngineError.self) { try await world.engine.delete("web") }
      #expect(error?.code == .protected)
      try await world.engine.protect("web", false)
      _ = try await world.engine.delete("web").result()
    }
  }
}
