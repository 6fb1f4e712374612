import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("A stack in a stack")
struct NestingTests {
  private static let inner = """
    heat_template_version: 2018-08-31
    parameters:
      size: {type: number}
      kind: {type: string, default: x}
    resources:
      X: {type: Test::Thing, properties: {Size: {get_param: size}, Kind: {get_param: kind}}}
      Y: {type: Test::Thing, properties: {Friend: {get_resource: X}}}
    outputs:
      friend: {value: {get_resource: X}}
    """

  private static func outer(size: Int, kind: String = "x", with other: String = "B") -> String {
    """
    heat_template_version: 2018-08-31
    resources:
      A: {type: Test::Thing, properties: {Size: 5}}
      N: {type: inner.yaml, properties: {size: \(size), kind: \(kind)}}
      \(other): {type: Test::Thing, properties: {Friend: {get_attr: [N, friend]}}}
    outputs:
      friend: {value: {get_attr: [N, friend]}}
    """
  }

  private func template(_ text: String, environment: String? = nil) throws -> Template {
    var surroundings = TemplateSurroundings(files: TemplateFiles())
    if let environment {
      surroundings.environment =
        EnvironmentReader.read(Source(name: "env.yaml", text: environment)).environment
    }
    surroundings.files?.add(Self.inner, at: "inner.yaml")
    let reading = TemplateReader.read(Source(name: "outer.yaml", text: text), in: surroundings)
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }

  /// Every physical thing belongs to exactly one resource of one stack, and nothing goes on.
  private func audit(_ world: World) async throws {
    #expect(try await world.journal.unfinishedOperations().isEmpty)
    var known: [String] = []
    for head in try await world.engine.list(includingNested: true) {
      #expect(!head.status.isInProgress, "\(head.identity.name) is \(head.status)")
      let stack = try await world.engine.describe(head.identity.name)
      #expect(stack.superseded.isEmpty)
      known += stack.resources.values.filter { $0.type == "Test::Thing" }.compactMap(\.physical?.id)
    }
    #expect(known.sorted() == world.cloud.things.map(\.id).sorted())
  }

  @Test("running out of time outside ends what goes on inside, and all of it is taken back")
  func timeout() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create(
        "web", template(Self.outer(size: 1)), options: OperationOptions(timeout: .seconds(2)))
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
      try await audit(world)
    }
    #expect(world.cloud.things.isEmpty)
    #expect(world.time.uptime < .seconds(60))
  }

  @Test(
    "a breakpoint inside, from the environment or given, holds what needs the stack outside, and is cleared by path"
  )
  func pausing() throws {
    let world = World()
    try world.time.run {
      let hooks = "{resource_registry: {resources: {N: {X: {hooks: pre-create}}, X: {hooks: post-create}}}}"
      let template = try template(Self.outer(size: 1), environment: hooks)
      var options = OperationOptions()
      options.breakpoints = [try Breakpoint("pre-*:?/Y")]
      let plan = try await world.engine.planCreate("web", template)
      let debugger = try await Debugger.start(plan, options: options, on: world.engine)
      #expect(try await debugger.pauses().map(\.path) == [["N", "X"]])
      try await debugger.goOn()
      #expect(try await debugger.pauses().map(\.path) == [["N", "Y"]])
      #expect(world.cloud.calls.contains("make B") == false)
      #expect(try await world.engine.events(of: "web").last?.logicalID == "A")
      try await world.engine.clear("web", "N/Y", at: .preCreate)
      #expect(try await debugger.operation.result().status == .createComplete)
      try await audit(world)
    }
  }

  @Test("what fails inside waits there, and is tried again there")
  func retrying() throws {
    let world = World()
    world.cloud.refuse("Y")
    try world.time.run {
      let plan = try await world.engine.planCreate("web", template(Self.outer(size: 1)))
      var options = OperationOptions()
      options.breakpoints = [try Breakpoint("pre-delete:none")]
      let debugger = try await Debugger.start(plan, options: options, on: world.engine)
      #expect(try await debugger.pauses().map(\.path) == [["N", "Y"]])
      world.cloud.heal()
      try await debugger.decide(.retry, "N/Y")
      #expect(try await debugger.operation.result().status == .createComplete)
      try await audit(world)
    }
  }

  @Test("after a crash, a cancelled creation is taken back with what goes on inside")
  func cancelledAfterCrash() throws {
    for writes in 4..<24 {
      let journal = MemoryJournal()
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: true)
      let before = World(seed: 3, journal: crashing)
      try before.time.run {
        _ = try? await before.engine.create("web", template(Self.outer(size: 1))).result()
      }
      guard crashing.hasCrashed else { return }
      let after = World(seed: 3, journal: journal, cloud: before.cloud)
      try after.time.run {
        let operations = try await after.engine.recover()
        try await after.ambient.sleep(.seconds(1))
        try? await after.engine.cancel("web")
        for operation in operations { _ = try? await operation.result() }
        await after.engine.settle()
        let status = try await after.engine.describe("web").status
        #expect(status == .rollbackComplete || status == .createComplete, "\(writes)")
        try await audit(after)
      }
    }
  }

  @Test("what is broken in it is mended in it, and what others changed in it is told and taken back")
  func upkeep() throws {
    let world = World()
    try world.time.run {
      let template = try template(Self.outer(size: 1))
      _ = try await world.engine.create("web", template).result()
      let nested = try #require(try await world.engine.describe("web").resources["N"]?.physical?.id)
      let inner = try #require(try await world.journal.stack(id: nested))
      let (x, y) = (inner.resources["X"]?.physical?.id ?? "", inner.resources["Y"]?.physical?.id ?? "")
      world.cloud.lose(y)
      await #expect(throws: EngineError.self) { try await world.engine.start(.check, on: "web").result() }
      #expect(try await world.engine.planUpdate("web", template)["N"]?.action == .update)
      _ = try await world.engine.update("web", template).result()
      #expect(try await world.engine.describe("web").resources["N"]?.physical?.id == nested)
      try await audit(world)
      world.cloud.meddle(x, size: 8)
      let drift = try await world.engine.drift(of: "web")
      #expect(drift.filter { $0.state == .modified }.map(\.logicalID) == ["N/X"])
      let plan = try await world.engine.planRevert("web")
      #expect(plan["N"]?.reason == "X is MODIFIED inside")
      _ = try await world.engine.run(plan).result()
      #expect(world.cloud.things.first { $0.id == x }?.size == 1)
      #expect(try await world.engine.drift(of: "web").allSatisfy { $0.state == .inSync })
      _ = try await world.engine.start(.suspend, on: "web").result()
      #expect(
        world.cloud.calls.filter { $0.hasPrefix("suspend") }.sorted() == [
          "suspend A", "suspend B", "suspend X", "suspend Y",
        ])
      #expect(try await world.engine.start(.resume, on: "web").result().status == .resumeComplete)
      _ = try await world.engine.delete("web").result()
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("is made, changed and deleted with the one that has it, and gives its outputs")
  func life() throws {
    let world = World()
    try world.time.run {
      let made = try await world.engine.create("web", template(Self.outer(size: 1))).result()
      #expect(made.status == .createComplete)
      #expect(world.cloud.things.count == 4)
      let friend = try #require(made.outputs["friend"]?.shown?.string)
      let heads = try await world.engine.list(includingNested: true)
      #expect(heads.count == 2)
      #expect(try await world.engine.list().map(\.identity.name) == ["web"])
      let changed = try await world.engine.update("web", template(Self.outer(size: 7))).result()
      #expect(changed.outputs["friend"]?.shown?.string == friend, "it was changed in place")
      #expect(world.cloud.things.contains { $0.id == friend && $0.size == 7 })
      try await audit(world)
      _ = try await world.engine.delete("web").result()
      #expect(world.cloud.things.isEmpty)
      #expect(try await world.engine.list(includingNested: true).isEmpty)
    }
  }

  @Test("goes back to what it was when another part of the outer stack fails")
  func rollback() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", template(Self.outer(size: 1))).result()
      let before = world.cloud.things.map(\.size)
      world.cloud.refuse("C")
      let update = try await world.engine.update("web", template(Self.outer(size: 9, with: "C")))
      await #expect(throws: EngineError.self) { try await update.result() }
      #expect(try await world.engine.describe("web").status == .updateRollbackComplete)
      #expect(world.cloud.things.map(\.size) == before)
      try await audit(world)
    }
  }

  @Test("that fails is told in the outer stack's words, and a failed creation leaves nothing")
  func failure() throws {
    let world = World()
    try world.time.run {
      world.cloud.refuse("Y")
      let operation = try await world.engine.create("web", template(Self.outer(size: 1)))
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(error?.message.contains("N: ") ?? false)
      #expect(error?.message.contains("quota exceeded") ?? false)
      #expect(world.cloud.things.isEmpty)
      try await audit(world)
    }
  }

  @Test(
    "survives a crash at any write, without orphan or duplicate", arguments: [false, true], [false, true])
  func crash(keepsLast: Bool, fails: Bool) throws {
    for writes in 0..<400 {
      let journal = MemoryJournal()
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(seed: 3, journal: crashing)
      try before.time.run {
        _ = try? await before.engine.create("web", template(Self.outer(size: 1))).result()
        if fails { before.cloud.refuse("C") }
        let goal = try template(Self.outer(size: 2, kind: "y", with: "C"))
        _ = try? await before.engine.update("web", goal).result()
      }
      let after = World(seed: 3, journal: journal, cloud: before.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try? await operation.result() }
        await after.engine.settle()
        try await audit(after)
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }
}
