import Document
import OrderedCollections
import Templates

// From every status there is a way on.

extension Engine {
  /// Goes on with what a failed operation was for: forward, back, with the deletion, or with the visit.
  ///
  /// What is skipped is left as it is; a deletion leaves it in the cloud. Policy and timeout are those of the failed
  /// operation unless others are given.
  package func retry(
    _ name: String, skipping skipped: Set<String> = [],
    onFailure policy: OperationOptions.FailurePolicy? = nil,
    pausesAtFailure: Bool? = nil, timeout: Duration? = nil
  ) async throws -> Operation {
    let stack = try await describe(name)
    try await checkIdle(stack.identity)
    if let visit = stack.status.failedVisit { return try await start(visit, on: name, skipping: skipped) }
    let plan = try await planRetry(name, skipping: skipped)
    var options = try await attempts(on: stack.identity).last?.options ?? OperationOptions()
    options.onFailure = policy ?? options.onFailure
    options.timeout = timeout ?? options.timeout
    options.pausesAtFailure = pausesAtFailure ?? options.pausesAtFailure
    options.breakpoints = []
    // Who asked for the failed one by its tag didn't ask for this one.
    options.tag = nil
    return try await run(plan, options: options)
  }

  /// Plans what `retry` does; there is no plan of a visit.
  package func planRetry(_ name: String, skipping skipped: Set<String> = []) async throws -> Plan {
    let stack = try await describe(name)
    try await checkIdle(stack.identity)
    try checkKnown(skipped, in: stack)
    switch stack.status {
    case .createFailed, .updateFailed: return try await planForward(stack, skipped)
    case .rollbackFailed, .updateRollbackFailed: return try await planRollback(name, skipping: skipped)
    case .deleteFailed:
      let retained = try await attempts(on: stack.identity).last?.options.retained ?? []
      return try await planDelete(name, retaining: retained, skipping: skipped)
    case .checkFailed, .suspendFailed, .resumeFailed:
      throw EngineError(
        .wrongStatus, "\(name) is \(stack.status.rawValue), which needs no plan to go on from")
    case .createInProgress, .createComplete, .rollbackInProgress, .rollbackComplete, .updateInProgress,
      .updateCleanupInProgress, .updateComplete, .updateRollbackInProgress,
      .updateRollbackCleanupInProgress, .updateRollbackComplete, .deleteInProgress, .deleteComplete,
      .checkInProgress, .checkComplete, .suspendInProgress, .suspendComplete, .resumeInProgress,
      .resumeComplete:
      throw EngineError(
        .wrongStatus, "\(name) is \(stack.status.rawValue), so there is nothing to go on with",
        hint: stack.status == .rollbackComplete ? "create it anew" : "update it")
    }
  }

  /// Plans to go back from a failed operation to what the stack was when one last succeeded: to nothing if none has.
  package func planRollback(_ name: String, skipping skipped: Set<String> = []) async throws -> Plan {
    let stack = try await describe(name)
    try await checkIdle(stack.identity)
    try checkKnown(skipped, in: stack)
    try checkInUse(stack.head)
    let attempts = try await attempts(on: stack.identity)
    guard let last = attempts.last, last.kind != .delete else {
      throw EngineError(
        .wrongStatus, "\(name) is \(stack.status.rawValue), so there is nothing to go back from",
        hint: "only a failed creation or update can be rolled back")
    }
    guard let origin = stack.head.stable else {
      var planner = planner(stack.identity, kind: .rollback)
      planner.attempts = Set(attempts.map(\.id))
      planner.skipped = skipped
      return planner.planDeletion(of: stack)
    }
    let template = try Language.template(of: origin, reader)
    let parameters = origin.parameters.values
    var planner = try await planner(stack.identity, kind: .rollback, to: template, parameters)
    planner.attempts = Set(attempts.map(\.id))
    planner.skipped = skipped
    planner.moves = attempts.movesBack(reader)
    planner.undone = attempts.restoredIDs
    planner.tags = origin.tags
    return try planner.plan(to: template, parameters: parameters, from: stack)
  }

  private func planForward(_ stack: StackRecord, _ skipped: Set<String>) async throws -> Plan {
    let attempts = try await attempts(on: stack.identity)
    let last = attempts.last
    let goal = stack.head.blueprint
    let template = try Language.template(of: goal, reader)
    let parameters = goal.parameters.values
    let kind = stack.status == .createFailed ? .create : last?.kind ?? .update
    var planner = try await planner(stack.identity, kind: kind, to: template, parameters)
    planner.attempts = Set(attempts.map(\.id))
    planner.skipped = skipped
    planner.imports = last?.imports.filter { stack.resources[$0.key]?.physical == nil } ?? [:]
    planner.tags = goal.tags
    // What was replaced already isn't replaced again.
    planner.replacements =
      last?.replacements.filter { id, _ in
        guard let resource = stack.resources[id], resource.status.isUsable else { return true }
        return !planner.attempts.contains(resource.createdBy)
      } ?? [:]
    var plan = try planner.plan(to: template, parameters: parameters, from: stack)
    plan.refreshes = last?.options.refreshes ?? false
    plan.snapshot = last?.snapshot
    if kind == .create {
      plan.policy = stack.head.policy
      return plan
    }
    return plan.held(to: last?.options.policy ?? stack.head.policy, from: stack)
  }

  /// The operations that changed the stack and failed since one last succeeded or was undone, oldest first.
  func attempts(on stack: StackIdentity) async throws -> [OperationRecord] {
    let all = try await journal.operations(of: stack.id).filter(\.kind.isChange)
    return all.reversed().prefix { $0.phase == .failed }.reversed()
  }

  /// - Throws: `operation_in_progress` when one is, or was cut off.
  func checkIdle(_ stack: StackIdentity) async throws {
    if running[stack.id] != nil { throw inProgress(stack.name) }
    try await checkEnded(stack)
  }

  func checkKnown(_ skipped: Set<String>, in stack: StackRecord) throws {
    let template = try? Language.template(of: stack.head.blueprint, reader)
    let known = Set(stack.resources.keys).union(template?.resources.keys.elements ?? [])
    if let unknown = skipped.subtracting(known).min() { throw noSuchResource(unknown, in: stack) }
  }
}

extension StackStatus {
  /// The visit that failed.
  fileprivate var failedVisit: Visit? {
    Visit.allCases.first { $0.statuses.failed == self }
  }
}
