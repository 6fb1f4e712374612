import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("resources that get another logical ID")
struct MoveTests {
  private static func template(
    _ name: String, size: String = "5", kind: String = "x", moved: String = "{}"
  ) throws -> Template {
    try TestTemplate.make(
      """
      {"Metadata": {"Kiln::Moved": \(moved)},
       "Resources": {
        "\(name)": {"Type": "Test::Thing", "Properties": {"Size": "\(size)", "Kind": "\(kind)"}},
        "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "\(name)"}}}}}
      """)
  }

  @Test("a moved resource stays what it is, and the plan says so")
  func stays() throws {
    let world = World()
    try world.time.run {
      let before = try await world.engine.create("web", Self.template("A")).record(in: world.engine)
      let plan = try await world.engine.planUpdate("web", Self.template("New", moved: #"{"A": "New"}"#))
      #expect(plan.lines == ["= New (Test::Thing): it was called A", "Plan: 1 to rename."])
      let after = try await world.engine.run(plan).record(in: world.engine)
      #expect(after.status == .updateComplete)
      #expect(after.resources["New"]?.physicalName == before.resources["A"]?.physicalName)
      #expect(after.resources["A"] == nil)
      #expect(after.resources["B"]?.dependencies == ["New"])
      #expect(try await world.engine.planUpdate("web", Self.template("New", moved: #"{"A": "New"}"#)).isEmpty)
    }
    #expect(world.cloud.things.count == 2)
  }

  @Test("without the note of the move, it is another resource")
  func unnoted() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template("A")).result()
      let plan = try await world.engine.planUpdate("web", Self.template("New"))
      #expect(plan["New"]?.action == .create)
    }
  }

  @Test("the old name is given back over several updates that failed", arguments: [true, false])
  func backOverSeveral(byHand: Bool) throws {
    let world = World()
    @Sendable func template(_ name: String, _ moved: String) throws -> Template {
      try TestTemplate.make(
        """
        {"Metadata": {"Kiln::Moved": \(moved)},
         "Resources": {
          "\(name)": {"Type": "Test::Thing", "Properties": {"Size": "5", "Kind": "x"}},
          "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "\(name)"}}},
          "C": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "B"}}}}}
        """)
    }
    try world.time.run {
      let before = try await world.engine.create("web", Self.template("A")).record(in: world.engine)
      world.cloud.refuse("C")
      let kept = OperationOptions(onFailure: .keep)
      let first = try template("Two", #"{"A": "Two"}"#)
      _ = try? await world.engine.update("web", first, options: kept).result()
      #expect(try await world.engine.describe("web").resources["Two"] != nil)
      let second = try template("Three", #"{"Two": "Three"}"#)
      _ = try? await world.engine.update("web", second, options: byHand ? kept : OperationOptions()).result()
      if byHand {
        #expect(try await world.engine.describe("web").resources["Three"] != nil)
        _ = try await world.engine.run(world.engine.planRollback("web")).result()
      }
      let after = try await world.engine.describe("web")
      #expect(after.status == .updateRollbackComplete)
      #expect(after.resources["A"]?.physical == before.resources["A"]?.physical)
      #expect(after.resources.keys.sorted() == ["A", "B"])
    }
    #expect(world.cloud.things.count == 2)
  }

  @Test("an update that fails gives the old name back")
  func back() throws {
    let world = World()
    try world.time.run {
      let before = try await world.engine.create("web", Self.template("A")).record(in: world.engine)
      world.cloud.refuse("C")
      let next = try TestTemplate.make(
        """
        {"Metadata": {"Kiln::Moved": {"A": "New"}},
         "Resources": {
          "New": {"Type": "Test::Thing", "Properties": {"Size": "5", "Kind": "x"}},
          "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "New"}}},
          "C": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "B"}}}}}
        """)
      _ = try? await world.engine.run(world.engine.planUpdate("web", next)).result()
      let after = try await world.engine.describe("web")
      #expect(after.status == .updateRollbackComplete)
      #expect(after.resources["A"]?.physicalName == before.resources["A"]?.physicalName)
      #expect(after.resources["New"] == nil)
    }
    #expect(world.cloud.things.count == 2)
  }
}
