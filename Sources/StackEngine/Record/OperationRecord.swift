package import Ambience
package import OrderedCollections

/// What the journal knows of one operation on a stack.
package struct OperationRecord: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case create, update, delete
    /// An update without changes but for resources that are replaced.
    case replace
    /// The way back from a failed operation, asked for.
    case rollback
    /// An action on one resource, such as a reboot.
    case act
    /// A visit to every resource.
    case check, suspend, resume
    /// Keeps what a stack is, and deletes what was kept.
    case snapshot
    case deleteSnapshot = "delete_snapshot"

    /// Whether it makes a stack something else.
    package var isChange: Bool {
      switch self {
      case .create, .update, .delete, .replace, .rollback: true
      case .act, .check, .suspend, .resume, .snapshot, .deleteSnapshot: false
      }
    }
  }

  /// How far it is.
  package enum Phase: String, Sendable {
    case forward, rollback
    case succeeded, failed
    /// It failed or was cancelled, and the stack is as it was before.
    case rolledBack = "rolled_back"
  }

  package let id: String
  package let stack: StackIdentity
  package let kind: Kind
  /// Where it leads; nil for a deletion and an action.
  package let goal: Blueprint?
  /// Where a rollback leads: nil to nothing.
  package let origin: Blueprint?
  package var options: OperationOptions
  /// The resources to replace though nothing has changed, and why.
  package let replacements: [String: String]
  /// What is there already and is taken into the stack: physical IDs by logical ID.
  package var imports: [String: String] = [:]
  /// The operations that failed since the stack last was as wanted: what they made is given up with what this one
  /// makes.
  package var attempts: [String] = []
  /// The action and its resource, for the kind `act`.
  package let action: ResourceAction?
  package let target: String?
  /// How many resources its plan names, by what was to be done to them: `create`, `replace` and so on.
  package var planned: OrderedDictionary<String, Int> = [:]
  /// What it was for, where its kind doesn't say it.
  package var purpose: String?
  /// The id of the change set that it executes.
  package var changeSet: String?
  /// The snapshot that it takes, deletes or, as an update, goes back to.
  package var snapshot: SnapshotReference?
  package var phase: Phase
  package var reason: String
  package let started: Timestamp
  package var ended: Timestamp?

  package init(
    id: String, stack: StackIdentity, kind: Kind, goal: Blueprint?, origin: Blueprint?,
    options: OperationOptions, replacements: [String: String] = [:], action: ResourceAction? = nil,
    target: String? = nil, phase: Phase = .forward, reason: String = "", started: Timestamp,
    ended: Timestamp? = nil
  ) {
    self.id = id
    self.stack = stack
    self.kind = kind
    self.goal = goal
    self.origin = origin
    self.options = options
    self.replacements = replacements
    self.action = action
    self.target = target
    self.phase = phase
    self.reason = reason
    self.started = started
    self.ended = ended
  }

  package var isUnfinished: Bool { phase == .forward || phase == .rollback }
}

package struct OperationOptions: Sendable, Hashable {
  package enum FailurePolicy: String, Sendable {
    /// Goes back to what the stack was.
    case rollback
    /// Keeps what there is, for a look and another try.
    case keep
  }

  package var onFailure: FailurePolicy
  /// The time allowed for the forward part; nil for as long as it takes.
  package var timeout: Duration?
  /// The resource of another stack that the stack is; nil for a stack of its own.
  package var parent: ParentResource?
  /// Whether it starts from what the cloud has, also in the stacks inside.
  package var refreshes = false
  /// The logical IDs that a deletion leaves in the cloud.
  package var retained: Set<String> = []
  /// The logical IDs of what is left as it is, though it isn't as wanted.
  package var skipped: Set<String> = []
  /// The stack policy that it is held to, or that a new stack gets.
  package var policy: StackPolicy?
  /// Where it stops and waits to be told to go on, beside what the environment says of that.
  package var breakpoints: [Breakpoint] = []
  /// What its asker knows it by, should they have to ask for it after a crash: a step of an incident.
  package var tag: String?
  /// Whether a step that has failed waits to be told whether it is taken again.
  package var pausesAtFailure = false

  package init(onFailure: FailurePolicy = .rollback, timeout: Duration? = nil) {
    self.onFailure = onFailure
    self.timeout = timeout
  }
}
