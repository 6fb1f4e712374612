/// What is done to every resource of a stack without changing what it is.
package enum Visit: String, Sendable, CaseIterable {
  /// Asks the cloud whether it is there and works.
  case check
  /// Takes it out of use and keeps what it holds.
  case suspend
  case resume

  /// The stack's status while it goes on, and when it has ended well or not.
  var statuses: (inProgress: StackStatus, complete: StackStatus, failed: StackStatus) {
    switch self {
    case .check: (.checkInProgress, .checkComplete, .checkFailed)
    case .suspend: (.suspendInProgress, .suspendComplete, .suspendFailed)
    case .resume: (.resumeInProgress, .resumeComplete, .resumeFailed)
    }
  }

  /// The same of a resource; nothing is told of a check while it goes on.
  var resourceStatuses: (inProgress: ResourceStatus?, complete: ResourceStatus, failed: ResourceStatus) {
    switch self {
    case .check: (nil, .checkComplete, .checkFailed)
    case .suspend: (.suspendInProgress, .suspendComplete, .suspendFailed)
    case .resume: (.resumeInProgress, .resumeComplete, .resumeFailed)
    }
  }

  var kind: OperationRecord.Kind {
    switch self {
    case .check: .check
    case .suspend: .suspend
    case .resume: .resume
    }
  }

  init?(_ kind: OperationRecord.Kind) {
    switch kind {
    case .check: self = .check
    case .suspend: self = .suspend
    case .resume: self = .resume
    case .create, .update, .delete, .replace, .rollback, .act, .snapshot, .deleteSnapshot: return nil
    }
  }
}

extension ResourceStatus {
  /// Whether suspending or resuming has led to it.
  var isOfVisit: Bool {
    [.suspendInProgress, .suspendFailed, .resumeInProgress, .resumeFailed].contains(self)
  }
}

/// A type whose resources can be taken out of use and put back.
package protocol SuspendableResource: ResourceType {
  /// Takes it out of use and returns when it is; one that is already is a success.
  func suspend(_ resource: PhysicalResource, _ call: ResourceCall) async throws
  /// Puts it back into use and returns when it is; one that is already is a success.
  func resume(_ resource: PhysicalResource, _ call: ResourceCall) async throws
}
