package import Ambience
package import Document
internal import OrderedCollections

/// One request of the engine to a resource type, and what the type may use to carry it out.
package struct ResourceCall: Sendable {
  package let stack: StackIdentity
  package let logicalID: String
  package let properties: Properties
  /// What the resource was last given; nil on create.
  package let previous: Properties?
  /// The resource's `Metadata`, evaluated.
  package let metadata: Value?
  /// The resource's `UpdatePolicy`, evaluated; nil for a delete and an action.
  package let updatePolicy: Value?
  /// A name for what is created, the same after a crash and unique in the cloud: `web-Server-k2v9q0x1`.
  package let physicalName: String
  package let ambient: Ambient
  package let journal: any StepJournal
  package let signals: any SignalBox
  /// Finds what exists for a resource of this stack or of another, by its physical ID: what a property refers to.
  package let lookUp: @Sendable (_ physicalID: String) async throws -> PhysicalResource?
  /// The stacks inside of this one.
  package let nested: any NestedStacks
  /// The stack's tags, and those that the resource was last given.
  package var stackTags = Tags()
  package var previousStackTags = Tags()
  /// For create: whether the resource counts as created only once its guests have signalled, as a `CreationPolicy`
  /// asks.
  package var waitsForSignals = false
  /// For create: what a snapshot has kept of it, which it is made from.
  package var content: Value?
  /// For delete: whether the deletion policy asks for a snapshot first.
  package let keepsSnapshot: Bool

  package init(
    stack: StackIdentity, logicalID: String, properties: Properties, previous: Properties? = nil,
    metadata: Value? = nil, updatePolicy: Value? = nil, physicalName: String, ambient: Ambient,
    journal: any StepJournal,
    signals: any SignalBox, nested: any NestedStacks = NoNestedStacks(), keepsSnapshot: Bool = false,
    lookUp: @escaping @Sendable (_ physicalID: String) async throws -> PhysicalResource? = { _ in nil }
  ) {
    self.stack = stack
    self.logicalID = logicalID
    self.properties = properties
    self.previous = previous
    self.metadata = metadata
    self.updatePolicy = updatePolicy
    self.physicalName = physicalName
    self.ambient = ambient
    self.journal = journal
    self.signals = signals
    self.nested = nested
    self.keepsSnapshot = keepsSnapshot
    self.lookUp = lookUp
  }

  /// Makes one change of the cloud exactly once, whatever crashes in between.
  ///
  /// The intent is journaled before the change and its result after it. When the journal holds a result, that is
  /// returned and nothing is done. When it holds an intent without result, a call may have been lost: `find` looks
  /// for what it made, several times within a few seconds as the cloud may still be at it, and only when there is
  /// nothing is the change made (again). The same holds for what another engine was at that lost its lease: its `Fence` is
  /// asked right before each change, so what a paused engine can still send is the one request on its way.
  ///
  /// - Parameters:
  ///   - key: The step's name, unique within this resource's operation, such as `server`.
  ///   - find: Looks in the cloud for the result of an earlier, lost attempt; nil when the change may be made
  ///     twice without harm.
  ///   - change: Makes the change and returns what to remember of it (no secrets).
  /// - Returns: What `change` gave, now or before the crash.
  /// - Throws: What the journal, `find` or `change` throws; then the step may be taken again.
  package func step(
    _ key: String, find: (() async throws -> Value?)? = nil, change: () async throws -> Value
  ) async throws -> Value {
    switch try await journal.begin(key) {
    case .done(let result): return result
    case .interrupted:
      if let find, let found = try await search(find) {
        try await journal.end(key, result: found)
        return found
      }
    case .new: break
    }
    try await Fence.current?.ascertain()
    let result = try await change()
    try await journal.end(key, result: result)
    return result
  }

  private static let searchPauses = [Duration.seconds(1), .seconds(2), .seconds(4)]

  /// How long it may take until what a lost call made is there.
  static let longestSearch = searchPauses.reduce(.zero, +)

  /// Looks for what a lost call made; the process may have died, and come back, while the cloud was at it.
  private func search(_ find: () async throws -> Value?) async throws -> Value? {
    for pause in Self.searchPauses {
      if let found = try await find() { return found }
      try await ambient.sleep(pause)
    }
    return try await find()
  }
}

/// The stack that a resource belongs to.
package struct StackIdentity: Sendable, Hashable {
  package let name: String
  /// A UUID that no other stack has or had.
  package let id: String

  package init(name: String, id: String) {
    self.name = name
    self.id = id
  }
}

/// The journal as one resource's operation sees it.
package protocol StepJournal: Sendable {
  /// Journals the intent to take a step, returns when that is durable, and says what the journal knew of it
  /// before.
  func begin(_ key: String) async throws -> StepRecord
  func end(_ key: String, result: Value) async throws
  /// All steps begun so far, in order.
  func entries() async throws -> [StepEntry]
}

/// What the journal knows of a step.
package enum StepRecord: Sendable, Hashable {
  case new
  /// There was an intent without a result: the change may have been made.
  case interrupted
  case done(Value)
}

/// A word from a guest to the stack: what `cfn-signal` sends to a wait condition's handle.
package struct Signal: Sendable, Hashable {
  package let id: String
  package let isSuccess: Bool
  package let reason: String
  package let data: String

  package init(id: String, isSuccess: Bool, reason: String, data: String) {
    self.id = id
    self.isSuccess = isSuccess
    self.reason = reason
    self.data = data
  }
}

/// Where signals to a stack's resources arrive and stay.
package protocol SignalBox: Sendable {
  /// The signals that a resource has got, one per id, the newest winning.
  func signals(to logicalID: String) async throws -> [Signal]
  /// Keeps a signal that was found elsewhere, such as in an object store.
  func record(_ signal: Signal, to logicalID: String) async throws
  /// Returns when a signal has come for the resource since the last look, or after `timeout`.
  func awaitSignal(to logicalID: String, timeout: Duration) async throws
}
