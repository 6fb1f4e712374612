package import Ambience
package import Document
import OrderedCollections

/// The engine's memory: an append-only history, and the state that follows from it.
///
/// What `append` has returned from survives the process, and what is awaited survives the machine, too. Entries of one
/// call are kept all or none, in order; what is lost with the machine is the last that was kept.
package protocol Journal: Sendable {
  /// Keeps entries.
  ///
  /// The lease gives the right to change its stack. Without one, what anybody may add to a stack's history is
  /// kept: signals, change sets, and events that change nothing. Notes are kept under whatever lease their writer
  /// chooses.
  ///
  /// - Returns: The events among them, with the sequence numbers that they got.
  /// - Throws: `LeaseLost` when the lease has been taken over or released, `NameTaken` when another stack that isn't
  ///   deleted has a stack's name; then nothing is kept.
  @discardableResult
  func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event]

  /// Every stack that exists, and those deleted when asked for, oldest first.
  func stacks(includingDeleted: Bool) async throws -> [StackHead]
  /// The same without what only who works on a stack needs.
  func summaries(includingDeleted: Bool) async throws -> [StackSummary]
  /// The stack of a name that isn't deleted, without its resources; nil when there is none.
  func head(named name: String) async throws -> StackHead?
  /// A stack by its UUID, deleted or not, without its resources.
  func head(id: String) async throws -> StackHead?
  /// The stack of a name that isn't deleted; nil when there is none.
  func stack(named name: String) async throws -> StackRecord?
  /// A stack by its UUID, deleted or not.
  func stack(id: String) async throws -> StackRecord?
  /// A resource of the stack of a name that isn't deleted, and that stack; nil when there is no such stack.
  ///
  /// One that another has superseded isn't meant.
  func resource(
    _ logicalID: String, ofStackNamed name: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)?
  /// The same of a stack by its UUID, deleted or not.
  func resource(
    _ logicalID: String, ofStack id: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)?
  func operation(_ id: String) async throws -> OperationRecord?
  /// The operations of a stack, oldest first.
  func operations(of stack: String) async throws -> [OperationRecord]
  /// The last operations of a stack, the newest last.
  func operations(of stack: String, last count: Int) async throws -> [OperationRecord]
  /// Operations that were begun and haven't ended.
  func unfinishedOperations() async throws -> [OperationRecord]
  /// At most `limit` events of a stack whose sequence number is above `since`, in order.
  func events(of stack: String, since: Int, limit: Int) async throws -> [Event]
  /// The steps of a resource's part in an operation, in the order begun.
  func steps(of scope: StepScope) async throws -> [StepEntry]
  /// The signals that a resource has got, one per signal id, the newest winning.
  func signals(to logicalID: String, of stack: String) async throws -> [Signal]
  /// The change sets with an owner, or all of them, oldest first.
  func changeSets(of owner: String?) async throws -> [ChangeSetRecord]
  /// The snapshots of a stack, oldest first.
  func snapshots(of stack: String) async throws -> [SnapshotRecord]
  /// The first lines of a book's pages, or of all books', in the order of their pages' names.
  func pages(of book: String?) async throws -> [Note]
  /// The first lines of those of a book's pages that are there of some, in no order.
  func pages(_ names: [String], of book: String) async throws -> [Note]
  /// The lines of a page, in order.
  func notes(on page: NotePage) async throws -> [Note]

  /// For how long a lease holds that isn't renewed; nil when a lease ends only with its release.
  var leaseTerm: Duration? { get }
  /// Takes the right to operate on stacks, or on anything else that has a name of its own: on each for which there is
  /// no lease that holds, the same holder's included.
  ///
  /// - Returns: The leases that were to be had, in the order asked for.
  func claim(_ stacks: [String], by holder: String) async throws -> [Lease]
  /// Makes leases hold for another term from now on.
  ///
  /// One whose time is up is renewed too, unless somebody has taken it over.
  ///
  /// - Returns: Those that have been taken over.
  func renew(_ leases: [Lease]) async throws -> [Lease]
  /// Gives leases back; nothing happens to those that were taken over.
  func release(_ leases: [Lease]) async throws

  /// What other processes tell, as they do; nil when the journal doesn't know of it, so that one has to look.
  func news() async throws -> AsyncStream<News>?
}

extension Journal {
  package func summaries(includingDeleted: Bool) async throws -> [StackSummary] {
    try await stacks(includingDeleted: includingDeleted).map(StackSummary.init)
  }

  /// Keeps what anybody may add.
  @discardableResult
  package func append(_ entries: [JournalEntry]) async throws -> [Event] {
    try await append(entries, under: nil)
  }

  /// Takes the right to operate on a stack; nil when there is a lease that holds.
  package func claim(_ stack: String, by holder: String) async throws -> Lease? {
    try await claim([stack], by: holder).first
  }

  /// Gives a lease back; nothing happens when it was taken over.
  package func release(_ lease: Lease) async throws { try await release([lease]) }

  package func operations(of stack: String, last count: Int) async throws -> [OperationRecord] {
    try await operations(of: stack).suffix(count)
  }

  package func resource(
    _ logicalID: String, ofStackNamed name: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try await stack(named: name).map { ($0.head, $0.resources[logicalID]) }
  }

  package func resource(
    _ logicalID: String, ofStack id: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try await stack(id: id).map { ($0.head, $0.resources[logicalID]) }
  }

  package func head(named name: String) async throws -> StackHead? { try await stack(named: name)?.head }
  package func head(id: String) async throws -> StackHead? { try await stack(id: id)?.head }
  package func news() async throws -> AsyncStream<News>? { nil }
}

/// Another stack has just got the name; nothing of what was to be kept is.
package struct NameTaken: Error, Sendable, Hashable {
  package init() {}
}

extension NameTaken: Explainable {
  package var diagnostics: [Diagnostic] {
    [
      Diagnostic(
        EngineError.Code.stackExists.rawValue, "another process has just given a stack that name",
        hint: "choose another name")
    ]
  }
}

/// What has come into a journal from elsewhere.
package enum News: Sendable, Hashable {
  /// Events or signals of a stack, by its UUID.
  case of(stack: String)
  /// It isn't known of what: the journal was out of reach.
  case unknown
}

/// Something to keep.
package enum JournalEntry: Sendable, Hashable {
  /// A stack without its resources, new or changed.
  case stack(StackHead)
  /// A resource, new or changed; stack UUID and physical name say which.
  case resource(ResourceRecord, stack: String)
  /// A resource that the stack no longer has.
  case removal(physicalName: String, stack: String)
  case operation(OperationRecord)
  /// An event; the journal gives it the next sequence number of its stack.
  case event(Event)
  case stepBegan(StepScope, key: String)
  case stepEnded(StepScope, StepEntry)
  case signal(Signal, logicalID: String, stack: String, time: Timestamp)
  /// A new change set; nothing is kept when its owner has another of its name.
  case changeSet(ChangeSetRecord)
  case changeSetRemoval(id: String)
  /// A snapshot, new or changed.
  case snapshot(SnapshotRecord)
  case snapshotRemoval(id: String)
  case note(Note)
  /// Takes a page with all its lines out of its book.
  case pageRemoval(NotePage)
}

extension JournalEntry {
  /// Whether it is on the disk before it is told to be kept, as something outside of the journal follows it: a request that
  /// can't be taken back, or an answer to somebody.
  ///
  /// All that was kept before it is on the disk then, too. A machine that loses its power loses no more than the last that
  /// nothing outside had followed: its journal is as that of a process that ended a little earlier.
  package var isAwaited: Bool {
    switch self {
    case .resource(let record, _): record.status.isInProgress || !record.uncertain.isEmpty
    case .note(let note): note.isAwaited
    // What follows the beginning of such an action is a step.
    case .operation(let record): !(record.isUnfinished && record.action?.keepsSteps ?? false)
    case .removal, .event, .stepEnded: false
    case .stack, .stepBegan, .signal, .changeSet, .changeSetRemoval, .snapshot, .snapshotRemoval,
      .pageRemoval:
      true
    }
  }
}

/// What a step's key is unique in: one verb on one physical resource in one operation.
package struct StepScope: Sendable, Hashable {
  package let operation: String
  package let physicalName: String
  /// `create`, `update`, `delete` or an action's name.
  package let verb: String

  package init(operation: String, physicalName: String, verb: String) {
    self.operation = operation
    self.physicalName = physicalName
    self.verb = verb
  }
}

package struct StepEntry: Sendable, Hashable {
  /// Keys of steps that keep what was found before a request begin so; they are kept with that request's step.
  package static let findingPrefix = "before_"

  package let key: String
  /// Never `new`.
  package let record: StepRecord

  package init(key: String, record: StepRecord) {
    self.key = key
    self.record = record
  }

  /// The request to the cloud that the step came to; nil when it came to none that is known.
  package var request: String? {
    guard !key.hasPrefix(Self.findingPrefix), case .done(let result) = record else { return nil }
    return result.string
  }
}
