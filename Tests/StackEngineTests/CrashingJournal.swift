import StackEngine
import Synchronization

/// A journal whose process dies at its n-th write: that write is lost or kept, all that follows is lost.
struct CrashingJournal: Journal {
  struct Crash: Error {}

  let inner: any Journal
  let keepsLast: Bool
  private let limit: Int
  private let left: Countdown

  final class Countdown: Sendable {
    let count: Mutex<Int>
    init(_ count: Int) { self.count = Mutex(count) }
  }

  /// A journal whose process dies at a write; without `writes` it only counts.
  init(_ inner: any Journal, writes: Int = .max, keepsLast: Bool = false) {
    self.inner = inner
    limit = writes
    self.keepsLast = keepsLast
    left = Countdown(writes)
  }

  /// How often it was written to.
  var writes: Int { left.count.withLock { limit - $0 } }
  var hasCrashed: Bool { left.count.withLock { $0 < 0 } }

  func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event] {
    let now = left.count.withLock { count in
      count -= 1
      return count
    }
    if now >= 0 { return try await inner.append(entries, under: lease) }
    if now == -1, keepsLast { _ = try await inner.append(entries, under: lease) }
    throw Crash()
  }

  func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    try await inner.stacks(includingDeleted: includingDeleted)
  }
  func stack(named name: String) async throws -> StackRecord? { try await inner.stack(named: name) }
  func stack(id: String) async throws -> StackRecord? { try await inner.stack(id: id) }
  func operation(_ id: String) async throws -> OperationRecord? { try await inner.operation(id) }
  func operations(of stack: String) async throws -> [OperationRecord] {
    try await inner.operations(of: stack)
  }
  func unfinishedOperations() async throws -> [OperationRecord] { try await inner.unfinishedOperations() }
  func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    try await inner.events(of: stack, since: since, limit: limit)
  }
  func changeSets(of owner: String?) async throws -> [ChangeSetRecord] {
    try await inner.changeSets(of: owner)
  }
  func snapshots(of stack: String) async throws -> [SnapshotRecord] {
    try await inner.snapshots(of: stack)
  }
  func pages(of book: String?) async throws -> [Note] { try await inner.pages(of: book) }
  func pages(_ names: [String], of book: String) async throws -> [Note] {
    try await inner.pages(names, of: book)
  }
  func notes(on page: NotePage) async throws -> [Note] { try await inner.notes(on: page) }
  func steps(of scope: StepScope) async throws -> [StepEntry] { try await inner.steps(of: scope) }
  func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    try await inner.signals(to: logicalID, of: stack)
  }
  var leaseTerm: Duration? { inner.leaseTerm }
  func claim(_ stacks: [String], by holder: String) async throws -> [Lease] {
    try await inner.claim(stacks, by: holder)
  }
  func renew(_ leases: [Lease]) async throws -> [Lease] { try await inner.renew(leases) }
  func release(_ leases: [Lease]) async throws { try await inner.release(leases) }
}
