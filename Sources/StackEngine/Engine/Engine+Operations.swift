import Ambience
import Document
import OrderedCollections
import Templates

extension Engine {
  /// Starts what a plan says.
  ///
  /// - Throws: `EngineError` with `plan_outdated` when the stack has changed since the plan was made, or
  ///   `operation_in_progress`.
  package func run(_ plan: Plan, options: OperationOptions = OperationOptions()) async throws -> Operation {
    if !plan.refusals.isEmpty { throw Diagnostics(plan.refusals) }
    let head = try await journal.head(id: plan.stack.id)
    let isRollback = plan.kind == .rollback
    var record = OperationRecord(
      id: ambient.uuid(), stack: plan.stack, kind: plan.kind, goal: isRollback ? head?.blueprint : plan.goal,
      origin: head?.stable, options: options, replacements: plan.replacements,
      phase: isRollback ? .rollback : .forward, started: ambient.now())
    record.imports = plan.imports
    record.attempts = try await attempts(on: plan.stack).map(\.id)
    record.options.retained = plan.retained
    record.options.skipped = plan.skipped
    record.options.policy = plan.policy
    record.options.refreshes = plan.refreshes
    record.options.breakpoints += breakpoints(for: plan, on: head)
    record.planned = plan.counts
    record.purpose = plan.purpose
    record.changeSet = plan.changeSet
    record.snapshot = plan.snapshot
    return try await start(record, plan: plan)
  }

  /// The breakpoints of the environment that a plan is run with.
  func breakpoints(for plan: Plan) async -> [Breakpoint] {
    breakpoints(for: plan, on: try? await journal.head(id: plan.stack.id))
  }

  /// The breakpoints of the environment; a stack inside gets them from the one around it.
  private func breakpoints(for plan: Plan, on head: StackHead?) -> [Breakpoint] {
    if head?.parent != nil || plan.template?.surroundings.isNested ?? false { return [] }
    let environment =
      plan.template.map { $0.surroundings.environment }
      ?? (try? head?.blueprint.surroundings())?.environment
    return environment?.registry.breakpoints ?? []
  }

  /// Performs an action, such as a reboot, on a resource whose type can do it.
  package func perform(
    _ action: ResourceAction, on logicalID: String, of name: String, reason: String,
    options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    let (stack, known) = try await resource(logicalID, of: name)
    guard let resource = known else { throw noSuchResource(logicalID, in: try await describe(name)) }
    try checkInUse(stack)
    guard let type = catalog[resource.type] as? any ActionableResource, type.can(action) else {
      throw EngineError(
        .notActionable,
        "\(logicalID) is \(article(resource.type)) \(resource.type), which knows no \(action.name)",
        hint: "replace it instead")
    }
    let record = OperationRecord(
      id: ambient.uuid(), stack: stack.identity, kind: .act, goal: nil, origin: nil,
      options: options, action: action, target: logicalID, reason: reason,
      started: ambient.now())
    return try await start(record, plan: nil)
  }

  /// Takes up every operation that a process has left unfinished which is dead, or whose lease has run out.
  ///
  /// - Returns: Those taken up; what another live process works on is left to it.
  package func recover() async throws -> [Operation] {
    var resumed: [Operation] = []
    for record in try await journal.unfinishedOperations() where running[record.stack.id] == nil {
      if let operation = try await takeUp(record) { resumed.append(operation) }
    }
    return resumed
  }

  /// The operation that is in progress on a stack, taken up if a dead process has left it; nil when there is none.
  func takeUp(_ name: String) async throws -> Operation? {
    if let operation = operation(on: name) { return operation }
    for record in try await journal.unfinishedOperations() where record.stack.name == name {
      guard running[record.stack.id] == nil else { return operation(on: name) }
      if let operation = try await takeUp(record) { return operation }
      if try await journal.operation(record.id)?.isUnfinished ?? false { throw inProgress(name) }
    }
    return nil
  }

  /// Takes up the operations on a stack that were asked for by a tag and that no process works on any more.
  ///
  /// - Returns: One that another process may work on yet, as it has the lease; nil when there is none.
  package func takeUpAbandoned(on name: String) async throws -> OperationRecord? {
    for record in try await journal.unfinishedOperations()
    where record.stack.name == name && record.options.tag != nil && running[record.stack.id] == nil {
      guard try await takeUp(record) == nil else { continue }
      if let latest = try await journal.operation(record.id), latest.isUnfinished { return latest }
    }
    return nil
  }

  /// The same on all stacks that are meant; what another process may work on yet is left to it.
  package func takeUpAbandoned(where isMeant: (_ stack: String) async -> Bool) async throws {
    for record in try await journal.unfinishedOperations()
    where record.options.tag != nil && running[record.stack.id] == nil {
      if await isMeant(record.stack.name) { _ = try await takeUp(record) }
    }
  }

  /// Takes up an operation; nil when another engine works on it, or it has ended.
  func takeUp(_ record: OperationRecord) async throws -> Operation? {
    guard let lease = try await journal.claim(record.stack.id, by: holder) else { return nil }
    do {
      // It may have gone on, and even ended, between the look at it and the lease.
      if let latest = try await journal.operation(record.id), latest.isUnfinished {
        return launch(OperationRun(engine: self, record: latest, plan: nil, isCutOff: true), under: lease)
      }
    } catch {
      try? await journal.release(lease)
      throw error
    }
    try await journal.release(lease)
    return nil
  }

  /// The operation of this engine's that is in progress on a stack.
  package func operation(on name: String) -> Operation? {
    running.values.first { $0.operation.stack.name == name }?.operation
  }

  /// Waits until every operation of this engine's has ended.
  package func settle() async {
    while let run = running.min(by: { $0.key < $1.key })?.value {
      _ = try? await run.operation.result()
      if Task.isCancelled { return }
    }
  }

  func start(_ record: OperationRecord, plan: Plan?) async throws -> Operation {
    let id = record.stack.id
    let isBusy = running.values.contains { $0.operation.stack.name == record.stack.name }
    guard !isBusy else { throw inProgress(record.stack.name) }
    let run = OperationRun(engine: self, record: record, plan: plan)
    running[id] = run
    var lease: Lease?
    do {
      lease = try await journal.claim(id, by: holder)
      guard let lease else { throw inProgress(record.stack.name) }
      try await checkFresh(record, plan)
      return launch(run, under: lease)
    } catch {
      running[id] = nil
      if let lease { try? await journal.release(lease) }
      throw error
    }
  }

  /// Holds a plan against the stack as it is now.
  private func checkFresh(_ record: OperationRecord, _ plan: Plan?) async throws {
    if record.kind != .act { try await checkEnded(record.stack) }
    guard let plan else { return }
    if plan.kind == .create, plan.revision == 0 {
      let named = try await journal.stack(named: plan.stack.name)
      if let named, !named.isRolledBackToNothing { throw EngineError.exists(named) }
      return
    }
    let named = try await journal.head(named: plan.stack.name)
    guard let named, named.identity == plan.stack, named.revision == plan.revision else {
      throw EngineError(
        .planOutdated, "\(plan.stack.name) has changed since this plan was made", hint: "plan again")
    }
  }

  /// - Throws: `operation_in_progress` when a dead process has left an operation unfinished.
  func checkEnded(_ stack: StackIdentity) async throws {
    guard try await journal.unfinishedOperations().contains(where: { $0.stack.id == stack.id }) else {
      return
    }
    throw EngineError(
      .operationInProgress, "an operation on \(stack.name) hasn't ended",
      hint: "wait for it, or recover it if its process is dead")
  }

  private func launch(_ run: OperationRun, under lease: Lease) -> Operation {
    let id = run.operation.stack.id
    run.ledger.hold(lease)
    running[id] = run
    keepRenewing()
    spawn { [self] in
      async let _ = heedRequests(to: run)
      let outcome = await run.execute()
      await ended(run, outcome)
    }
    return run.operation
  }

  private func ended(_ run: OperationRun, _ outcome: Result<StackHead, any Error>) async {
    let id = run.operation.stack.id
    if let lease = run.ledger.lease { try? await journal.release(lease) }
    if running[id] === run { running[id] = nil }
    run.operation.end(outcome)
    await bells.ring(id)
  }

  nonisolated func inProgress(_ name: String) -> EngineError {
    EngineError(
      .operationInProgress, "an operation on \(name) is in progress",
      hint: "wait until it has ended, or cancel it")
  }
}

/// Starts a task that runs on the executor that the current one prefers, which a simulation depends on.
package func spawn(_ body: @escaping @Sendable () async -> Void) {
  let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
  Task(executorPreference: executor) { await body() }
}

func article(_ word: String) -> String {
  "aeiouAEIOU".contains(word.first ?? "x") ? "an" : "a"
}
