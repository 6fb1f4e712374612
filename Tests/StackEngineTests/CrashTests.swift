import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Synchronization
import Testing

@Suite("After a crash at any write")
struct CrashTests {
  private static let first = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5, "Kind": "x"}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
      "C": {"Type": "Test::Thing", "Properties": {"Peer": {"Ref": "A"}}}}}
    """
  private static let second = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 6, "Kind": "y"}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
      "D": {"Type": "Test::Thing", "Properties": {"Peer": {"Ref": "A"}}}}}
    """

  @Test(
    "the next run completes what was begun, without orphan or duplicate",
    arguments: [false, true], [UInt64(1), 2, 3])
  func memory(keepsLast: Bool, seed: UInt64) throws {
    try survive(seed: seed, keepsLast: keepsLast) { MemoryJournal() }
  }

  @Test("the same holds with SQLite")
  func sqlite() throws {
    try survive(seed: 4, keepsLast: true) {
      try SQLiteJournal(path: "/tmp/kiln-crash-\(UInt64.random(in: .min ... .max)).db")
    }
  }

  @Test("what can't exist twice survives too")
  func deleteFirst() throws {
    try survive(seed: 5, keepsLast: false, replacesAfterDelete: true) { MemoryJournal() }
  }

  @Test("a failing operation that crashes while it goes back still gets there", arguments: [false, true])
  func rollback(keepsLast: Bool) throws {
    try survive(seed: 6, keepsLast: keepsLast, refusing: "D") { MemoryJournal() }
  }

  @Test("a replacement that was asked for is made, and not taken back", arguments: [false, true])
  func replacement(keepsLast: Bool) throws {
    for writes in 0..<200 {
      let journal = MemoryJournal()
      let first = World(seed: 7, journal: journal)
      let old = try first.time.run {
        try await first.engine.create("web", TestTemplate.make(Self.first)).record(in: first.engine)
          .resources["A"]
      }
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(seed: 8, journal: crashing, cloud: first.cloud)
      try before.time.run {
        _ = try? await before.engine.replace("A", of: "web", reason: "test").result()
      }
      let after = World(seed: 8, journal: journal, cloud: first.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try? await operation.result() }
        try await audit(after)
        let stack = try await after.engine.describe("web")
        let hasBegun = await journal.operations(of: stack.identity.id).contains { $0.kind == .replace }
        #expect((stack.resources["A"]?.physicalName == old?.physicalName) == !hasBegun, "\(writes)")
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }

  @Test("a lost reply leaves nothing behind", arguments: 0..<6)
  func lostReply(call: Int) throws {
    let world = World(seed: UInt64(call))
    try world.time.run {
      let template = try TestTemplate.make(Self.first)
      for _ in 0..<3 {
        world.cloud.state.withLock { $0.lostReplies = 1 }
        let operation = try? await world.engine.create("web", template)
        _ = try? await operation?.result()
        try await audit(world)
      }
    }
  }

  /// Creates and updates a stack, crashing at each write in turn, and audits what the next run makes of it.
  private func survive(
    seed: UInt64, keepsLast: Bool, replacesAfterDelete: Bool = false, refusing: String? = nil,
    journal make: () throws -> any Journal
  ) throws {
    for writes in 0..<200 {
      let journal = try make()
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(seed: seed, journal: crashing, replacesAfterDelete: replacesAfterDelete)
      try before.time.run {
        _ = try? await before.engine.create("web", TestTemplate.make(Self.first)).result()
        if let refusing { before.cloud.refuse(refusing) }
        _ = try? await before.engine.update("web", TestTemplate.make(Self.second)).result()
      }
      let after = World(
        seed: seed, journal: journal, cloud: before.cloud, replacesAfterDelete: replacesAfterDelete)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try? await operation.result() }
        try await audit(after)
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }

  private func audit(_ world: World) async throws {
    #expect(try await world.journal.unfinishedOperations().isEmpty)
    guard let stack = try await world.journal.stack(named: "web") else {
      #expect(world.cloud.things.isEmpty)
      return
    }
    #expect(!stack.status.isInProgress)
    #expect(stack.superseded.isEmpty)
    let known = stack.resources.values.compactMap(\.physical?.id).sorted()
    #expect(known == world.cloud.things.map(\.id).sorted(), "\(stack.status)")
    if stack.status == .updateComplete { #expect(stack.resources.count == 3) }
  }
}
