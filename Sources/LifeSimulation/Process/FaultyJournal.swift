import StackEngine

/// The journal as a process reaches it that may die, or whose disk may be full.
struct FaultyJournal: Journal {
  let inner: any Journal
  let gate: Gate

  @discardableResult
  func append(_ entries: [JournalEntry]) async throws -> [Event] {
    switch gate.fate() {
    case .write:
      let events = try await inner.append(entries)
      try gate.check()
      return events
    case .dieBefore:
      gate.kill()
      throw Gate.Dead()
    case .dieAfter:
      gate.kill()
      _ = try await inner.append(entries)
      throw Gate.Dead()
    case .full: throw Gate.DiskFull()
    case .dead: throw Gate.Dead()
    }
  }

  func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    try gate.check()
    return try await inner.stacks(includingDeleted: includingDeleted)
  }

  func stack(named name: String) async throws -> StackRecord? {
    try gate.check()
    return try await inner.stack(named: name)
  }

  func stack(id: String) async throws -> StackRecord? {
    try gate.check()
    return try await inner.stack(id: id)
  }

  func operation(_ id: String) async throws -> OperationRecord? {
    try gate.check()
    return try await inner.operation(id)
  }

  func operations(of stack: String) async throws -> [OperationRecord] {
    try gate.check()
    return try await inner.operations(of: stack)
  }

  func unfinishedOperations() async throws -> [OperationRecord] {
    try gate.check()
    return try await inner.unfinishedOperations()
  }

  func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    try gate.check()
    return try await inner.events(of: stack, since: since, limit: limit)
  }

  func steps(of scope: StepScope) async throws -> [StepEntry] {
    try gate.check()
    return try await inner.steps(of: scope)
  }

  func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    try gate.check()
    return try await inner.signals(to: logicalID, of: stack)
  }

  func claim(_ stack: String, by holder: String) async throws -> Bool {
    try gate.check()
    if gate.isDiskFull { throw Gate.DiskFull() }
    gate.holder = holder
    return try await inner.claim(stack, by: holder)
  }

  func release(_ stack: String, by holder: String) async throws {
    try gate.check()
    if gate.isDiskFull { throw Gate.DiskFull() }
    try await inner.release(stack, by: holder)
  }
}
