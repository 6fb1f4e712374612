import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("A breakpoint")
struct PausingTests {
  /// `B` needs `A`; `C` needs nothing.
  private static let three = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
      "C": {"Type": "Test::Thing"}}}
    """

  private static func options(
    _ breakpoints: String..., policy: OperationOptions.FailurePolicy = .rollback, timeout: Duration? = nil,
    pausesAtFailure: Bool = false
  ) throws -> OperationOptions {
    var options = OperationOptions(onFailure: policy, timeout: timeout)
    options.breakpoints = try breakpoints.map { try Breakpoint($0) }
    options.pausesAtFailure = pausesAtFailure
    return options
  }

  private static func create(
    _ world: World, _ options: OperationOptions, _ text: String = three
  ) async throws -> StackEngine.Operation {
    let operation = try await world.engine.create("web", TestTemplate.make(text), options: options)
    try await world.ambient.sleep(.seconds(30))
    return operation
  }

  @Test("holds a step and what needs it, tells so as Heat does, and lets the others go on")
  func pause() throws {
    let world = World()
    try world.time.run {
      let operation = try await Self.create(world, Self.options("pre-create:A"))
      #expect(world.cloud.calls == ["make C"])
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .createInProgress)
      #expect(stack.resources.keys == ["C"])
      let waiting = try await world.engine.pauses(of: "web")
      #expect(waiting.map(\.pause.point.moment) == [.preCreate])
      #expect(waiting.map(\.path) == [["A"]])
      let told = try await world.engine.events(of: "web").filter { $0.logicalID == "A" }
      #expect(told.map(\.status) == ["CREATE_IN_PROGRESS"])
      #expect(told.map(\.reason) == ["CREATE paused until Hook pre-create is cleared"])

      try await world.engine.clear("web", "A")
      #expect(try await operation.result().status == .createComplete)
      #expect(try await world.engine.pauses(of: "web").isEmpty)
      let cleared = try await world.engine.events(of: "web").filter { $0.logicalID == "A" }
      #expect(cleared.map(\.reason)[1] == "Hook pre-create is cleared")
    }
    #expect(world.cloud.calls == ["make C", "make A", "make B"])
  }

  @Test("after a step holds it while it is in progress, with all that it has made")
  func after() throws {
    let world = World()
    try world.time.run {
      let operation = try await Self.create(world, Self.options("post-create:[AB]", "post-*:A"))
      #expect(world.cloud.calls == ["make A", "make C"])
      #expect(try await world.engine.describe("web").resources["A"]?.status == .createInProgress)
      try await world.engine.clear("web", "A", at: .postCreate)
      #expect(try await operation.result().status == .createComplete)
    }
  }

  @Test("holds updates, replacements and deletions, of what is replaced too")
  func changes() throws {
    let world = World()
    try world.time.run {
      try await world.create()
      var options = OperationOptions()
      options.breakpoints = [
        try Breakpoint("pre-update:*"), try Breakpoint("post-update:A"), try Breakpoint("pre-delete:*"),
      ]
      let text = Stage.first.replacing("\"Size\": 5", with: "\"Size\": 6, \"Kind\": \"x\"")
      let operation = try await world.engine.update("web", TestTemplate.make(text), options: options)
      var seen: [String] = []
      while !operation.isOver {
        try await world.ambient.sleep(.seconds(20))
        for waiting in try await world.engine.pauses(of: "web") {
          seen.append("\(waiting.pause.point.moment.rawValue) \(waiting.pause.logicalID)")
          try await world.engine.decide(waiting, .goOn)
        }
      }
      #expect(seen == ["pre-update A", "post-update A", "pre-update B", "pre-delete A"])
      #expect(try await operation.result().status == .updateComplete)

      let deletion = try await world.engine.delete("web", options: options)
      try await world.ambient.sleep(.seconds(20))
      #expect(try await world.engine.pauses(of: "web").map(\.path) == [["B"]])
      #expect(world.cloud.things.count == 2)
      try await world.engine.clear("web", "B")
      try await world.ambient.sleep(.seconds(20))
      try await world.engine.clear("web", "A")
      #expect(try await deletion.result().status == .deleteComplete)
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("is cleared from another process")
  func elsewhere() throws {
    let world = World()
    try world.time.run {
      let operation = try await Self.create(world, Self.options("pre-create:*"))
      let other = world.anotherEngine()
      #expect(try await other.pauses(of: "web").map(\.path) == [["A"], ["C"]])
      for id in ["A", "C"] { try await other.clear("web", id) }
      try await world.ambient.sleep(.seconds(10))
      try await other.clear("web", "B")
      #expect(try await operation.result().status == .createComplete)
    }
  }

  @Test(
    "outlives the process at any write: what waits waits on, what is cleared stays cleared",
    arguments: ["pre-create", "post-create"])
  func crash(moment: String) throws {
    for writes in 1..<200 {
      let journal = MemoryJournal()
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: writes % 2 == 0)
      let before = World(journal: crashing)
      try before.time.run {
        let operation = try await Self.create(before, Self.options("\(moment):A", "\(moment):B"))
        try? await before.engine.clear("web", "A")
        try await before.ambient.sleep(.seconds(30))
        try? await before.engine.clear("web", "B")
        if !crashing.hasCrashed { _ = try? await operation.result() }
      }
      let after = World(journal: journal, cloud: before.cloud)
      try after.time.run {
        await journal.forget(before.engine.holder)
        let cleared = try await after.engine.events(of: "web").filter { $0.reason.hasPrefix("Hook ") }
        let operations = try await after.engine.recover()
        var waited: [String] = []
        for _ in 0..<3 {
          try await after.ambient.sleep(.seconds(40))
          for waiting in try await after.engine.pauses(of: "web") {
            waited.append(waiting.pause.logicalID)
            try await after.engine.decide(waiting, .goOn)
          }
        }
        #expect(Set(waited).isDisjoint(with: cleared.compactMap(\.logicalID)), "after \(writes) writes")
        for operation in operations { #expect(try await operation.result().status == .createComplete) }
      }
      #expect(after.cloud.things.count == 3, "after \(writes) writes")
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }

  @Test("doesn't keep the operation from being cancelled, timed out or superseded", arguments: 0..<3)
  func ending(way: Int) throws {
    let world = World()
    try world.time.run {
      let options = try Self.options("pre-create:A", timeout: way == 1 ? .seconds(60) : nil)
      let operation = try await Self.create(world, options)
      switch way {
      case 0: try await world.engine.cancel("web")
      case 1: break
      default: try await world.engine.takeOver("web")
      }
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.pauses(of: "web").isEmpty)
      let status = try await world.engine.describe("web").status
      #expect(status == (way == 2 ? .createFailed : .rollbackComplete), "\(error?.message ?? "")")
    }
    #expect(world.cloud.calls.contains("make A") == false)
    #expect(world.time.uptime < .seconds(120))
  }

  @Test("doesn't keep the failure of another step from being seen to")
  func failure() throws {
    let world = World()
    world.cloud.refuse("C")
    try world.time.run {
      let operation = try await Self.create(world, Self.options("pre-create:A", "post-create:A"))
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
    }
    #expect(world.cloud.calls == ["make C"])
  }

  @Test("can be left by skipping the resource, unless another needs it, or by failing")
  func skip() throws {
    let world = World()
    try world.time.run {
      let operation = try await Self.create(world, Self.options("pre-create:*"))
      let needed = await #expect(throws: EngineError.self) {
        try await world.engine.clear("web", "A", at: .preCreate, .skip)
      }
      #expect(needed?.code == .needsSkipped)
      let wrong = await #expect(throws: EngineError.self) { try await world.engine.clear("web", "A", .retry) }
      #expect(wrong?.code == .wrongDecision)
      let absent = await #expect(throws: EngineError.self) { try await world.engine.clear("web", "B") }
      #expect(absent?.hint == "what waits: A (pre-create), C (pre-create)")
      try await world.engine.clear("web", "C", .skip)
      try await world.engine.clear("web", "A")
      try await world.ambient.sleep(.seconds(10))
      try await world.engine.clear("web", "B", .skip)
      let stack = try await operation.record(in: world.engine)
      #expect(stack.status == .createComplete)
      #expect(stack.head.reason == "left as it was: B, C")
      #expect(stack.resources.keys == ["A"])

      let update = try await world.engine.update(
        "web", TestTemplate.make(Self.three), options: Self.options("pre-create:*", policy: .keep))
      try await world.ambient.sleep(.seconds(10))
      try await world.engine.clear("web", "C", .fail)
      let error = await #expect(throws: EngineError.self) { try await update.result() }
      #expect(error?.message.contains("C: it was given up where it waited, at pre-create") ?? false)
      #expect(try await world.engine.describe("web").status == .updateFailed)
    }
  }

  @Test("can be skipped where a deletion or an update waits, which leaves what is there")
  func skipChanges() throws {
    let world = World()
    try world.time.run {
      try await world.create()
      let text = Stage.first.replacing("\"Size\": 5", with: "\"Size\": 6")
      let update = try await world.engine.update(
        "web", TestTemplate.make(text), options: Self.options("pre-update:A"))
      try await world.ambient.sleep(.seconds(10))
      try await world.engine.clear("web", "A", .skip)
      #expect(try await update.record(in: world.engine).head.reason == "left as it was: A")
      #expect(world.cloud.things.map(\.size) == [5, 1])
      let deletion = try await world.engine.delete("web", options: Self.options("pre-delete:A"))
      try await world.ambient.sleep(.seconds(20))
      try await world.engine.clear("web", "A", .skip)
      #expect(try await deletion.result().status == .deleteComplete)
    }
    #expect(world.cloud.things.map(\.id) == ["t-1"])
  }

  @Test("can be set and taken away while the operation runs, from any process")
  func setting() throws {
    let world = World()
    try world.time.run {
      let operation = try await Self.create(world, Self.options("pre-create:A"))
      try await world.anotherEngine().setBreakpoints([Breakpoint("post-create:B")], of: "web")
      try await world.ambient.sleep(.seconds(2))
      try await world.engine.clear("web", "A")
      try await world.ambient.sleep(.seconds(20))
      #expect(try await world.engine.pauses(of: "web").map(\.path) == [["B"]])
      try await world.engine.setBreakpoints([], of: "web")
      try await world.engine.clear("web", "B")
      _ = try await operation.result()
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.setBreakpoints([], of: "web")
      }
      #expect(error?.code == .noOperation)
    }
  }

  @Test("says what is wrong with it", arguments: ["pre-creat:A", "A", "pre-create:", "failure:A"])
  func faults(text: String) {
    let error = #expect(throws: EngineError.self) { try Breakpoint(text) }
    #expect(error?.code == .badBreakpoint)
    #expect(error?.hint != nil)
  }

  // MARK: - Failures

  @Test("a step that has failed waits where that is wanted, and is tried again")
  func retry() throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      let operation = try await Self.create(world, Self.options(pausesAtFailure: true))
      let waiting = try await world.engine.pauses(of: "web")
      #expect(waiting.map(\.pause.point.moment) == [.failure])
      #expect(waiting.map(\.pause.reason) == ["quota exceeded"])
      #expect(waiting.first?.pause.choices == [.retry, .skip, .fail])
      try await world.engine.clear("web", "B")
      try await world.ambient.sleep(.seconds(30))
      #expect(try await world.engine.pauses(of: "web").map(\.pause.number) == [2])
      world.cloud.heal()
      try await world.engine.clear("web", "B", .retry)
      let stack = try await operation.record(in: world.engine)
      #expect(stack.status == .createComplete)
      #expect(stack.superseded.isEmpty)
    }
    #expect(world.cloud.things.count == 3)
  }

  @Test("a failure is skipped, or given up with the reason that it had", arguments: [true, false])
  func giveUp(isSkipped: Bool) throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      let operation = try await Self.create(world, Self.options(pausesAtFailure: true))
      try await world.engine.clear("web", "B", isSkipped ? .skip : .fail)
      if isSkipped {
        #expect(try await operation.record(in: world.engine).head.reason == "left as it was: B")
      } else {
        let error = await #expect(throws: EngineError.self) { try await operation.result() }
        #expect(error?.message.contains("B: quota exceeded") ?? false)
      }
    }
    #expect(world.cloud.things.count == (isSkipped ? 2 : 0))
  }

  @Test("a deletion that fails waits too")
  func deletion() throws {
    let world = World()
    try world.time.run {
      try await world.create()
      world.cloud.refuse("-B")
      let operation = try await world.engine.delete("web", options: Self.options(pausesAtFailure: true))
      try await world.ambient.sleep(.seconds(10))
      #expect(try await world.engine.pauses(of: "web").map(\.path) == [["B"]])
      world.cloud.heal()
      try await world.engine.clear("web", "B")
      #expect(try await operation.result().status == .deleteComplete)
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("a failure that waits outlives the process, and isn't tried again unasked", arguments: [true, false])
  func crashAtFailure(isSkipped: Bool) throws {
    let journal = MemoryJournal()
    let before = World(journal: journal)
    before.cloud.refuse("B")
    try before.time.run {
      _ = try await Self.create(before, Self.options(pausesAtFailure: true))
      #expect(try await before.engine.pauses(of: "web").count == 1)
    }
    before.cloud.heal()
    let after = World(journal: journal, cloud: before.cloud)
    try after.time.run {
      await journal.forget(before.engine.holder)
      let operations = try await after.engine.recover()
      try await after.ambient.sleep(.seconds(60))
      #expect(after.cloud.calls.filter { $0 == "make B" }.count == 1)
      try await after.engine.clear("web", "B", isSkipped ? .skip : .retry)
      for operation in operations { #expect(try await operation.result().status == .createComplete) }
    }
    #expect(after.cloud.things.count == (isSkipped ? 2 : 3))
  }
}
