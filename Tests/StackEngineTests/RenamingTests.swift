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
      let before = try await world.engine.create("web", template).result()
      try await world.engine.rename("web", to: "shop")
      let after = try await world.engine.describe("shop")
      #expect(after.resources == before.resources)
      #expect(try await world.engine.planUpdate("shop", template).isEmpty)
      #expect(try await world.engine.events(of: "shop").last?.reason == "renamed from web")
      await #expect(throws: EngineError.self) { try await world.engine.describe("web") }
      _ = try await world.engine.create("web", template).result()
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
}
