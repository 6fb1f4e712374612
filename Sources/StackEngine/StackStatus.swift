/// The state of a stack, named as CloudFormation names it, and as Heat where CloudFormation has no word.
package enum StackStatus: String, Sendable, CaseIterable {
  case createInProgress = "CREATE_IN_PROGRESS"
  case createComplete = "CREATE_COMPLETE"
  case createFailed = "CREATE_FAILED"
  case rollbackInProgress = "ROLLBACK_IN_PROGRESS"
  case rollbackComplete = "ROLLBACK_COMPLETE"
  case rollbackFailed = "ROLLBACK_FAILED"
  case updateInProgress = "UPDATE_IN_PROGRESS"
  case updateCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
  case updateComplete = "UPDATE_COMPLETE"
  case updateFailed = "UPDATE_FAILED"
  case updateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS"
  case updateRollbackCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
  case updateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE"
  case updateRollbackFailed = "UPDATE_ROLLBACK_FAILED"
  case deleteInProgress = "DELETE_IN_PROGRESS"
  case deleteComplete = "DELETE_COMPLETE"
  case deleteFailed = "DELETE_FAILED"
  case checkInProgress = "CHECK_IN_PROGRESS"
  case checkComplete = "CHECK_COMPLETE"
  /// A resource is gone, doesn't work or was marked as unhealthy; an update replaces it.
  case checkFailed = "CHECK_FAILED"
  case suspendInProgress = "SUSPEND_IN_PROGRESS"
  case suspendComplete = "SUSPEND_COMPLETE"
  case suspendFailed = "SUSPEND_FAILED"
  case resumeInProgress = "RESUME_IN_PROGRESS"
  case resumeComplete = "RESUME_COMPLETE"
  case resumeFailed = "RESUME_FAILED"

  package var isInProgress: Bool { rawValue.hasSuffix("_IN_PROGRESS") }
  /// Whether some of it is out of use.
  package var isSuspended: Bool { self == .suspendComplete || self == .suspendFailed }
  package var isFailure: Bool { rawValue.hasSuffix("_FAILED") || rawValue.contains("ROLLBACK") }
}
