import Ambience
import Document
internal import Synchronization

/// The journal as one operation writes it: tells the operation's events on, and closes at the first failure.
///
/// After an entry that wasn't kept nothing more may be: what follows would leave a hole in the history.
final class Ledger: Sendable {
  /// The journal can't be written; the operation must stop where it is.
  struct Loss: Error {
    let cause: any Error
  }

  private struct State {
    var loss: Loss?
    var lease: Lease?
    /// When the lease was last known to hold.
    var confirmed = Duration.zero
  }

  let journal: any Journal
  /// Set at the first failure: then nobody need wait for others any longer.
  private let halted: Latch
  private let operation: Operation
  private let bells: Bells
  private let ambient: Ambient
  private let state = Mutex(State())

  init(_ journal: any Journal, _ operation: Operation, _ bells: Bells, _ ambient: Ambient, halted: Latch) {
    self.journal = journal
    self.operation = operation
    self.bells = bells
    self.ambient = ambient
    self.halted = halted
  }

  var loss: Loss? { state.withLock { $0.loss } }
  /// What the operation may write under; nil before it has begun.
  var lease: Lease? { state.withLock { $0.lease } }

  func keep(_ entries: [JournalEntry]) async throws(Loss) {
    if let loss { throw loss }
    let start = ambient.uptime()
    do {
      let events = try await journal.append(entries, under: lease)
      confirm(at: start)
      if events.isEmpty { return }
      operation.tell(events)
      await bells.ring(operation.stack.id)
    } catch {
      throw lose(error)
    }
  }

  // MARK: - The lease

  func hold(_ lease: Lease) {
    let now = ambient.uptime()
    state.withLock {
      $0.lease = lease
      $0.confirmed = now
    }
  }

  /// Notes that the lease held at a time.
  func confirm(at time: Duration) { state.withLock { $0.confirmed = max($0.confirmed, time) } }

  /// Closes.
  @discardableResult
  func lose(_ error: any Error) -> Loss {
    let loss = state.withLock { state in
      let loss = state.loss ?? Loss(cause: error)
      state.loss = loss
      return loss
    }
    halted.set()
    return loss
  }

  /// Makes sure that the lease holds when that isn't known of the last moments, as after a pause of the process.
  func ascertain() async throws(Loss) {
    if let loss { throw loss }
    let now = ambient.uptime()
    let (lease, confirmed) = state.withLock { ($0.lease, $0.confirmed) }
    guard let lease, let term = journal.leaseTerm, now - confirmed > term / 2 else { return }
    let lost: [Lease]
    do { lost = try await journal.renew([lease]) } catch { throw lose(error) }
    if !lost.isEmpty { throw lose(LeaseLost(lease)) }
    confirm(at: now)
  }
}

/// The steps of one call, as its resource type sees them.
actor CallSteps: StepJournal {
  private let ledger: Ledger
  private let scope: StepScope
  private var known: [StepEntry]?
  /// What was found out since the last step was begun; it is kept with the next, as nothing else depends on it.
  private var found: [JournalEntry] = []
  /// What has come of steps after the lease was lost: the journal doesn't have it.
  private(set) var unkept: [StepEntry] = []

  /// Steps of a scope; `isFresh` says that the journal can't hold any yet.
  init(_ ledger: Ledger, _ scope: StepScope, isFresh: Bool) {
    self.ledger = ledger
    self.scope = scope
    known = isFresh ? [] : nil
  }

  func begin(_ key: String) async throws -> StepRecord {
    if let entry = try await entries().first(where: { $0.key == key }) { return entry.record }
    if key.hasPrefix(StepEntry.findingPrefix) { return .new }
    let found = found
    self.found = []
    try await ledger.keep(found + [.stepBegan(scope, key: key)])
    set(StepEntry(key: key, record: .interrupted))
    return .new
  }

  func end(_ key: String, result: Value) async throws {
    let entry = StepEntry(key: key, record: .done(result))
    if key.hasPrefix(StepEntry.findingPrefix) {
      found.append(.stepEnded(scope, entry))
      return set(entry)
    }
    do throws(Ledger.Loss) { try await ledger.keep([.stepEnded(scope, entry)]) } catch {
      if error.cause is LeaseLost { unkept.append(entry) }
      throw error
    }
    set(entry)
  }

  func entries() async throws -> [StepEntry] {
    if let known { return known }
    let read = try await ledger.journal.steps(of: scope)
    known = known ?? read
    return read
  }

  /// The entries as the journal has them now.
  func entriesNow() async throws -> [StepEntry] { try await ledger.journal.steps(of: scope) }

  private func set(_ entry: StepEntry) {
    var all = known ?? []
    if let index = all.firstIndex(where: { $0.key == entry.key }) {
      all[index] = entry
    } else {
      all.append(entry)
    }
    known = all
  }
}
