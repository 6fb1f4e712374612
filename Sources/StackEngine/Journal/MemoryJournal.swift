import OrderedCollections

/// A journal that lives as long as the process: for tests, dry runs and the embedded cloud.
package actor MemoryJournal: Journal {
  private struct Stack {
    var head: StackHead
    /// By physical name, with an ordinal that keeps the order in which they came.
    var resources: [String: (ordinal: Int, record: ResourceRecord)] = [:]
    var events: [Event] = []
    var signals: [String: OrderedDictionary<String, Signal>] = [:]
  }

  private var heads: OrderedDictionary<String, Stack> = [:]
  /// The stacks that aren't deleted, by name.
  private var names: [String: String] = [:]
  private var operations: [String: OperationRecord] = [:]
  /// By stack: a new stack's operation comes before the stack.
  private var operationIDs: [String: [String]] = [:]
  private var unfinished: OrderedSet<String> = []
  private var steps: [StepScope: OrderedDictionary<String, StepRecord>] = [:]
  private var changeSets: [ChangeSetRecord] = []
  private var snapshots: OrderedDictionary<String, SnapshotRecord> = [:]
  private var notes: [NotePage: [Int: Note]] = [:]
  private var leases: [String: Grant] = [:]
  private var lastToken: Int64 = 0
  private var ordinal = 0

  /// A lease that was given.
  private struct Grant {
    let lease: Lease
    let holder: String
    /// When it ends, by the journal's clock; nil for never.
    var end: Duration?
  }

  package nonisolated let leaseTerm: Duration?
  private let uptime: @Sendable () -> Duration

  /// A journal whose leases end only with their release, or with their holder.
  package init() {
    leaseTerm = nil
    uptime = { .zero }
  }

  /// A journal whose leases end by a clock.
  package init(leaseTerm: Duration, uptime: @escaping @Sendable () -> Duration) {
    self.leaseTerm = leaseTerm
    self.uptime = uptime
  }

  @discardableResult
  package func append(_ entries: [JournalEntry], under lease: Lease?) throws -> [Event] {
    if let lease, leases[lease.stack]?.lease != lease { throw LeaseLost(lease) }
    try giveNames(entries)
    var numbered: [Event] = []
    for entry in entries {
      switch entry {
      case .stack(let head): heads[head.identity.id, default: Stack(head: head)].head = head
      case .resource(let record, let stack): keep(record, in: stack)
      case .removal(let name, let stack): heads[stack]?.resources[name] = nil
      case .operation(let record): keep(record)
      case .event(let event): numbered.append(number(event))
      case .stepBegan(let scope, let key): steps[scope, default: [:]][key] = .interrupted
      case .stepEnded(let scope, let entry): steps[scope, default: [:]][entry.key] = entry.record
      case .signal(let signal, let logicalID, let stack, _):
        heads[stack]?.signals[logicalID, default: [:]][signal.id] = signal
      case .changeSet(let record):
        if changeSets.contains(where: { $0.owner == record.owner && $0.name == record.name }) { continue }
        changeSets.append(record)
      case .changeSetRemoval(let id): changeSets.removeAll { $0.id == id }
      case .snapshot(let record): snapshots[record.id] = record
      case .snapshotRemoval(let id): snapshots[id] = nil
      case .note(let note): notes[NotePage(book: note.book, page: note.page), default: [:]][note.line] = note
      case .pageRemoval(let page): notes[page] = nil
      }
    }
    return numbered
  }

  /// Gives each stack its name, or none when one of them is another's.
  private func giveNames(_ entries: [JournalEntry]) throws {
    var names = names
    for case .stack(let head) in entries {
      let (name, id) = (head.identity.name, head.identity.id)
      let isDeleted = head.status == .deleteComplete
      if let old = heads[id]?.head.identity.name, old != name || isDeleted, names[old] == id {
        names[old] = nil
      }
      if isDeleted || names[name] == id { continue }
      if names[name] != nil { throw NameTaken() }
      names[name] = id
    }
    self.names = names
  }

  private func keep(_ record: ResourceRecord, in stack: String) {
    ordinal += 1
    let place = heads[stack]?.resources[record.physicalName]?.ordinal ?? ordinal
    heads[stack]?.resources[record.physicalName] = (place, record)
  }

  private func keep(_ record: OperationRecord) {
    if operations.updateValue(record, forKey: record.id) == nil {
      operationIDs[record.stack.id, default: []].append(record.id)
    }
    if record.isUnfinished { unfinished.append(record.id) } else { unfinished.remove(record.id) }
  }

  private func number(_ event: Event) -> Event {
    let id = event.stack.id
    let numbered = event.numbered((heads[id]?.events.count ?? 0) + 1)
    heads[id]?.events.append(numbered)
    return numbered
  }

  package func stacks(includingDeleted: Bool) -> [StackHead] {
    heads.values.map(\.head).filter { includingDeleted || $0.status != .deleteComplete }
  }

  package func head(named name: String) -> StackHead? { names[name].flatMap { head(id: $0) } }
  package func head(id: String) -> StackHead? { heads[id]?.head }

  package func stack(named name: String) -> StackRecord? {
    names[name].flatMap { stack(id: $0) }
  }

  package func stack(id: String) -> StackRecord? {
    guard let stack = heads[id] else { return nil }
    var record = StackRecord(head: stack.head)
    for (_, resource) in stack.resources.values.sorted(by: { $0.ordinal < $1.ordinal }) {
      if resource.isSuperseded {
        record.superseded.append(resource)
      } else {
        record.resources[resource.logicalID] = resource
      }
    }
    return record
  }

  package func operation(_ id: String) -> OperationRecord? { operations[id] }

  package func operations(of stack: String) -> [OperationRecord] {
    operationIDs[stack, default: []].compactMap { operations[$0] }
  }

  package func unfinishedOperations() -> [OperationRecord] { unfinished.compactMap { operations[$0] } }

  package func events(of stack: String, since: Int, limit: Int) -> [Event] {
    Array((heads[stack]?.events ?? []).dropFirst(max(0, since)).prefix(max(0, limit)))
  }

  package func steps(of scope: StepScope) -> [StepEntry] {
    steps[scope]?.map { StepEntry(key: $0, record: $1) } ?? []
  }

  package func signals(to logicalID: String, of stack: String) -> [Signal] {
    heads[stack]?.signals[logicalID].map { Array($0.values) } ?? []
  }

  package func changeSets(of owner: String?) -> [ChangeSetRecord] {
    changeSets.filter { owner == nil || $0.owner == owner }
  }

  package func snapshots(of stack: String) -> [SnapshotRecord] {
    snapshots.values.filter { $0.stack.id == stack }
  }

  package func pages(of book: String?) -> [Note] {
    notes.filter { book == nil || $0.key.book == book }.compactMap { $0.value[0] }
      .sorted { ($0.book, $0.page) < ($1.book, $1.page) }
  }

  package func pages(_ names: [String], of book: String) -> [Note] {
    names.compactMap { notes[NotePage(book: book, page: $0)]?[0] }
  }

  package func notes(on page: NotePage) -> [Note] {
    (notes[page] ?? [:]).values.sorted { $0.line < $1.line }
  }

  // MARK: - Leases

  package func claim(_ stacks: [String], by holder: String) -> [Lease] {
    stacks.compactMap { claim($0, by: holder) }
  }

  private func claim(_ stack: String, by holder: String) -> Lease? {
    if let grant = leases[stack], grant.end.map({ $0 > uptime() }) ?? true { return nil }
    lastToken += 1
    let lease = Lease(stack: stack, token: lastToken)
    leases[stack] = Grant(lease: lease, holder: holder, end: end)
    return lease
  }

  package func renew(_ renewed: [Lease]) -> [Lease] {
    var lost: [Lease] = []
    for lease in renewed {
      if leases[lease.stack]?.lease == lease { leases[lease.stack]?.end = end } else { lost.append(lease) }
    }
    return lost
  }

  package func release(_ released: [Lease]) {
    for lease in released where leases[lease.stack]?.lease == lease { leases[lease.stack] = nil }
  }

  private var end: Duration? { leaseTerm.map { uptime() + $0 } }

  /// Drops a holder's leases, as its death would.
  package func forget(_ holder: String) {
    leases = leases.filter { $0.value.holder != holder }
  }
}
