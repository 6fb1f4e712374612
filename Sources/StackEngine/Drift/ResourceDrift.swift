/// How a resource in the cloud differs from what its stack last made it.
package struct ResourceDrift: Sendable, Hashable {
  /// Named as CloudFormation names it.
  package enum State: String, Sendable {
    case inSync = "IN_SYNC"
    case modified = "MODIFIED"
    case deleted = "DELETED"
    /// Its type can't ask the cloud, or the cloud didn't answer.
    case notChecked = "NOT_CHECKED"
  }

  package let logicalID: String
  package let type: String
  package let physicalID: String?
  package let state: State
  /// The properties that differ: as the stack made them, and as they are.
  package let changes: [Change]
  /// Why it wasn't checked, or what is wrong with it beside its properties; empty when there is nothing to say.
  package let reason: String
}
