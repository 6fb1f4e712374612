import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Templates
import Testing

@Suite("A stack's name")
struct RenamingTests {
  @Test("changes without anything in the cloud, and the old one is free")
  func rename() throws {
    let journal = try SQLiteJournal(path: "/tmp/kiln-rename-\(UInt64.random(in: .min ... .max)).db")
    let world = World(journal: journal)
    try world.time.run {
      let template = try TestTemplate.make(Stage.first)
      let before = try await world.engine.create("web", template).record(in: world.engine)
      try await world.engine.rename("web", to: "shop")
      let after = try await world.engine.describe("shop")
      #expect(after.resources == before.resources)
      #expect(try await world.engine.planUpdate("shop", template).isEmpty)
      #expect(try await world.engine.events(of: "shop").last?.reason == "renamed from web")
      await #expect(throws: EngineError.self) { try await world.engine.describe("web") }
      _ = try await world.engine.create("web", template).record(in: world.engine)
      _ = try await world.engine.delete("shop").result()
      #expect(try await world.engine.list().map(\.identity.name) == ["web"])
    }
    #expect(world.cloud.things.count == 2)
  }

  @Test("can't be one that is taken or none, and not while something goes on")
  func refusals() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Stage.first)
      try await world.create()
      _ = try await world.engine.create("other", template).result()
      for (name, code) in [("other", EngineError.Code.stackExists), ("1", .badStackName)] {
        let error = await #expect(throws: EngineError.self) {
          try await world.engine.rename("web", to: name)
        }
        #expect(error?.code == code)
      }
      let operation = try await world.engine.update("web", TestTemplate.make(Stage.second))
      try await world.ambient.sleep(.seconds(1))
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.rename("web", to: "shop")
      }
      #expect(error?.code == .operationInProgress)
      _ = try await operation.result()
    }
  }

  @Test(
    "goes to one of two engines that want it at once; the other is told, and has made nothing",
    arguments: 1..<41)
  func race(seed: Int) throws {
    let world = World(seed: UInt64(seed))
    let other = world.anotherEngine()
    try world.time.run { try await Self.race(world, other) }
  }

  @Test(
    "of a creation that was rolled back goes to one of two engines that want it at once", arguments: 1..<41)
  func raceAnew(seed: Int) throws {
    let world = World(seed: UInt64(seed))
    let other = world.anotherEngine()
    world.cloud.refuse("B")
    try world.time.run {
      _ = try? await world.engine.create("shop", TestTemplate.make(Stage.first)).result()
      #expect(try await world.engine.describe("shop").status == .rollbackComplete)
      world.cloud.heal()
      try await Self.race(world, other)
    }
  }

  private static func race(_ world: World, _ other: Engine) async throws {
    let template = try TestTemplate.make(Stage.first)
    let engines = [world.engine, other]
    var plans: [Plan] = []
    for engine in engines { plans.append(try await engine.planCreate("shop", template)) }
    let outcomes = await withTaskGroup(of: EngineError.Code?.self) { [plans] group in
      for (engine, plan) in zip(engines, plans) {
        group.addTask {
          do {
            _ = try await engine.run(plan).result()
            return nil
          } catch {
            return (error as? EngineError)?.code
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(outcomes.contains(nil))
    #expect(outcomes.contains(.stackExists) || outcomes.contains(.operationInProgress))
    #expect(try await world.engine.describe("shop").status == .createComplete)
    #expect(try await world.journal.unfinishedOperations().isEmpty)
    #expect(world.cloud.things.count == 2)
    #expect(try await world.engine.list().count == 1)
  }
}
