package import Document
package import OrderedCollections
package import Templates

/// What an operation will do, before anything is done: pure data that previews show and the runner runs.
package struct Plan: Sendable {
  package let kind: OperationRecord.Kind
  package let stack: StackIdentity
  /// The stack's revision that the plan was made at; 0 when there was no stack.
  package let revision: Int
  /// Where it leads; nil to nothing.
  package let goal: Blueprint?
  package let template: Template?
  /// The steps, those of the change phase in an order that their edges allow, then those of cleanup.
  package let steps: [Step]
  /// For each step the indices of those that must end before it starts.
  ///
  /// Every cleanup step besides waits for all of the change phase.
  package let edges: [[Int]]
  /// The resources to replace though nothing has changed, and why.
  package let replacements: [String: String]
  package let warnings: [Diagnostic]
  /// The resources that get other logical IDs before anything else is done: new ones by old ones.
  package var moves: OrderedDictionary<String, String> = [:]
  /// What is there already and is taken into the stack: physical IDs by logical ID.
  package var imports: [String: String] = [:]
  /// Whether it starts from what the cloud has, also in the stacks inside.
  package var refreshes = false
  /// The resources that the cloud has otherwise than the stack's record, as the cloud has them.
  package var observed: [ResourceRecord] = []
  /// The logical IDs that a deletion leaves in the cloud.
  package var retained: Set<String> = []
  /// The logical IDs of what is left as it is, though it isn't as wanted.
  package var skipped: Set<String> = []
  /// The stack policy that it is held to, or that a new stack gets.
  package var policy: StackPolicy?
  /// What it mustn't do, by that policy; a plan with any isn't run.
  package var refusals: [Diagnostic] = []
  /// What it takes away from, or changes for, other stacks.
  package var notices: [Diagnostic] = []
  /// What the stack asks other stacks for.
  var usage = Usage()
  /// The outputs as far as they are known before.
  var outputs: OrderedDictionary<String, PlannedOutput> = [:]
  /// The resources that are stacks themselves, as they are wanted.
  var nesting: [String: ResourceTarget] = [:]
  /// What it is for, where its kind doesn't say it.
  package var purpose: String?
  /// The id of the change set that it is.
  var changeSet: String?
  /// The snapshot that it leads back to.
  package var snapshot: SnapshotReference?
  /// What the stack was last asked to be; nil for a new one.
  package var origin: Blueprint?

  package var isEmpty: Bool { moves.isEmpty && steps.allSatisfy { [.keep, .skip].contains($0.action) } }
  /// What is done to a logical resource, cleanup apart.
  package subscript(logicalID: String) -> Step? {
    steps.first { $0.logicalID == logicalID && $0.phase == .change }
  }
}

/// One thing that a plan does to one resource.
package struct Step: Sendable, Hashable {
  package enum Action: String, Sendable {
    case create, update, replace, delete, keep
    /// Taken out of the stack, left in the cloud.
    case retain
    /// A resource that was superseded takes its logical ID back.
    case restore
    /// Left as it is, though it isn't as wanted.
    case skip
    /// What is in the cloud already is taken into the stack as it is.
    case `import`
  }

  /// Cleanup deletes what is no longer wanted once all else has gone well.
  package enum Phase: Sendable { case change, cleanup }

  package let logicalID: String
  package let type: String
  package let action: Action
  package let phase: Phase
  /// The physical resource that is changed, deleted or replaced; nil when there is none yet.
  package let physicalName: String?
  package let changes: [Change]
  /// Why, where the changes don't say it.
  package let reason: String
  /// Whether values known only later may make the action a smaller one (keep for update, update for replace).
  package let isConditional: Bool

  package init(
    logicalID: String, type: String, action: Action, phase: Phase = .change, physicalName: String? = nil,
    changes: [Change] = [], reason: String = "", isConditional: Bool = false
  ) {
    self.logicalID = logicalID
    self.type = type
    self.action = action
    self.phase = phase
    self.physicalName = physicalName
    self.changes = changes
    self.reason = reason
    self.isConditional = isConditional
  }
}

/// A property that a step changes.
package struct Change: Sendable, Hashable {
  package enum Side: Sendable, Hashable {
    case absent
    case value(Value)
    /// A value that can't be shown.
    case secret
    /// Known only after these resources are created or changed.
    case later([String])
  }

  /// The property's name, or `Metadata`.
  package let property: String
  package let before: Side
  package let after: Side
  package let causesReplacement: Bool

  package init(_ property: String, before: Side, after: Side, causesReplacement: Bool = false) {
    self.property = property
    self.before = before
    self.after = after
    self.causesReplacement = causesReplacement
  }
}
