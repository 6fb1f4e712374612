/// A change set, and whether it can be executed.
package struct ChangeSet: Sendable, Hashable {
  /// Named as CloudFormation names it.
  package enum Status: String, Sendable {
    case available = "AVAILABLE"
    /// The stack policy forbids what it does.
    case unavailable = "UNAVAILABLE"
    case executing = "EXECUTE_IN_PROGRESS"
    case executed = "EXECUTE_COMPLETE"
    case failed = "EXECUTE_FAILED"
    /// The stack has changed since.
    case obsolete = "OBSOLETE"
  }

  package let record: ChangeSetRecord
  package let status: Status
  /// Why it has its status; empty when there is nothing to say.
  package let reason: String

  package var name: String { record.name }
}
