import StackEngine

/// The journal as a process reaches it that may die, or whose disk may be full.
struct FaultyJournal: Journal {
  let inner: any Journal
  let gate: Gate
  /// Is told what was kept.
  var witness: @Sendable ([JournalEntry]) -> Void = { _ in }

  @discardableResult
  func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event] {
    try await gate.pass()
    switch gate.fate() {
    case .write:
      let events = try await inner.append(entries, under: lease)
      witness(entries)
      try await gate.pass()
      return events
    case .dieBefore:
      gate.kill()
      throw Gate.Dead()
    case .dieAfter:
      gate.kill()
      _ = try await inner.append(entries, under: lease)
      witness(entries)
      throw Gate.Dead()
    case .full: throw Gate.DiskFull()
    case .dead: throw Gate.Dead()
    }
  }

  func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    try await gate.pass()
    return try await inner.stacks(includingDeleted: includingDeleted)
  }

  func stack(named name: String) async throws -> StackRecord? {
    try await gate.pass()
    return try await inner.stack(named: name)
  }

  func stack(id: String) async throws -> StackRecord? {
    try await gate.pass()
    return try await inner.stack(id: id)
  }

  func operation(_ id: String) async throws -> OperationRecord? {
    try await gate.pass()
    return try await inner.operation(id)
  }

  func operations(of stack: String) async throws -> [OperationRecord] {
    try await gate.pass()
    return try await inner.operations(of: stack)
  }

  func unfinishedOperations() async throws -> [OperationRecord] {
    try await gate.pass()
    return try await inner.unfinishedOperations()
  }

  func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    try await gate.pass()
    return try await inner.events(of: stack, since: since, limit: limit)
  }

  func changeSets(of owner: String?) async throws -> [ChangeSetRecord] {
    try await gate.pass()
    return try await inner.changeSets(of: owner)
  }

  func snapshots(of stack: String) async throws -> [SnapshotRecord] {
    try await gate.pass()
    return try await inner.snapshots(of: stack)
  }

  func pages(of book: String?) async throws -> [Note] {
    try await gate.pass()
    return try await inner.pages(of: book)
  }

  func pages(_ names: [String], of book: String) async throws -> [Note] {
    try await gate.pass()
    return try await inner.pages(names, of: book)
  }

  func notes(on page: NotePage) async throws -> [Note] {
    try await gate.pass()
    return try await inner.notes(on: page)
  }

  func steps(of scope: StepScope) async throws -> [StepEntry] {
    try await gate.pass()
    return try await inner.steps(of: scope)
  }

  func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    try await gate.pass()
    return try await inner.signals(to: logicalID, of: stack)
  }

  var leaseTerm: Duration? { inner.leaseTerm }

  func claim(_ stacks: [String], by holder: String) async throws -> [Lease] {
    try await checkDisk()
    return try await inner.claim(stacks, by: holder)
  }

  func renew(_ leases: [Lease]) async throws -> [Lease] {
    try await checkDisk()
    return try await inner.renew(leases)
  }

  func release(_ leases: [Lease]) async throws {
    try await checkDisk()
    try await inner.release(leases)
  }

  private func checkDisk() async throws {
    try await gate.pass()
    if gate.isDiskFull { throw Gate.DiskFull() }
  }
}
