import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("Steps that need no waiting")
struct InstantTests {
  /// Ten nothings in a row, then a thing, then ten more.
  private static func chain(_ value: String = "v", bad: Int? = nil) -> String {
    var resources: [String] = []
    for index in 0..<21 {
      let need = index == 0 ? "" : #", "DependsOn": "R\#(index - 1)""#
      let text = index == bad ? "bad" : value
      resources.append(
        index == 10
          ? #""R10": {"Type": "Test::Thing"\#(need)}"#
          : #""R\#(index)": {"Type": "Test::Nothing", "Properties": {"Value": "\#(text)"}\#(need)}"#)
    }
    return "{\"Resources\": {\(resources.joined(separator: ","))}}"
  }

  @Test("are kept in few writes, and told like all others")
  func writes() throws {
    let journal = CrashingJournal(MemoryJournal())
    let world = World(journal: journal)
    try world.time.run {
      let stack = try await world.engine.create("web", TestTemplate.make(Self.chain())).record(
        in: world.engine)
      #expect(stack.resources.values.allSatisfy { $0.status == .createComplete })
      #expect(journal.writes < 12)
      let events = try await world.journal.events(of: stack.identity.id, since: 0, limit: .max)
      let told = events.filter { $0.logicalID == "R3" }.map(\.status)
      #expect(told == ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"])
      let order = events.filter { $0.status == "CREATE_COMPLETE" }.compactMap(\.logicalID)
      #expect(order == (0..<21).map { "R\($0)" })

      let changed = try await world.engine.update("web", TestTemplate.make(Self.chain("w"))).record(
        in: world.engine)
      #expect(changed.resources["R20"]?.physical?.notes["value"] == "w")
      #expect(changed.resources["R20"]?.physicalName == stack.resources["R20"]?.physicalName)

      let before = journal.writes
      _ = try await world.engine.delete("web").result()
      #expect(journal.writes - before < 12)
      let gone = try await world.journal.events(of: stack.identity.id, since: 0, limit: .max)
      #expect(gone.filter { $0.status == "DELETE_COMPLETE" }.count == 22)
      #expect(world.cloud.things.isEmpty)
    }
  }

  @Test("fail as all others do, and what was made goes back")
  func failure() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.chain(bad: 15)))
      await #expect(throws: EngineError.self) { try await operation.result() }
      let stack = try #require(try await world.journal.stack(named: "web"))
      #expect(stack.status == .rollbackComplete)
      #expect(stack.head.reason.contains("R15: it is bad"))
      #expect(stack.resources.isEmpty)
      #expect(world.cloud.things.isEmpty)
    }
  }

  @Test("stop where a hook stops them")
  func hook() throws {
    let world = World(hooks: RefusingHooks(logicalID: "R5"))
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.chain()))
      await #expect(throws: EngineError.self) { try await operation.result() }
      let stack = try #require(try await world.journal.stack(named: "web"))
      #expect(stack.head.reason.contains("R5"))
    }
  }

  @Test("end with the operation's time")
  func time() throws {
    let world = World()
    try world.time.run {
      var options = OperationOptions()
      options.timeout = .seconds(2)
      let plan = try await world.engine.planCreate("web", TestTemplate.make(Self.chain()))
      await #expect(throws: EngineError.self) { try await world.engine.run(plan, options: options).result() }
      #expect(world.cloud.things.isEmpty)
    }
  }

  @Test("are made once however often the process dies", arguments: [false, true])
  func crashes(keepsLast: Bool) throws {
    for writes in 0..<60 {
      let journal = MemoryJournal()
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(journal: crashing)
      try before.time.run {
        _ = try? await before.engine.create("web", TestTemplate.make(Self.chain())).result()
        _ = try? await before.engine.update("web", TestTemplate.make(Self.chain("w"))).result()
        _ = try? await before.engine.delete("web").result()
      }
      let after = World(journal: journal, cloud: before.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try? await operation.result() }
        let stack = await journal.stack(named: "web")
        let things = stack?.resources.values.filter { $0.type == "Test::Thing" }.compactMap(\.physical?.id)
        #expect((things ?? []) == after.cloud.things.map(\.id), "\(writes)")
        if let stack {
          #expect(!stack.status.isInProgress)
          #expect(stack.resources.count == 21, "\(writes)")
        }
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }

  private struct RefusingHooks: StepHooks {
    let logicalID: String
    func verdict(at moment: PausePoint.Moment, of step: StepContext) async throws -> StepVerdict {
      if step.logicalID == logicalID { throw EngineError(.refused, "no") }
      return .goOn
    }
  }
}
