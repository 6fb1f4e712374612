package import Document

/// Why the engine refused something, or why an operation failed.
package struct EngineError: Error, Sendable {
  package enum Code: String, Sendable {
    case stackExists = "stack_exists"
    case noSuchStack = "no_such_stack"
    case noSuchResource = "no_such_resource"
    case operationInProgress = "operation_in_progress"
    case noOperation = "no_operation"
    case planOutdated = "plan_outdated"
    case badStackName = "bad_stack_name"
    case notActionable = "not_actionable"
    /// The stack is suspended, or isn't.
    case suspended
    /// A resource is gone from the cloud, or doesn't work.
    case unhealthy
    /// A stack with this status can't do that.
    case wrongStatus = "wrong_status"
    case changeSetExists = "change_set_exists"
    case noSuchChangeSet = "no_such_change_set"
    case snapshotExists = "snapshot_exists"
    case noSuchSnapshot = "no_such_snapshot"
    /// The stack policy protects a resource.
    case policyDenies = "policy_denies"
    case badTag = "bad_tag"
    /// Another operation has taken over.
    case superseded
    /// Deletion is forbidden until the protection is taken away.
    case protected
    /// What is to be imported is another stack's, or can't be taken over.
    case notImportable = "not_importable"
    /// What is to be moved to another stack can't be, or not without more than that.
    case notMovable = "not_movable"
    /// There are no such moments of a step.
    case badBreakpoint = "bad_breakpoint"
    /// Nothing waits there.
    case notPaused = "not_paused"
    /// What can't be decided where a step waits.
    case wrongDecision = "wrong_decision"
    /// What is to be skipped doesn't exist, and something else needs it.
    case needsSkipped = "needs_skipped"
    /// A creation policy that can't be read.
    case badCreationPolicy = "bad_creation_policy"
    /// A guest has signalled that it didn't come up.
    case signalledFailure = "signalled_failure"
    /// A hook refuses a step.
    case refused
    /// A step was given up where it waited.
    case givenUp = "given_up"
    /// What the cloud has can't be what the stack's template says.
    case notAcceptable = "not_acceptable"
    /// The stacks of a group need each other.
    case groupCycle = "group_cycle"
    /// The operation ended, not as wished; the stack's status says where that left it.
    case operationFailed = "operation_failed"
    case cancelled
    case timedOut = "timed_out"
    /// The journal can't be read or written.
    case journalFailed = "journal_failed"
    /// Another engine has taken up the operation.
    case leaseLost = "lease_lost"
  }

  package let code: Code
  package let message: String
  package let hint: String?
  package let cause: (any Error)?

  package init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
    self.cause = cause
  }
}

extension EngineError {
  /// A stack has the name that another is to get.
  static func exists(_ stack: StackRecord) -> EngineError {
    EngineError(
      .stackExists, "there is a stack \(stack.identity.name) already, with status \(stack.status.rawValue)",
      hint: "update or delete it, or choose another name")
  }
}

extension EngineError: Explainable {
  package var diagnostics: [Diagnostic] {
    let own = Diagnostic(code.rawValue, message, hint: hint)
    return [own] + ((cause as? any Explainable)?.diagnostics ?? [])
  }
}

/// An error as one sentence for an event's reason.
func sentence(of error: any Error) -> String {
  if error is CancellationError { return "cancelled" }
  if let error = error as? any Explainable {
    // A cause is often told by what it led to already.
    var told: [String] = []
    for diagnostic in error.diagnostics where !told.contains(where: { $0.contains(diagnostic.message) }) {
      told.append(diagnostic.message)
    }
    return told.joined(separator: "; ")
  }
  return String(describing: error)
}
