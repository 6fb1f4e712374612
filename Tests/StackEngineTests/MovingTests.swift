import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Templates
import Testing

@Suite("Resources that move to another stack")
struct MovingTests {
  /// `net` has `A` and `B`, which uses it; `web` has `C`.
  private static func world() throws -> World {
    let journal = try SQLiteJournal(path: "/tmp/kiln-move-\(UInt64.random(in: .min ... .max)).db")
    let world = World(journal: journal)
    try world.time.run {
      _ = try await world.engine.create("net", TestTemplate.make(Stage.first)).result()
      _ = try await world.engine.create("web", TestTemplate.make(other)).result()
    }
    return world
  }

  private static let other = #"{"Resources": {"C": {"Type": "Test::Thing"}}}"#
  private static let otherWithMoved = """
    {"Resources": {
      "C": {"Type": "Test::Thing"},
      "Root": {"Type": "Test::Thing", "Properties": {"Size": 5}}},
     "Outputs": {"Root": {"Value": {"Ref": "Root"}, "Export": {"Name": "root"}}}}
    """
  private static let rest = """
    {"Resources": {"B": {"Type": "Test::Thing", "Properties": {"Friend": {"Fn::ImportValue": "root"}}}}}
    """

  @Test("stay what they are, and what stays behind finds them by an output")
  func move() throws {
    let world = try Self.world()
    let calls = world.cloud.calls
    try world.time.run {
      let templates = (
        source: try TestTemplate.make(Self.rest), target: try TestTemplate.make(Self.otherWithMoved)
      )
      let old = try #require(try await world.engine.describe("net").resources["A"])
      let plan = try await world.engine.planMove(["A": "Root"], from: "net", to: "web", templates: templates)
      #expect(
        plan.lines == ["> net/A becomes web/Root", "Plan: 1 to move; nothing changes in the cloud."])
      try await world.engine.run(plan)
      let (net, web) = (try await world.engine.describe("net"), try await world.engine.describe("web"))
      #expect(net.resources.keys == ["B"])
      #expect(net.resources["B"]?.dependencies == [])
      #expect(net.head.uses == [Use(name: "root")])
      #expect(web.resources["Root"]?.physical == old.physical)
      #expect(web.outputs["Root"]?.shown == "t-1")
      #expect(try await world.engine.planUpdate("net", templates.source).isEmpty)
      #expect(try await world.engine.planUpdate("web", templates.target).isEmpty)
      #expect(
        try await world.engine.events(of: "web").contains { $0.reason.hasPrefix("moved here from net") })
      let again = await #expect(throws: EngineError.self) { try await world.engine.run(plan) }
      #expect(again?.code == .planOutdated)
      #expect(world.cloud.calls == calls)
      _ = try await world.engine.delete("web").result()
    }
    #expect(world.cloud.things.map(\.id) == ["t-2"])
  }

  @Test("don't move when more than that would come of it, and all stays as it was")
  func more() throws {
    let world = try Self.world()
    try world.time.run {
      let bigger = try TestTemplate.make(Self.otherWithMoved.replacing("\"Size\": 5", with: "\"Size\": 6"))
      let source = try TestTemplate.make(Self.rest)
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.planMove(["A": "Root"], from: "net", to: "web", templates: (source, bigger))
      }
      #expect(error?.code == .notMovable)
      #expect(error?.message.contains("web/Root: update") ?? false)
      let unknown = await #expect(throws: EngineError.self) {
        try await world.engine.planMove(["X": "Root"], from: "net", to: "web", templates: (source, bigger))
      }
      #expect(unknown?.code == .noSuchResource)
      let taken = await #expect(throws: EngineError.self) {
        try await world.engine.planMove(["A": "C"], from: "net", to: "web", templates: (source, bigger))
      }
      #expect(taken?.code == .notMovable)
      #expect(try await world.engine.describe("net").resources.count == 2)
    }
  }
}
