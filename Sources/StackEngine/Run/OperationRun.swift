import Ambience
import Document
import OrderedCollections
import Synchronization
import Templates

/// One operation while it runs: walks its plan, keeps what happens, and goes back when it has to.
actor OperationRun {
  nonisolated let operation: Operation
  let engine: Engine
  let catalog: ResourceCatalog
  let ambient: Ambient
  let surroundings: Surroundings
  let reader: Engine.Reader
  let references: any ReferenceSource
  let ledger: Ledger
  let signals: StackSignals
  nonisolated let cancellation = Latch()
  /// Set when another operation takes over: nothing new is begun then.
  nonisolated let takeover = Latch()
  /// Set at the first failure of the forward part: those who only wait for others needn't any longer.
  let halted = Latch()
  let isResumed: Bool
  /// The UUID of the stack that this one is part of.
  nonisolated let parent: String?

  var record: OperationRecord
  var head: StackHead
  /// The resources as `Ref` finds them, by logical ID.
  var current = ResourceTable(by: .logicalID)
  /// What replacements have superseded, by physical name.
  var superseded = ResourceTable(by: .physicalName)
  var scope: StackScope
  var plan: Plan?
  var failures: [Failure] = []
  /// The pauses that it has made, in their order.
  var pauses: [Pause] = []
  /// What opens for the steps that wait at a pause, by its number.
  var gates: [Int: Latch] = [:]
  /// What the steps do, by logical ID.
  var contexts: [String: StepContext] = [:]
  /// How many steps run, where no other can be begun before one of them ends.
  var running: Int?
  /// The resources that a check couldn't ask the cloud about.
  var uncheckedIDs: [String] = []
  /// What steps that were taken at once have to keep.
  var taken: [JournalEntry] = []
  /// The snapshot that it takes, deletes or goes back to; nil before that is begun, and when it is gone.
  var kept: SnapshotRecord?

  struct Failure {
    let logicalID: String
    let sentence: String
    let error: any Error
  }

  /// A run of `plan`; `isCutOff` says that a dead process has left it, and the journal what is left to do.
  init(engine: isolated Engine, record: OperationRecord, plan: Plan?, isCutOff: Bool = false) {
    operation = Operation(record, plan: plan)
    self.engine = engine
    catalog = engine.catalog
    ambient = engine.ambient
    surroundings = engine.surroundings
    reader = engine.reader
    references = engine.references
    ledger = Ledger(engine.journal, operation, engine.bells, engine.ambient, halted: halted)
    signals = StackSignals(
      stack: record.stack.id, journal: engine.journal, bells: engine.bells, ambient: engine.ambient)
    isResumed = isCutOff
    parent = record.options.parent?.stack
    self.record = record
    self.plan = plan
    let nothing = Blueprint(templateName: "", templateText: "", parameters: Properties())
    head = StackHead(
      identity: record.stack, status: .createInProgress, blueprint: record.goal ?? nothing,
      created: record.started, updated: record.started)
    head.parent = record.options.parent
    scope = StackScope(
      identity: record.stack, surroundings: engine.surroundings, parameters: [:], elsewhere: Elsewhere())
  }

  /// Stops what goes on; `policy` says what becomes of the stack, instead of the operation's own options.
  func cancel(_ policy: OperationOptions.FailurePolicy? = nil) {
    if let policy { record.options.onFailure = policy }
    cancellation.set()
  }

  /// Runs the operation to its end, whatever that is; stops where it is once the journal takes nothing more, and
  /// changes nothing in the cloud once its lease is lost.
  ///
  /// Who has asked for it is asked before its first change whether it still may be begun. From then on it is the
  /// stack's own, and whoever takes over from the asker finds it in the journal.
  func execute() async -> Result<StackHead, any Error> {
    let asker = Mutex(Fence.current)
    let fence = Fence { [ledger] in
      if let first = asker.withLock({ $0 }) {
        try await first.ascertain()
        asker.withLock { $0 = nil }
      }
      try await ledger.ascertain()
    }
    return await Fence.$current.withValue(fence) { await perform() }
  }

  private func perform() async -> Result<StackHead, any Error> {
    do {
      try await load()
      switch record.kind {
      case .act: try await act()
      case .delete: try await delete()
      case .check, .suspend, .resume: if let kind = Visit(record.kind) { try await visit(kind) }
      case .snapshot: try await takeSnapshot()
      case .deleteSnapshot: try await deleteSnapshot()
      case .rollback: try await goBack()
      case .create, .update, .replace:
        if record.phase == .rollback { try await goBack() } else { try await goForward() }
      }
      return .success(head)
    } catch {
      if let loss = ledger.loss { return .failure(explained(loss)) }
      return .failure(error)
    }
  }

  private func explained(_ loss: Ledger.Loss) -> EngineError {
    if loss.cause is LeaseLost {
      return EngineError(
        .leaseLost, "another engine has taken up the work on \(record.stack.name)",
        hint:
          "this one was thought dead, as it didn't renew its lease in time; the stack's events tell the rest")
    }
    if loss.cause is NameTaken {
      return EngineError(
        .stackExists, "there is a stack \(record.stack.name) already: another process has just made it",
        hint: "update or delete it, or choose another name")
    }
    return EngineError(
      .journalFailed, "the journal can't be written, so the work on \(record.stack.name) stopped",
      hint: "the next run takes it up where it is", cause: loss.cause)
  }

  private func load() async throws {
    do {
      if record.kind == .act, let target = record.target {
        // Of the others it takes note only where it leaves another resource.
        if let found = try await ledger.journal.resource(target, ofStack: record.stack.id) {
          head = found.stack
          current = ResourceTable([found.resource].compactMap(\.self), by: .logicalID)
        }
      } else if let stack = try await ledger.journal.stack(id: record.stack.id) {
        head = stack.head
        current = ResourceTable(stack.resources.values.elements, by: .logicalID)
        superseded = ResourceTable(stack.superseded, by: .physicalName)
      }
      current.reserve(plan?.template?.resources.count ?? 0)
      if let wanted = record.snapshot {
        kept = try await ledger.journal.snapshots(of: record.stack.id).first { $0.id == wanted.id }
      }
      // An action evaluates nothing, unless it leaves another resource.
      if record.kind != .act { scope.elsewhere = try await Elsewhere(ledger.journal) }
      if isResumed { try await loadPauses() }
    } catch {
      throw ledger.lose(error)
    }
  }

  /// The stack as it is now.
  func snapshot() -> StackRecord {
    var resources: OrderedDictionary<String, ResourceRecord> = [:]
    resources.reserveCapacity(current.keys.count)
    let order = plan?.template?.resources.keys.elements ?? []
    for id in order { resources[id] = current[id] }
    for id in current.keys.sorted() where resources[id] == nil { resources[id] = current[id] }
    let old = superseded.values.sorted { $0.physicalName < $1.physicalName }
    return StackRecord(head: head, resources: resources, superseded: old)
  }

  // MARK: - Keeping

  /// Keeps the stack's new status with the event that tells it.
  func keep(
    _ status: StackStatus, reason: String = "", with others: [JournalEntry] = []
  ) async throws(Ledger.Loss) {
    head.status = status
    head.reason = reason
    head.updated = ambient.now()
    try await ledger.keep([.operation(record), .stack(head)] + others + [.event(stackEvent(status, reason))])
  }

  /// Keeps a resource's new state with the event that tells it, and other entries before it.
  func keep(
    _ resource: ResourceRecord, event: Event? = nil, causes: [Cause] = [],
    with others: [JournalEntry] = []
  ) async throws(Ledger.Loss) {
    var resource = resource
    resource.updated = ambient.now()
    if resource.isSuperseded {
      superseded[resource.physicalName] = resource
    } else {
      current[resource.logicalID] = resource
    }
    let told = event ?? self.event(of: resource, resource.status.rawValue, resource.reason, causes)
    try await ledger.keep(others + [.resource(resource, stack: record.stack.id), .event(told)])
  }

  func event(
    of resource: ResourceRecord, _ status: String, _ reason: String, _ causes: [Cause] = []
  ) -> Event {
    Event(
      sequence: 0, time: ambient.now(), stack: record.stack, logicalID: resource.logicalID,
      physicalID: resource.physical?.id, type: resource.type, status: status, reason: reason,
      operation: record.id, causes: causes)
  }

  private func stackEvent(_ status: StackStatus, _ reason: String) -> Event {
    Event(
      sequence: 0, time: ambient.now(), stack: record.stack, logicalID: nil, physicalID: record.stack.id,
      type: stackType, status: status.rawValue, reason: reason, operation: record.id)
  }

  /// Marks the operation as ended; the next `keep` of a status makes that durable.
  ///
  /// A plan that was made in the meantime is outdated then.
  func end(_ phase: OperationRecord.Phase, _ reason: String = "") {
    head.revision += 1
    record.phase = phase
    record.reason = reason
    record.ended = ambient.now()
  }
}
