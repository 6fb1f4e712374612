import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Templates
import Testing

@Suite("What a stack uses of others")
struct UsesTests {
  private static func net(_ size: String, export: String = "net-address", output: String = "Address")
    -> String
  {
    """
    {"Resources": {"A": {"Type": "Test::Thing", "Properties": {"Kind": "\(size)"}}},
     "Outputs": {"\(output)": {"Value": "\(size).example", "Export": {"Name": "\(export)"}}}}
    """
  }

  private static let user = """
    {"Resources": {"B": {"Type": "Test::Thing", "Properties": {"Friend": {"Fn::ImportValue": "net-address"}}}}}
    """

  private static func world() throws -> World {
    let journal = try SQLiteJournal(path: "/tmp/kiln-uses-\(UInt64.random(in: .min ... .max)).db")
    let world = World(journal: journal)
    try world.time.run {
      _ = try await world.engine.create("net", TestTemplate.make(net("one"))).result()
      _ = try await world.engine.create("web", TestTemplate.make(user)).result()
    }
    return world
  }

  @Test("is told by a plan that changes it, and isn't locked")
  func change() throws {
    let world = try Self.world()
    try world.time.run {
      let plan = try await world.engine.planUpdate("net", TestTemplate.make(Self.net("two")))
      #expect(plan.lines.last == "Note: the export net-address changes, which web uses.")
      #expect(try await world.engine.run(plan).result().status == .updateComplete)
      #expect(try await world.engine.describe("web").resources["B"]?.properties["Friend"] == "one.example")
      _ = try await world.engine.update("web", TestTemplate.make(Self.user)).result()
      #expect(try await world.engine.describe("web").resources["B"]?.properties["Friend"] == "two.example")
    }
  }

  @Test("is told by a plan that takes it away, whole stack or only its name")
  func removal() throws {
    let world = try Self.world()
    try world.time.run {
      let gone = "Note: the export net-address goes away, which web uses."
      #expect(try await world.engine.planDelete("net").lines.last == gone)
      let renamed = try TestTemplate.make(Self.net("one", export: "other"))
      #expect(try await world.engine.planUpdate("net", renamed).lines.last == gone)
      let same = try await world.engine.planUpdate("net", TestTemplate.make(Self.net("one", output: "Other")))
      #expect(same.notices.isEmpty)
      #expect(try await world.engine.delete("net").result().status == .deleteComplete)
      #expect(try await world.engine.describe("web").status == .createComplete)
      #expect(try await world.engine.planDelete("web").notices.isEmpty)
    }
  }
}
