package import Ambience
package import Document
package import OrderedCollections

/// What a stack was at a time, to go back to: what it was made from, and what the cloud keeps of its data.
package struct SnapshotRecord: Sendable, Hashable {
  /// Named as Heat names it.
  package enum Status: String, Sendable {
    case inProgress = "SNAPSHOT_IN_PROGRESS"
    case complete = "SNAPSHOT_COMPLETE"
    /// Not all of it could be kept; it can only be deleted.
    case failed = "SNAPSHOT_FAILED"
    case deleteInProgress = "DELETE_IN_PROGRESS"
    case deleteFailed = "DELETE_FAILED"
  }

  package let id: String
  /// The name that no other snapshot of its stack has.
  package let name: String
  /// The stack, under the name that it had.
  package let stack: StackIdentity
  /// The operation that took it.
  package let operation: String
  package var status: Status
  package var reason: String
  package let created: Timestamp
  package let blueprint: Blueprint
  /// The stack's resources as they were, by logical ID.
  package let resources: OrderedDictionary<String, ResourceRecord>
  /// What the cloud keeps of them, as their types need it to make others from that, by logical ID.
  package var contents: [String: Value] = [:]

  package init(
    id: String, name: String, stack: StackIdentity, operation: String, status: Status = .inProgress,
    reason: String = "", created: Timestamp, blueprint: Blueprint,
    resources: OrderedDictionary<String, ResourceRecord>
  ) {
    self.id = id
    self.name = name
    self.stack = stack
    self.operation = operation
    self.status = status
    self.reason = reason
    self.created = created
    self.blueprint = blueprint
    self.resources = resources
  }

  /// What is kept of a resource is called so in the cloud.
  func physicalName(of logicalID: String) -> String { PhysicalName.make(stack, logicalID, seed: id) }
}

/// Which snapshot an operation takes, deletes or goes back to.
package struct SnapshotReference: Sendable, Hashable {
  package let id: String
  package let name: String

  package init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}

extension [OperationRecord] {
  /// The resources that they made again from a snapshot.
  var restoredIDs: Set<String> {
    reduce(into: []) { if $1.snapshot != nil { $0.formUnion($1.replacements.keys) } }
  }
}
