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

  let journal: any Journal
  private let operation: Operation
  private let bells: Bells
  private let lost = Mutex<Loss?>(nil)

  init(_ journal: any Journal, _ operation: Operation, _ bells: Bells) {
    self.journal = journal
    self.operation = operation
    self.bells = bells
  }

  var loss: Loss? { lost.withLock { $0 } }

  func keep(_ entries: [JournalEntry]) async throws(Loss) {
    if let loss { throw loss }
    do {
      let events = try await journal.append(entries)
      if events.isEmpty { return }
      operation.tell(events)
      await bells.ring(operation.stack.id)
    } catch {
      let loss = Loss(cause: error)
      lost.withLock { $0 = $0 ?? loss }
      throw loss
    }
  }
}

/// The steps of one call, as its resource type sees them.
actor CallSteps: StepJournal {
  private let ledger: Ledger
  private let scope: StepScope
  private var known: [StepEntry]?

  /// Steps of a scope; `isFresh` says that the journal can't hold any yet.
  init(_ ledger: Ledger, _ scope: StepScope, isFresh: Bool) {
    self.ledger = ledger
    self.scope = scope
    known = isFresh ? [] : nil
  }

  func begin(_ key: String) async throws -> StepRecord {
    if let entry = try await entries().first(where: { $0.key == key }) { return entry.record }
    try await ledger.keep([.stepBegan(scope, key: key)])
    set(StepEntry(key: key, record: .interrupted))
    return .new
  }

  func end(_ key: String, result: Value) async throws {
    let entry = StepEntry(key: key, record: .done(result))
    try await ledger.keep([.stepEnded(scope, entry)])
    set(entry)
  }

  func entries() async throws -> [StepEntry] {
    if let known { return known }
    let read = try await ledger.journal.steps(of: scope)
    known = known ?? read
    return read
  }

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
