import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("A replacement takes along what its strategy says")
struct StrategyTests {
  /// B can follow another A in place, C can't, and D has nothing to do with it.
  private static let four = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
      "C": {"Type": "Test::Thing", "Properties": {"Peer": {"Ref": "B"}}},
      "D": {"Type": "Test::Thing", "Properties": {"Size": 7}}}}
    """

  /// What replacing some resources replaces, and what it calls the cloud for.
  private static func replace(_ ids: [String], withDependants: Bool) throws -> (Set<String>, [String]) {
    let world = World()
    return try world.time.run {
      let before = try await world.engine.create("web", TestTemplate.make(four)).record(in: world.engine)
      let foretold = try await world.engine.replaced(by: ids, withDependants: withDependants, in: "web")
      let made = world.cloud.calls.count
      let after = try await world.engine.replace(
        ids, withDependants: withDependants, of: "web", reason: "no answer"
      ).record(in: world.engine)
      let replaced = after.resources.values.filter {
        $0.physical?.id != before.resources[$0.logicalID]?.physical?.id
      }
      #expect(Set(replaced.map(\.logicalID)) == foretold)
      #expect(after.resources["B"]?.properties["Friend"] == after.resources["A"]?.physical?.reference)
      #expect(world.cloud.things.count == 4)
      return (foretold, Array(world.cloud.calls.dropFirst(made)))
    }
  }

  @Test("the resource alone, and what refers to it is updated in place")
  func alone() throws {
    let (replaced, calls) = try Self.replace(["A"], withDependants: false)
    #expect(replaced == ["A"])
    #expect(calls == ["make A", "resize B", "remove A"])
  }

  @Test("all that depends on it, made in the order of need and removed in the reverse one")
  func dependants() throws {
    let (replaced, calls) = try Self.replace(["A"], withDependants: true)
    #expect(replaced == ["A", "B", "C"])
    #expect(calls == ["make A", "make B", "make C", "remove C", "remove B", "remove A"])
  }

  @Test("the members of a set, whatever they have to do with each other")
  func members() throws {
    let (replaced, calls) = try Self.replace(["A", "D"], withDependants: false)
    #expect(replaced == ["A", "D"])
    #expect(calls.filter { $0.hasPrefix("make") }.sorted() == ["make A", "make D"])
  }

  @Test("one that isn't there is told, and nothing is begun")
  func unknown() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.four)).result()
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.planReplace(["A", "Dd"], withDependants: false, of: "web", reason: "")
      }
      #expect(error?.code == .noSuchResource)
    }
  }

  @Test("a crash at any write leaves each member replaced once", arguments: [false, true])
  func crash(keepsLast: Bool) throws {
    for writes in 0..<200 {
      let journal = MemoryJournal()
      let first = World(seed: 7, journal: journal)
      let old = try first.time.run {
        try await first.engine.create("web", TestTemplate.make(Self.four)).record(in: first.engine).resources
      }
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(seed: 8, journal: crashing, cloud: first.cloud)
      try before.time.run {
        let operation = try? await before.engine.replace(
          ["A", "D"], withDependants: false, of: "web", reason: "test")
        _ = try? await operation?.result()
      }
      let after = World(seed: 8, journal: journal, cloud: first.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try? await operation.result() }
        let stack = try await after.engine.describe("web")
        let hasBegun = await journal.operations(of: stack.identity.id).contains { $0.kind == .replace }
        let changed = stack.resources.values.filter {
          $0.physicalName != old[$0.logicalID]?.physicalName
        }
        #expect(changed.map(\.logicalID).sorted() == (hasBegun ? ["A", "D"] : []), "\(writes)")
        #expect(after.cloud.things.count == 4, "\(writes)")
        let made = after.cloud.calls.count { $0.hasPrefix("make") }
        #expect(made == (hasBegun ? 6 : 4), "\(writes)")
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }
}
