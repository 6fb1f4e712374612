import Ambience
import HTTP
import HighAvailability
import StackEngine
import Synchronization

/// What one process reaches the world by, so that it can be killed or stopped.
///
/// Nothing that is dead writes, asks or sleeps any more; what is stopped waits until it goes on.
final class Fate: Sendable {
  struct Dead: Error {}
  struct DiskFull: Error {}

  private struct State {
    var isDead = false
    var isDiskFull = false
    var isStopped = false
    /// Whose writes take a second, by their leases.
    var dawdlers: [String: Ambient] = [:]
    var stopsAtAction = false
    /// How many writes go well before it stops; nil for all.
    var writesUntilStop: Int?
    var waiting: [CheckedContinuation<Void, Never>] = []
    /// How many writes go well before it dies; nil for all.
    var writesLeft: Int?
    var keepsLast = false
    var writes = 0
    var kept: [JournalEntry] = []
    /// How many of those are on the disk.
    var synced = 0
  }

  private let state = Mutex(State())

  var isDead: Bool { state.withLock(\.isDead) }
  var writes: Int { state.withLock(\.writes) }

  /// Lets all writes for an application take a second.
  func dawdle(at application: String, _ ambient: Ambient) {
    state.withLock { $0.dawdlers[IncidentJournal.lease(of: application)] = ambient }
  }

  func dawdle(_ lease: Lease?) async throws {
    guard let lease, let ambient = state.withLock({ $0.dawdlers[lease.stack] }) else { return }
    try await ambient.sleep(.seconds(1))
  }

  /// Lets the process die at a write after so many others, which is kept or not.
  func die(after writes: Int, keepsLast: Bool) {
    state.withLock { ($0.writesLeft, $0.keepsLast) = (writes, keepsLast) }
  }

  /// Notes what the store has kept; what is awaited takes all before it to the disk.
  func note(_ entries: [JournalEntry]) {
    state.withLock { state in
      state.kept += entries
      if entries.contains(where: \.isAwaited) { state.synced = state.kept.count }
    }
  }

  /// What is left of what the process has written once its machine loses its power.
  var survivors: [JournalEntry] { state.withLock { Array($0.kept.prefix($0.synced)) } }

  func fillDisk(_ isFull: Bool) { state.withLock { $0.isDiskFull = isFull } }

  func kill() {
    state.withLock { $0.isDead = true }
    goOn()
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// Stops the process right before its next action reaches the world.
  func stopAtAction() { state.withLock { $0.stopsAtAction = true } }

  /// Lets an action through to the world, once the process goes on.
  func passAction() async throws {
    state.withLock { state in
      guard state.stopsAtAction else { return }
      (state.stopsAtAction, state.isStopped) = (false, true)
    }
    try await pass()
  }

  /// Stops the process right before a write that comes after so many others.
  func stop(afterWrites writes: Int) { state.withLock { $0.writesUntilStop = writes } }

  func goOn() {
    let waiting = state.withLock { state in
      state.isStopped = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.resume() }
  }

  func pass() async throws {
    await withCheckedContinuation { continuation in
      let waits = state.withLock { state in
        guard state.isStopped, !state.isDead else { return false }
        state.waiting.append(continuation)
        return true
      }
      if !waits { continuation.resume() }
    }
    if isDead { throw Dead() }
  }

  /// Writes, unless the process dies before that; throws, too, when it dies right after.
  func write<Result>(_ body: () async throws -> Result) async throws -> Result {
    state.withLock { state in
      guard let left = state.writesUntilStop else { return }
      state.writesUntilStop = left > 0 ? left - 1 : nil
      if left == 0 { state.isStopped = true }
    }
    try await pass()
    if state.withLock(\.isDiskFull) { throw DiskFull() }
    let (dies, keeps) = state.withLock { state in
      state.writes += 1
      guard let left = state.writesLeft else { return (false, true) }
      state.writesLeft = left - 1
      if left > 0 { return (false, true) }
      state.isDead = true
      return (true, state.keepsLast)
    }
    guard keeps else { throw Dead() }
    let result = try await body()
    if dies { throw Dead() }
    try await pass()
    return result
  }

  /// Time as the process sees it; one that is dead never wakes from its sleep, unless it is cancelled.
  func ambient(_ world: Ambient) -> Ambient {
    Ambient(
      now: world.now, uptime: world.uptime,
      sleep: { [self] span in
        if !isDead { try await world.sleep(span) }
        do { try await pass() } catch {
          try await world.sleep(.seconds(86_400 * 20))
          throw error
        }
      }, random: world.random)
  }
}

/// A store as a process reaches it.
struct FatedJournal: Journal {
  let inner: any Journal
  let fate: Fate

  func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event] {
    try await fate.dawdle(lease)
    return try await fate.write {
      let events = try await inner.append(entries, under: lease)
      fate.note(entries)
      return events
    }
  }

  func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    try await fate.pass()
    return try await inner.stacks(includingDeleted: includingDeleted)
  }
  func stack(named name: String) async throws -> StackRecord? {
    try await fate.pass()
    return try await inner.stack(named: name)
  }
  func stack(id: String) async throws -> StackRecord? {
    try await fate.pass()
    return try await inner.stack(id: id)
  }
  func operation(_ id: String) async throws -> OperationRecord? {
    try await fate.pass()
    return try await inner.operation(id)
  }
  func operations(of stack: String) async throws -> [OperationRecord] {
    try await fate.pass()
    return try await inner.operations(of: stack)
  }
  func unfinishedOperations() async throws -> [OperationRecord] {
    try await fate.pass()
    return try await inner.unfinishedOperations()
  }
  func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    try await fate.pass()
    return try await inner.events(of: stack, since: since, limit: limit)
  }
  func changeSets(of owner: String?) async throws -> [ChangeSetRecord] {
    try await fate.pass()
    return try await inner.changeSets(of: owner)
  }
  func snapshots(of stack: String) async throws -> [SnapshotRecord] {
    try await fate.pass()
    return try await inner.snapshots(of: stack)
  }
  func pages(of book: String?) async throws -> [Note] {
    try await fate.pass()
    return try await inner.pages(of: book)
  }
  func pages(_ names: [String], of book: String) async throws -> [Note] {
    try await fate.pass()
    return try await inner.pages(names, of: book)
  }
  func notes(on page: NotePage) async throws -> [Note] {
    try await fate.pass()
    return try await inner.notes(on: page)
  }
  func steps(of scope: StepScope) async throws -> [StepEntry] {
    try await fate.pass()
    return try await inner.steps(of: scope)
  }
  func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    try await fate.pass()
    return try await inner.signals(to: logicalID, of: stack)
  }

  var leaseTerm: Duration? { inner.leaseTerm }

  func claim(_ stacks: [String], by holder: String) async throws -> [Lease] {
    try await fate.write { try await inner.claim(stacks, by: holder) }
  }
  func renew(_ leases: [Lease]) async throws -> [Lease] {
    try await fate.pass()
    let lost = try await inner.renew(leases)
    try await fate.pass()
    return lost
  }
  func release(_ leases: [Lease]) async throws {
    try await fate.write { try await inner.release(leases) }
  }
}

/// A network as a process reaches it.
struct FatedTransport: Transport {
  let inner: any Transport
  let fate: Fate

  func send(_ request: Request) async throws -> Response {
    try await fate.pass()
    let response = try await inner.send(request)
    try await fate.pass()
    return response
  }
}
