import Document
import OrderedCollections

extension Engine {
  /// Plans what makes a stack again what an earlier operation had made of it: template, files, environment and
  /// parameters; a deleted stack is made anew.
  ///
  /// The operation is named by its number in the history or by its id. Without one, it leads to what the stack was
  /// before it became what it is; so undoing twice leads back.
  package func planUndo(_ name: String, to wanted: String? = nil) async throws -> Plan {
    let entries = try await history(of: name)
    let stack = try await journal.stack(named: name)
    let target =
      try wanted.map { try state(entry($0, in: entries, of: name)) }
      ?? formerState(than: stack?.head.blueprint, in: entries, of: name)
    guard let blueprint = target.goal else { throw noState(target) }
    let isThere = stack.map { !$0.isRolledBackToNothing } ?? false
    var plan = isThere ? try await planUpdate(name, as: blueprint) : try await planCreate(name, as: blueprint)
    plan.purpose = "back to what operation \(target.number) made"
    return plan
  }

  /// The last operation that left the stack as something else than it is now.
  private func formerState(
    than blueprint: Blueprint?, in entries: [HistoryEntry], of name: String
  ) throws -> HistoryEntry {
    let former = entries.last { entry in
      entry.operation.phase == .succeeded && entry.goal.map { $0 != blueprint } ?? false
    }
    if let former { return former }
    throw EngineError(
      .noOperation, "\(name) has never been anything else than it is",
      hint: "deleting it undoes its creation")
  }

  private func state(_ entry: HistoryEntry) throws -> HistoryEntry {
    guard entry.operation.phase == .succeeded, entry.goal != nil else { throw noState(entry) }
    return entry
  }

  private func noState(_ entry: HistoryEntry) -> EngineError {
    let operation = entry.operation
    let why =
      switch operation.phase {
      case .succeeded: "\(article(operation.kind.rawValue)) \(operation.kind.rawValue) leads to no template"
      case .failed: "it failed"
      case .rolledBack, .forward, .rollback:
        "it \(operation.isUnfinished ? "is" : "was") \(entry.result)"
      }
    return EngineError(
      .noOperation,
      "operation \(entry.number) of \(operation.stack.name) left no state to go back to: \(why)",
      hint: "choose one that succeeded and that created or updated the stack")
  }
}
