import Document
import OrderedCollections
package import StackEngine

/// A store as a supervisor sees it that only says what it would do.
///
/// It reads everything that is there, and keeps what it has to say apart: incidents, watches, watchers and leases have
/// names of their own, so that no other supervisor is in its way and it is in nobody's.
package struct ShadowJournal: Journal {
  private static let prefix = "shadow "
  private static let books: Set<String> = [
    IncidentJournal.incidents, IncidentJournal.watches, IncidentJournal.watchers,
    IncidentJournal.instructions, StoredHandlerJournal.book,
  ]

  private let base: any Journal

  package init(_ base: any Journal) { self.base = base }

  private func name(_ book: String) -> String { Self.books.contains(book) ? Self.prefix + book : book }

  private func page(_ page: NotePage) -> NotePage { NotePage(book: name(page.book), page: page.page) }

  private func named(_ lease: Lease) -> Lease { Lease(stack: Self.prefix + lease.stack, token: lease.token) }

  private func unnamed(_ lease: Lease) -> Lease {
    Lease(stack: String(lease.stack.dropFirst(Self.prefix.count)), token: lease.token)
  }

  // MARK: - What it keeps

  @discardableResult
  package func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event] {
    // Nothing but notes comes from a supervisor.
    let notes = entries.compactMap { entry -> JournalEntry? in
      switch entry {
      case .note(let note): .note(shadow(note))
      case .pageRemoval(let page): .pageRemoval(self.page(page))
      default: nil
      }
    }
    do { return try await base.append(notes, under: lease.map(named)) } catch let error as LeaseLost {
      throw LeaseLost(unnamed(error.lease))
    }
  }

  /// The note in the book of its own; what it tells of actions is what would have been.
  private func shadow(_ note: Note) -> Note {
    var record = note.record
    if note.book == IncidentJournal.incidents, note.line > 0, var fields = record.map {
      let reason = fields["reason"]?.string ?? ""
      switch fields["kind"]?.string {
      case IncidentEntry.Kind.intent.rawValue: fields["reason"] = .string("would have acted: \(reason)")
      case IncidentEntry.Kind.outcome.rawValue: fields["reason"] = .string("not done, a dry run")
      default: break
      }
      record = .map(fields)
    }
    return Note(
      book: name(note.book), page: note.page, line: note.line, time: note.time, isSettled: note.isSettled,
      record: record)
  }

  package func pages(of book: String?) async throws -> [Note] { try await base.pages(of: book.map(name)) }
  package func pages(_ names: [String], of book: String) async throws -> [Note] {
    try await base.pages(names, of: name(book))
  }
  package func notes(on page: NotePage) async throws -> [Note] { try await base.notes(on: self.page(page)) }

  package var leaseTerm: Duration? { base.leaseTerm }
  package func claim(_ stacks: [String], by holder: String) async throws -> [Lease] {
    try await base.claim(stacks.map { Self.prefix + $0 }, by: holder).map(unnamed)
  }
  package func renew(_ leases: [Lease]) async throws -> [Lease] {
    try await base.renew(leases.map(named)).map(unnamed)
  }
  package func release(_ leases: [Lease]) async throws { try await base.release(leases.map(named)) }

  // MARK: - What it only reads

  package func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    try await base.stacks(includingDeleted: includingDeleted)
  }
  package func head(named name: String) async throws -> StackHead? { try await base.head(named: name) }
  package func head(id: String) async throws -> StackHead? { try await base.head(id: id) }
  package func stack(named name: String) async throws -> StackRecord? { try await base.stack(named: name) }
  package func stack(id: String) async throws -> StackRecord? { try await base.stack(id: id) }
  package func operation(_ id: String) async throws -> OperationRecord? { try await base.operation(id) }
  package func operations(of stack: String) async throws -> [OperationRecord] {
    try await base.operations(of: stack)
  }
  package func unfinishedOperations() async throws -> [OperationRecord] {
    try await base.unfinishedOperations()
  }
  package func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    try await base.events(of: stack, since: since, limit: limit)
  }
  package func steps(of scope: StepScope) async throws -> [StepEntry] { try await base.steps(of: scope) }
  package func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    try await base.signals(to: logicalID, of: stack)
  }
  package func changeSets(of owner: String?) async throws -> [ChangeSetRecord] {
    try await base.changeSets(of: owner)
  }
  package func snapshots(of stack: String) async throws -> [SnapshotRecord] {
    try await base.snapshots(of: stack)
  }
}
