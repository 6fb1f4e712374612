import Ambience
import OrderedCollections

extension Engine {
  /// Starts what a plan says.
  ///
  /// - Throws: `EngineError` with `plan_outdated` when the stack has changed since the plan was made, or
  ///   `operation_in_progress`.
  package func run(_ plan: Plan, options: OperationOptions = OperationOptions()) async throws -> Operation {
    var record = OperationRecord(
      id: ambient.uuid(), stack: plan.stack, kind: plan.kind, goal: plan.goal,
      origin: try await journal.stack(id: plan.stack.id)?.head.stable, options: options,
      replacements: plan.replacements, started: ambient.now())
    record.imports = plan.imports
    record.options.retained = plan.retained
    record.options.refreshes = plan.refreshes
    record.planned = plan.counts
    record.purpose = plan.purpose
    return try await start(record, plan: plan)
  }

  /// Performs an action, such as a reboot, on a resource whose type can do it.
  package func perform(
    _ action: ResourceAction, on logicalID: String, of name: String, reason: String
  ) async throws -> Operation {
    let stack = try await describe(name)
    guard let resource = stack.resources[logicalID] else { throw noSuchResource(logicalID, in: stack) }
    try checkInUse(stack.head)
    guard let type = catalog[resource.type] as? any ActionableResource, type.can(action) else {
      throw EngineError(
        .notActionable,
        "\(logicalID) is \(article(resource.type)) \(resource.type), which knows no \(action.name)",
        hint: "replace it instead")
    }
    let record = OperationRecord(
      id: ambient.uuid(), stack: stack.identity, kind: .act, goal: nil, origin: nil,
      options: OperationOptions(), action: action, target: logicalID, reason: reason,
      started: ambient.now())
    return try await start(record, plan: nil)
  }

  /// Stops the operation in progress on a stack; it then goes back or stays, as its options say.
  package func cancel(_ name: String) async throws {
    let stack = try await describe(name)
    guard let run = running[stack.identity.id] else {
      throw EngineError(
        .noOperation, "no operation on \(name) runs in this process",
        hint: "only the process that runs an operation can cancel it")
    }
    run.cancel()
  }

  /// Takes up every operation that a dead process has left unfinished.
  ///
  /// - Returns: Those taken up; what another live process works on is left to it.
  package func recover() async throws -> [Operation] {
    var resumed: [Operation] = []
    for record in try await journal.unfinishedOperations() where running[record.stack.id] == nil {
      guard try await journal.claim(record.stack.id, by: holder) else { continue }
      guard let latest = try await journal.operation(record.id), latest.isUnfinished else {
        try await journal.release(record.stack.id, by: holder)
        continue
      }
      resumed.append(launch(OperationRun(engine: self, record: latest, plan: nil, isCutOff: true)))
    }
    return resumed
  }

  /// The operation that is in progress on a stack, taken up if a dead process has left it; nil when there is none.
  func takeUp(_ name: String) async throws -> Operation? {
    if let operation = operation(on: name) { return operation }
    for record in try await journal.unfinishedOperations() where record.stack.name == name {
      guard running[record.stack.id] == nil else { return operation(on: name) }
      guard try await journal.claim(record.stack.id, by: holder) else { throw inProgress(name) }
      return launch(OperationRun(engine: self, record: record, plan: nil, isCutOff: true))
    }
    return nil
  }

  /// The operation of this engine's that is in progress on a stack.
  package func operation(on name: String) -> Operation? {
    running.values.first { $0.operation.stack.name == name }?.operation
  }

  /// Waits until every operation of this engine's has ended.
  package func settle() async {
    while let run = running.values.first {
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
    do {
      guard try await journal.claim(id, by: holder) else { throw inProgress(record.stack.name) }
      try await checkFresh(record, plan)
    } catch {
      running[id] = nil
      if (error as? EngineError)?.code != .operationInProgress { try? await journal.release(id, by: holder) }
      throw error
    }
    return launch(run)
  }

  /// Holds a plan against the stack as it is now.
  private func checkFresh(_ record: OperationRecord, _ plan: Plan?) async throws {
    if record.kind != .act { try await checkEnded(record.stack) }
    guard let plan else { return }
    let named = try await journal.stack(named: plan.stack.name)
    if plan.kind == .create {
      if let named, named.status != .rollbackComplete || !named.isEmpty {
        throw EngineError(.stackExists, "there is a stack \(plan.stack.name) already")
      }
      return
    }
    guard let named, named.identity == plan.stack, named.head.revision == plan.revision else {
      throw EngineError(
        .planOutdated, "\(plan.stack.name) has changed since this plan was made", hint: "plan again")
    }
  }

  /// - Throws: `operation_in_progress` when a dead process has left an operation unfinished.
  func checkEnded(_ stack: StackIdentity) async throws {
    guard try await journal.operations(of: stack.id).contains(where: \.isUnfinished) else { return }
    throw EngineError(
      .operationInProgress, "an operation on \(stack.name) was cut off", hint: "recover it first")
  }

  private func launch(_ run: OperationRun) -> Operation {
    let id = run.operation.stack.id
    running[id] = run
    spawn { [self] in
      let outcome = await run.execute()
      await ended(run, outcome)
    }
    return run.operation
  }

  private func ended(_ run: OperationRun, _ outcome: Result<StackRecord, any Error>) async {
    let id = run.operation.stack.id
    try? await journal.release(id, by: holder)
    running[id] = nil
    run.operation.end(outcome)
    await bells.ring(id)
  }

  func inProgress(_ name: String) -> EngineError {
    EngineError(
      .operationInProgress, "an operation on \(name) is in progress",
      hint: "wait until it has ended, or cancel it")
  }
}

/// Starts a task that runs on the executor that the current one prefers, which a simulation depends on.
func spawn(_ body: @escaping @Sendable () async -> Void) {
  let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
  Task(executorPreference: executor) { await body() }
}

func article(_ word: String) -> String {
  "aeiouAEIOU".contains(word.first ?? "x") ? "an" : "a"
}
