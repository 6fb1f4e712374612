import Ambience
import OrderedCollections
import Simulation
import StackEngine
import Synchronization
import Testing

@Suite("An engine that pauses")
struct PausedEngineTests {
  private static let template = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
      "C": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "B"}}}}}
    """

  /// Two engines over one journal and one cloud; the first can be stopped.
  private struct Pair {
    let world: World
    let process = StoppableProcess()
    let first: Engine
    let second: Engine

    init(seed: UInt64, lag: Duration = .zero) {
      let world = World(seed: seed)
      let journal = MemoryJournal(leaseTerm: .seconds(15), uptime: world.ambient.uptime)
      let catalog = ResourceCatalog([ThingType(cloud: world.cloud, lag: lag)])
      let ambient = process.ambient(world.ambient)
      self.world = world
      first = Engine(
        catalog: catalog, journal: SlowJournal(inner: journal, ambient: ambient), ambient: ambient)
      second = Engine(catalog: catalog, journal: journal, ambient: world.ambient)
    }
  }

  @Test("is taken over once its lease has run out, and does nothing more when it wakes", arguments: 1..<41)
  func pause(halfSeconds: Int) throws {
    try pause(Pair(seed: UInt64(halfSeconds)), halfSeconds)
  }

  @Test(
    "is taken over while a call is on its way, and cleans up what that makes in the end", arguments: 1..<41)
  func pauseInCall(halfSeconds: Int) throws {
    try pause(Pair(seed: UInt64(halfSeconds), lag: .seconds(2)), halfSeconds, isLate: true)
  }

  private func pause(_ pair: Pair, _ halfSeconds: Int, isLate: Bool = false) throws {
    try pair.world.time.run {
      let operation = try await pair.first.create("web", TestTemplate.make(Self.template))
      try await pair.world.ambient.sleep(.milliseconds(500 * halfSeconds + 50))
      pair.process.stop()
      let wasOver = operation.isOver
      // Its lease still holds.
      try await pair.world.ambient.sleep(.seconds(8))
      #expect(try await pair.second.recover().isEmpty)
      try await pair.world.ambient.sleep(.seconds(8))
      let taken = try await pair.second.recover()
      #expect(taken.isEmpty == wasOver)
      for operation in taken { _ = try await operation.result() }
      pair.process.goOn()
      if wasOver {
        _ = try await operation.result()
      } else {
        let error = await #expect(throws: EngineError.self) { try await operation.result() }
        #expect(error?.code == .leaseLost)
      }
      try await audit(pair, isLate: isLate)
    }
  }

  @Test("finds its lease renewed and goes on when the pause was short")
  func shortPause() throws {
    let pair = Pair(seed: 1)
    try pair.world.time.run {
      let operation = try await pair.first.create("web", TestTemplate.make(Self.template))
      for _ in 0..<4 {
        try await pair.world.ambient.sleep(.seconds(3))
        pair.process.stop()
        try await pair.world.ambient.sleep(.seconds(9))
        pair.process.goOn()
        #expect(try await pair.second.recover().isEmpty)
      }
      #expect(try await operation.result().status == .createComplete)
      try await audit(pair)
    }
  }

  @Test("holds its lease for as long as an operation takes")
  func long() throws {
    let pair = Pair(seed: 2)
    try pair.world.time.run {
      let operation = try await pair.first.create("web", TestTemplate.make(Self.template))
      while !operation.isOver {
        #expect(try await pair.second.recover().isEmpty)
        try await pair.world.ambient.sleep(.seconds(1))
      }
      #expect(pair.world.ambient.uptime() > .seconds(15))
    }
  }

  private func audit(_ pair: Pair, isLate: Bool = false) async throws {
    let stack = try await pair.second.describe("web")
    #expect(stack.status == .createComplete)
    #expect(stack.resources.values.compactMap(\.physical?.id).sorted() == pair.world.cloud.things.map(\.id))
    let made = pair.world.cloud.state.withLock { $0.made }
    #expect(made == 3 || isLate && made == 4)
    let events = try await pair.second.events(of: "web")
    #expect(events.map(\.sequence) == Array(1...events.count))
    #expect(events.filter { $0.status == "CREATE_COMPLETE" }.count == 4)
  }
}

/// A process that can be stopped: whoever sleeps in it wakes only once it goes on.
final class StoppableProcess: Sendable {
  private let isStopped = Mutex(false)

  func stop() { isStopped.withLock { $0 = true } }
  func goOn() { isStopped.withLock { $0 = false } }

  /// The world as the process sees it.
  func ambient(_ world: Ambient) -> Ambient {
    Ambient(
      now: world.now, uptime: world.uptime,
      sleep: { span in
        try await world.sleep(span)
        while self.isStopped.withLock({ $0 }) { try await world.sleep(.milliseconds(100)) }
      }, random: world.random)
  }
}

/// A journal that takes its time, before and after each write.
private struct SlowJournal: Journal {
  let inner: MemoryJournal
  let ambient: Ambient

  func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event] {
    try? await ambient.sleep(.milliseconds(200))
    let events = try await inner.append(entries, under: lease)
    try? await ambient.sleep(.milliseconds(200))
    return events
  }

  func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    await inner.stacks(includingDeleted: includingDeleted)
  }
  func stack(named name: String) async throws -> StackRecord? { await inner.stack(named: name) }
  func stack(id: String) async throws -> StackRecord? { await inner.stack(id: id) }
  func operation(_ id: String) async throws -> OperationRecord? { await inner.operation(id) }
  func operations(of stack: String) async throws -> [OperationRecord] { await inner.operations(of: stack) }
  func unfinishedOperations() async throws -> [OperationRecord] { await inner.unfinishedOperations() }
  func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    await inner.events(of: stack, since: since, limit: limit)
  }
  func changeSets(of owner: String?) async throws -> [ChangeSetRecord] {
    await inner.changeSets(of: owner)
  }
  func snapshots(of stack: String) async throws -> [SnapshotRecord] {
    await inner.snapshots(of: stack)
  }
  func pages(of book: String?) async throws -> [Note] { await inner.pages(of: book) }
  func pages(_ names: [String], of book: String) async throws -> [Note] {
    await inner.pages(names, of: book)
  }
  func notes(on page: NotePage) async throws -> [Note] { await inner.notes(on: page) }
  func steps(of scope: StepScope) async throws -> [StepEntry] { await inner.steps(of: scope) }
  func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    await inner.signals(to: logicalID, of: stack)
  }
  var leaseTerm: Duration? { inner.leaseTerm }
  func claim(_ stacks: [String], by holder: String) async throws -> [Lease] {
    await inner.claim(stacks, by: holder)
  }
  func renew(_ leases: [Lease]) async throws -> [Lease] { await inner.renew(leases) }
  func release(_ leases: [Lease]) async throws { await inner.release(leases) }
}
