package import Ambience
import OrderedCollections
import StackEngine

/// What of a store is kept: all that is needed, and what is younger than an age.
package struct Retention: Sendable {
  /// What ended before this may go.
  package let limit: Timestamp
  /// How many operations of each living stack stay, whatever their age.
  package let operations: Int

  package init(limit: Timestamp, operations: Int) {
    self.limit = limit
    self.operations = operations
  }

  /// Finds what may go, changing nothing.
  ///
  /// That is: deleted stacks with all that they had; of living ones the finished operations but the newest, with
  /// their steps, and the events before them; the change sets that can't be executed any longer; and the notes that
  /// are settled, such as incidents that are over. What made a
  /// resource that still is stays, for its deletion may ask what its steps were; and so does each stack's last event,
  /// from which its numbers go on.
  package func waste(in journal: some StoredJournal) async throws -> StoreWaste {
    var waste = StoreWaste()
    for head in try await journal.stacks(includingDeleted: true) {
      let id = head.identity.id
      let operations = try await journal.operations(of: id)
      if operations.contains(where: \.isUnfinished) { continue }
      if head.status == .deleteComplete {
        if head.updated < limit { waste.stacks.append(id) }
        continue
      }
      guard let stack = try await journal.stack(id: id) else { continue }
      let makers = Set((stack.resources.values + stack.superseded).map(\.createdBy))
      waste.operations += operations.dropLast(self.operations)
        .filter { ($0.ended ?? $0.started) < limit && !makers.contains($0.id) }.map(\.id)
      if let last = try await lastOldEvent(of: id, operations, journal) { waste.events[id] = last }
    }
    for record in try await journal.changeSets(of: nil) where record.created < limit {
      if try await isDone(record, journal) { waste.changeSets.append(record.id) }
    }
    waste.pages = try await journal.pages(of: nil).filter { $0.isSettled && $0.time < limit }
      .map { NotePage(book: $0.book, page: $0.page) }
    return waste
  }

  /// Whether a change set can't be executed any longer.
  private func isDone(_ record: ChangeSetRecord, _ journal: some StoredJournal) async throws -> Bool {
    if let head = try await journal.head(id: record.stack.id) {
      return head.revision != record.revision
    }
    guard record.kind == .create else { return true }
    return try await journal.head(named: record.stack.name) != nil
  }

  /// The number of the last event that may go: older than the limit and than the operations that stay.
  private func lastOldEvent(
    of stack: String, _ operations: [OperationRecord], _ journal: some StoredJournal
  ) async throws -> Int? {
    let oldest = operations.suffix(self.operations).first?.started
    let limit = min(limit, oldest ?? limit)
    var found: Int?
    var before: Int?
    var since = 0
    while case let events = try await journal.events(of: stack, since: since, limit: 1000), !events.isEmpty {
      for event in events {
        if event.time >= limit { return found }
        (before, found) = (found, event.sequence)
        since = event.sequence
      }
    }
    // All are old; the last stays.
    return before
  }
}
