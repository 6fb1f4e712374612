import Ambience
import Document
import OrderedCollections
import Secrets
import Simulation
import StackEngine
import Store
import Testing

@Suite("The history of a stack")
struct HistoryTests {
  private static let text = """
    {"Parameters": {"Size": {"Type": "Number", "Default": 1}},
     "Resources": {"A": {"Type": "Test::Thing", "Properties": {"Size": {"Ref": "Size"}}},
                   "B": {"Type": "Test::Thing", "DependsOn": "A"}}}
    """
  private static let more = """
    {"Resources": {"A": {"Type": "Test::Thing", "Properties": {"Size": 7}}, "C": {"Type": "Test::Thing"}}}
    """

  @Test("each operation is told with its plan, its result, its time and how much it changed")
  func entries() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      _ = try await engine.create("web", TestTemplate.make(Self.text)).result()
      _ = try await engine.update("web", TestTemplate.make(Self.text), parameters: ["Size": 3]).result()
      world.cloud.refuse("C")
      _ = try? await engine.update("web", TestTemplate.make(Self.more)).result()
      let history = try await engine.history(of: "web")
      #expect(history.map(\.number) == [1, 2, 3])
      #expect(history.map(\.result) == ["succeeded", "succeeded", "rolled back"])
      #expect(history.map(\.plan) == ["2 create", "1 update", "1 create, 1 update, 1 delete"])
      #expect(history[0].changed == ["A", "B"])
      #expect(history[1].changed == ["A"])
      #expect(history[0].duration(until: world.ambient.now()) == .seconds(10))
      #expect(history[2].remark == "C: quota exceeded")
      #expect(history[1].fields["parameters"] == .map(["Size": 3]))
    }
  }

  @Test("a deleted stack's history is kept, and goes on under its name")
  func deleted() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      _ = try await engine.create("web", TestTemplate.make(Self.text)).result()
      _ = try await engine.delete("web").result()
      _ = try await engine.create("web", TestTemplate.make(Self.more)).result()
      #expect(
        try await engine.history(of: "web").map(\.operation.kind) == [.create, .delete, .create])
      let error = await #expect(throws: EngineError.self) { try await engine.history(of: "wep") }
      #expect(error?.hint == "did you mean web?")
    }
  }

  @Test("undoing leads to what the stack was, and undoing that leads back")
  func undo() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      _ = try await engine.create("web", TestTemplate.make(Self.text), parameters: ["Size": 2]).result()
      _ = try await engine.update("web", TestTemplate.make(Self.more)).result()
      let plan = try await engine.planUndo("web")
      #expect(plan.lines.last == "Plan: 1 to create, 1 to update, 1 to delete.")
      #expect(plan.purpose == "back to what operation 1 made")
      let stack = try await engine.run(plan).record(in: engine)
      #expect(stack.resources.keys == ["A", "B"])
      #expect(world.cloud.things.map(\.size).sorted() == [1, 2])
      #expect(try await engine.history(of: "web").last?.remark == "back to what operation 1 made")
      let back = try await engine.run(engine.planUndo("web")).record(in: engine)
      #expect(back.resources.keys.sorted() == ["A", "C"])
    }
  }

  @Test(
    "undoing leads to any operation that succeeded, also past one that failed, and makes anew what is deleted"
  )
  func undoTo() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      _ = try await engine.create("web", TestTemplate.make(Self.text)).result()
      for size in [2, 3] {
        _ = try await engine.update(
          "web", TestTemplate.make(Self.text), parameters: ["Size": .integer(Int64(size))]
        ).result()
      }
      world.cloud.refuse("C")
      _ = try? await engine.update(
        "web", TestTemplate.make(Self.more), options: OperationOptions(onFailure: .keep)
      ).result()
      #expect(try await engine.planUndo("web").purpose == "back to what operation 3 made")
      _ = try await engine.run(engine.planUndo("web", to: "1")).result()
      #expect(try await engine.describe("web").head.blueprint.parameters.values.isEmpty)
      let error = await #expect(throws: EngineError.self) { try await engine.planUndo("web", to: "4") }
      #expect(error?.message == "operation 4 of web left no state to go back to: it failed")
      await #expect(throws: EngineError.self) { try await engine.planUndo("web", to: "99") }
      _ = try await engine.delete("web").result()
      let plan = try await engine.planUndo("web")
      #expect(plan.kind == .create)
      #expect(try await engine.run(plan).result().status == .createComplete)
    }
  }

  @Test("a stack that has never been anything else can't be undone")
  func nothing() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.text)).result()
      let error = await #expect(throws: EngineError.self) { try await world.engine.planUndo("web") }
      #expect(error?.hint == "deleting it undoes its creation")
    }
  }
}
