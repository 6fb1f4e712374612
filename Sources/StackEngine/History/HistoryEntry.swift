package import Ambience
package import Document
package import OrderedCollections

/// One operation in a stack's history, with what came of it.
package struct HistoryEntry: Sendable, Hashable {
  /// Counts the operations of all the stacks that have had the name, from 1.
  package let number: Int
  package let operation: OperationRecord
  /// The resources that it changed, or took out of use and back, by logical ID.
  package let changed: Set<String>

  /// What an operation did, as its events tell.
  init(_ number: Int, _ operation: OperationRecord, events: [Event]) {
    self.number = number
    self.operation = operation
    changed = Set(events.filter(\.isChange).compactMap(\.logicalID))
  }

  /// What the stack was to be once it had succeeded; nil for one that doesn't say.
  package var goal: Blueprint? { operation.goal }

  /// How long it took; until now for one that hasn't ended.
  package func duration(until now: Timestamp) -> Duration { (operation.ended ?? now) - operation.started }

  /// How it ended, in a word or two.
  package var result: String {
    switch operation.phase {
    case .forward: "in progress"
    case .rollback: "going back"
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .rolledBack: "rolled back"
    }
  }

  /// What its plan was, such as `2 create, 1 update`.
  package var plan: String {
    if let action = operation.action, let target = operation.target { return "\(action.name) \(target)" }
    return operation.planned.map { "\($1) \($0)" }.joined(separator: ", ")
  }

  /// Why it was done, and why it didn't do it.
  package var remark: String {
    [operation.purpose ?? "", operation.phase == .succeeded ? "" : operation.reason]
      .filter { !$0.isEmpty }.joined(separator: ": ")
  }

  /// The entry for programs.
  package var fields: OrderedDictionary<String, Value> {
    let goal = operation.goal
    let parameters = goal?.parameters
    return [
      "number": .integer(Int64(number)), "id": .string(operation.id),
      "stack_id": .string(operation.stack.id), "operation": .string(operation.kind.rawValue),
      "started": .string(operation.started.description),
      "ended": operation.ended.map { .string($0.description) } ?? .null, "result": .string(result),
      "seconds": operation.ended.map { .number(Double(($0 - operation.started).milliseconds) / 1000) }
        ?? .null,
      "changed": .integer(Int64(changed.count)),
      "plan": .map(operation.planned.mapValues { .integer(Int64($0)) }),
      "template": goal.map { .string($0.templateName) } ?? .null,
      "parameters": .map(
        (parameters?.values ?? [:]).filter { parameters?.secretNames.contains($0.key) == false }),
      "reason": .string(remark),
    ]
  }
}

extension Event {
  /// Whether it says that a resource became something else.
  fileprivate var isChange: Bool {
    logicalID != nil && status.hasSuffix("_COMPLETE") && !status.hasPrefix("CHECK_")
      && !status.hasPrefix("HA_")
  }
}

extension Duration {
  /// The span in whole milliseconds.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
