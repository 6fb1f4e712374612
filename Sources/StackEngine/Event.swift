package import Ambience

/// Something that happened to a stack or to one of its resources.
///
/// Every display, log and API shows these.
package struct Event: Sendable, Hashable {
  /// Grows by one with each event of a stack.
  package let sequence: Int
  package let time: Timestamp
  package let stack: StackIdentity
  /// The resource, or nil for the stack itself.
  package let logicalID: String?
  package let physicalID: String?
  /// The resource's type, or `AWS::CloudFormation::Stack`.
  package let type: String
  /// A status name of CloudFormation's, such as `CREATE_IN_PROGRESS`, or for a decision of HA's `HA_` and its
  /// verb.
  package let status: String
  /// Why, in a sentence; empty when there is nothing to say.
  package let reason: String
  /// The operation that it is part of; nil for what happened outside of one, and for events of older stores.
  package let operation: String?
  /// What led to it, from the nearest link to the first; empty where nothing failed.
  package let causes: [Cause]

  package init(
    sequence: Int, time: Timestamp, stack: StackIdentity, logicalID: String?, physicalID: String?,
    type: String, status: String, reason: String, operation: String? = nil, causes: [Cause] = []
  ) {
    self.sequence = sequence
    self.time = time
    self.stack = stack
    self.logicalID = logicalID
    self.physicalID = physicalID
    self.type = type
    self.status = status
    self.reason = reason
    self.operation = operation
    self.causes = causes
  }

  /// The same with a sequence number of the journal's.
  package func numbered(_ sequence: Int) -> Event {
    Event(
      sequence: sequence, time: time, stack: stack, logicalID: logicalID, physicalID: physicalID,
      type: type, status: status, reason: reason, operation: operation, causes: causes)
  }
}
