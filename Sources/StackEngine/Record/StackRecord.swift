package import Ambience
package import Document
package import OrderedCollections
package import Secrets

/// All that the journal knows of a stack's present state.
package struct StackRecord: Sendable, Hashable {
  package var head: StackHead
  /// The resources as `Ref` finds them, by logical ID.
  package var resources: OrderedDictionary<String, ResourceRecord>
  /// Physical resources that a replacement has superseded and that still exist.
  package var superseded: [ResourceRecord]

  package init(
    head: StackHead, resources: OrderedDictionary<String, ResourceRecord> = [:],
    superseded: [ResourceRecord] = []
  ) {
    self.head = head
    self.resources = resources
    self.superseded = superseded
  }

  package var identity: StackIdentity { head.identity }
  /// Whether nothing of it exists.
  package var isEmpty: Bool { resources.isEmpty && superseded.isEmpty }
  package var status: StackStatus { head.status }
  /// Whether its creation was rolled back to nothing, so that its name is free for another creation.
  package var isRolledBackToNothing: Bool { status == .rollbackComplete && isEmpty }
  package var outputs: OrderedDictionary<String, OutputRecord> { head.outputs }
  package var tags: Tags { head.blueprint.tags }
}

/// A stack without its resources.
package struct StackHead: Sendable, Hashable {
  package var identity: StackIdentity
  package var status: StackStatus
  package var reason: String
  package var description: String?
  /// What the stack was last asked to be.
  package var blueprint: Blueprint
  /// What the stack was when an operation on it last succeeded, and where a rollback leads; nil when none has.
  package var stable: Blueprint?
  package var outputs: OrderedDictionary<String, OutputRecord>
  package var created: Timestamp
  package var updated: Timestamp
  /// Grows with each operation; a plan made at another revision is outdated.
  package var revision: Int
  /// Whether it mustn't be deleted.
  package var isProtected = false
  /// What updates may do to its resources; nil for anything.
  package var policy: StackPolicy?
  /// What it asked other stacks for when an operation on it last succeeded.
  package var uses: [Use] = []
  /// The resource of another stack that it is; nil for a stack of its own.
  package var parent: ParentResource?

  package init(
    identity: StackIdentity, status: StackStatus, reason: String = "", description: String? = nil,
    blueprint: Blueprint, stable: Blueprint? = nil, outputs: OrderedDictionary<String, OutputRecord> = [:],
    created: Timestamp, updated: Timestamp, revision: Int = 0
  ) {
    self.identity = identity
    self.status = status
    self.reason = reason
    self.description = description
    self.blueprint = blueprint
    self.stable = stable
    self.outputs = outputs
    self.created = created
    self.updated = updated
    self.revision = revision
  }
}

/// What others want to know of a stack: its head without the templates, which may be large.
package struct StackSummary: Sendable, Hashable {
  package let identity: StackIdentity
  package let outputs: OrderedDictionary<String, OutputRecord>
  /// What it asked other stacks for when an operation on it last succeeded.
  package let uses: [Use]
  /// The resource of another stack that it is; nil for a stack of its own.
  package let parent: ParentResource?

  package init(
    identity: StackIdentity, outputs: OrderedDictionary<String, OutputRecord>, uses: [Use],
    parent: ParentResource?
  ) {
    self.identity = identity
    self.outputs = outputs
    self.uses = uses
    self.parent = parent
  }

  package init(_ head: StackHead) {
    self.init(identity: head.identity, outputs: head.outputs, uses: head.uses, parent: head.parent)
  }
}

/// A resource that is a stack itself.
package struct ParentResource: Sendable, Hashable {
  /// The id of the stack that it belongs to.
  package let stack: String
  package let logicalID: String

  package init(stack: String, logicalID: String) {
    self.stack = stack
    self.logicalID = logicalID
  }
}

package struct OutputRecord: Sendable, Hashable {
  /// The value; one that a secret went into can only be revealed.
  package enum Content: Sendable, Hashable {
    case plain(Value)
    case secret(Secret)
  }

  package let content: Content
  package let description: String?
  package let exportName: String?

  package init(_ content: Content, description: String? = nil, exportName: String? = nil) {
    self.content = content
    self.description = description
    self.exportName = exportName
  }

  /// The value for people and logs; nil when it is secret.
  package var shown: Value? { if case .plain(let value) = content { value } else { nil } }
}
