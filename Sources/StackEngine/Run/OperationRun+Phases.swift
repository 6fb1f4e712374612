import Ambience
import Document
import OrderedCollections
import Templates

extension OperationRun {
  // MARK: - Forward

  func goForward() async throws {
    if !isResumed { try await begin(record.kind == .create ? .createInProgress : .updateInProgress) }
    let plan: Plan
    do {
      plan = try await forwardPlan()
    } catch {
      // What a dead process has begun may not be possible any more; it has to end all the same.
      failures.append(Failure(logicalID: "", sentence: sentence(of: error), error: error))
      return try await fail(.failed)
    }
    try await rename(plan.moves)
    let stop = await walk(plan, isRollback: false)
    try checkLedger()
    if let stop { return try await fail(stop) }
    do {
      head.outputs = try await outputs(of: plan.template)
    } catch {
      failures.append(Failure(logicalID: "Outputs", sentence: sentence(of: error), error: error))
      return try await fail(.failed)
    }
    head.stable = record.goal
    head.uses = plan.usage.uses
    head.description = plan.template?.description
    if record.kind == .create {
      // A creation that was cut off may have made something anew that had failed before.
      if !superseded.isEmpty { await cleanUp(after: plan) }
      try checkLedger()
      end(.succeeded)
      return try await keep(.createComplete, reason: remarks)
    }
    if head.status != .updateCleanupInProgress { try await keep(.updateCleanupInProgress) }
    await cleanUp(after: plan)
    try checkLedger()
    end(.succeeded)
    try await keep(.updateComplete, reason: remarks)
  }

  private func begin(_ status: StackStatus) async throws {
    if record.kind == .create { try await supersedeNamesake() }
    if record.kind == .create { head.policy = record.options.policy }
    head.blueprint = record.goal ?? head.blueprint
    head.revision += 1
    for resource in plan?.observed ?? [] { current[resource.logicalID] = resource }
    try await keep(
      status,
      reason: record.purpose ?? (record.replacements.isEmpty ? "User Initiated" : record.reason),
      with: (plan?.observed ?? []).map { .resource($0, stack: record.stack.id) })
  }

  /// Ends a stack of the same name whose creation was rolled back to nothing: its name is free for this one.
  private func supersedeNamesake() async throws {
    let journal = ledger.journal
    guard let old = try await journal.head(named: record.stack.name)?.identity, old != record.stack
    else { return }
    guard let lease = try await journal.claim(old.id, by: engine.holder) else {
      throw engine.inProgress(old.name)
    }
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await end(old, under: lease)) } catch { outcome = .failure(error) }
    try? await journal.release(lease)
    try outcome.get()
  }

  /// Ends a stack that was rolled back to nothing; it may have become another's before the lease was had.
  private func end(_ old: StackIdentity, under lease: Lease) async throws {
    let journal = ledger.journal
    guard let stack = try await journal.stack(id: old.id), stack.identity == old,
      stack.status != .deleteComplete
    else { return }
    guard stack.isRolledBackToNothing else { throw EngineError.exists(stack) }
    var head = stack.head
    head.status = .deleteComplete
    head.updated = ambient.now()
    try await journal.append([.stack(head)], under: lease)
  }

  private func forwardPlan() async throws -> Plan {
    if let wanted = record.snapshot, kept == nil { throw EngineError.snapshotGone(wanted.name) }
    if plan == nil, let goal = record.goal { plan = try await replan(goal, isRollback: false) }
    guard let plan, let template = plan.template else {
      throw EngineError(.operationFailed, "the journal doesn't say what \(record.stack.name) was to be")
    }
    try await setParameters(of: template, given: plan.goal?.parameters.values ?? [:])
    scope.tags = plan.goal?.tags ?? [:]
    return plan
  }

  /// Plans from what is there now.
  private func replan(_ goal: Blueprint, isRollback: Bool) async throws -> Plan {
    var planner = planner(record.kind)
    planner.skipped = isRollback && record.kind != .rollback ? [] : record.options.skipped
    planner.tags = goal.tags
    planner.replacements = isRollback ? [:] : record.replacements
    if isRollback {
      let attempts = try await attempts()
      planner.moves = attempts.movesBack(reader)
      planner.undone = attempts.restoredIDs
    }
    planner.imports = isRollback ? [:] : record.imports
    let template = try Language.template(of: goal, reader)
    let parameters = goal.parameters.values
    try await fetch(planner.references(in: template, parameters: parameters))
    planner.elsewhere = scope.elsewhere
    return try planner.plan(to: template, parameters: parameters, from: snapshot())
  }

  /// The operations before this one that failed, and this one.
  private func attempts() async throws -> [OperationRecord] {
    var all: [OperationRecord] = []
    for id in record.attempts {
      if let attempt = try await ledger.journal.operation(id) { all.append(attempt) }
    }
    return all + [record]
  }

  private func planner(_ kind: OperationRecord.Kind) -> Planner {
    var planner = Planner(
      identity: record.stack, kind: kind, catalog: catalog, surroundings: surroundings)
    planner.operation = record.id
    planner.attempts = Set(record.attempts + [record.id])
    return planner
  }

  func setParameters(
    of template: Template, given: OrderedDictionary<String, Value>
  ) async throws {
    scope.parameters = try Language.parameters(of: template, given: given)
    let stored = template.parameters.values.contains(where: \.isStored)
    guard stored else { return }
    try await fetch(Language.references(in: template, scope))
    try Language.resolveStored(in: template, &scope)
  }

  /// Fetches what dynamic references stand for, for those who evaluate next.
  func fetch(_ wanted: [DynamicReference]) async throws {
    if wanted.allSatisfy({ scope.elsewhere.references[$0] != nil }) { return }
    var elsewhere = Elsewhere()
    elsewhere.references = scope.elsewhere.references
    try await elsewhere.fetch(wanted, from: references)
    scope.elsewhere.references.merge(elsewhere.references) { $1 }
  }

  // MARK: - Back

  private func fail(_ stop: Stop) async throws {
    let reason = reason(of: stop)
    let isUndone = record.options.onFailure == .rollback && (record.kind == .create || record.origin != nil)
    guard isUndone, stop != .superseded else {
      end(.failed, reason)
      try await keep(record.kind == .create ? .createFailed : .updateFailed, reason: reason)
      throw error(stop, reason)
    }
    record.phase = .rollback
    record.reason = reason
    try await keep(
      record.kind == .create ? .rollbackInProgress : .updateRollbackInProgress, reason: reason)
    try await goBack()
  }

  /// Whether going back leads to nothing: no operation on the stack has ever succeeded.
  private var leadsToNothing: Bool {
    record.kind == .create || record.kind == .rollback && record.origin == nil
  }

  /// Makes the stack what it was before.
  ///
  /// Throws even when that went well, since the operation hasn't done what it was for, unless that is going back.
  func goBack() async throws {
    let cause = failures.first?.error
    let reason = record.reason
    failures = []
    let isCreate = leadsToNothing
    if record.kind == .rollback, !isResumed {
      head.revision += 1
      try await keep(
        isCreate ? .rollbackInProgress : .updateRollbackInProgress, reason: "User Initiated")
    }
    var left: [Failure] = []
    do {
      if isCreate { try await unmake() } else { left = try await restore() }
    } catch let loss as Ledger.Loss {
      throw loss
    } catch {
      failures.append(Failure(logicalID: "", sentence: sentence(of: error), error: error))
    }
    try checkLedger()
    guard failures.isEmpty else {
      let why =
        record.kind == .rollback ? failureList : "\(reason); going back failed too: \(failureList)"
      end(.failed, why)
      try await keep(isCreate ? .rollbackFailed : .updateRollbackFailed, reason: why)
      throw EngineError(.operationFailed, "\(record.stack.name): \(why)", cause: cause)
    }
    failures = left
    if record.kind == .rollback {
      end(.succeeded)
      return try await keep(isCreate ? .rollbackComplete : .updateRollbackComplete, reason: remarks)
    }
    end(.rolledBack, reason)
    try await keep(
      isCreate ? .rollbackComplete : .updateRollbackComplete,
      reason: [reason, leftOver].compactMap(\.self).joined(separator: "; "))
    throw EngineError(.operationFailed, "\(record.stack.name) was rolled back: \(reason)", cause: cause)
  }

  private func unmake() async throws {
    var planner = planner(.delete)
    if record.kind == .rollback { planner.skipped = record.options.skipped }
    let cleanup = planner.cleanup(of: snapshot(), wanted: { _ in false })
    if await remove(cleanup.steps, cleanup.edges, takeover: takeover) == .superseded { noteTakeover() }
    head.outputs = [:]
  }

  /// - Returns: What of the update couldn't be taken away.
  private func restore() async throws -> [Failure] {
    guard let origin = record.origin else { return [] }
    let plan = try await replan(origin, isRollback: true)
    self.plan = plan
    if let template = plan.template {
      try await setParameters(of: template, given: origin.parameters.values)
    }
    scope.tags = origin.tags
    try await rename(plan.moves)
    if await walk(plan, isRollback: true) == .superseded { noteTakeover() }
    try checkLedger()
    guard failures.isEmpty else { return [] }
    head.blueprint = origin
    head.uses = plan.usage.uses
    head.outputs = try await outputs(of: plan.template)
    try await keep(.updateRollbackCleanupInProgress)
    await cleanUp(after: plan)
    defer { failures = [] }
    return failures
  }

  private func noteTakeover() {
    let sentence = reason(of: .superseded)
    failures.append(
      Failure(logicalID: "", sentence: sentence, error: EngineError(.superseded, sentence)))
  }

  // MARK: - Delete

  func delete() async throws {
    if head.status != .deleteInProgress || !isResumed {
      head.revision += 1
      try await keep(.deleteInProgress, reason: "User Initiated")
    }
    var planner = Planner(
      identity: record.stack, kind: .delete, catalog: catalog, surroundings: surroundings)
    planner.retained = record.options.retained
    planner.skipped = record.options.skipped
    let cleanup = planner.cleanup(of: snapshot(), wanted: { _ in false })
    var stop = await remove(cleanup.steps, cleanup.edges, cancellation: cancellation)
    try checkLedger()
    if stop == nil { stop = try await discardSnapshots() }
    if let stop {
      let reason = reason(of: stop)
      end(.failed, reason)
      try await keep(.deleteFailed, reason: reason)
      throw error(stop, reason)
    }
    head.outputs = [:]
    end(.succeeded)
    try await keep(.deleteComplete)
  }

  // MARK: - Walking

  private func walk(_ plan: Plan, isRollback: Bool) async -> Stop? {
    let count = plan.steps.prefix { $0.phase == .change }.count
    for step in plan.steps.prefix(count) {
      let physical = step.action == .keep ? current[step.logicalID]?.physical : nil
      scope.resources[step.logicalID] = physical.map { .all($0) } ?? .nothing
    }
    let walk = Walk(
      edges: Array(plan.edges.prefix(count)), concurrency: surroundings.concurrency,
      stopsAtFailure: !isRollback, timeout: isRollback ? nil : record.options.timeout,
      cancellation: isRollback ? Latch() : cancellation, takeover: takeover, ambient: ambient)
    return await walk.run(
      take: { await self.take(plan.steps[$0], plan) }, keep: { await self.keepTaken() },
      halt: { [halted] in halted.set() }, settled: { await self.note(running: $0) },
      perform: { await self.bring(plan.steps[$0], plan) })
  }

  private func cleanUp(after plan: Plan) async {
    let wanted = Set(plan.steps.lazy.filter { $0.phase == .change }.map(\.logicalID))
    var stack = snapshot()
    let skipped = record.phase == .forward ? record.options.skipped : plan.skipped
    stack.superseded.removeAll { skipped.contains($0.logicalID) }
    let cleanup = planner(record.kind).cleanup(
      of: stack, wanted: { wanted.contains($0) || skipped.contains($0) })
    if await remove(cleanup.steps, cleanup.edges, takeover: takeover) == .superseded { noteTakeover() }
  }

  @discardableResult
  private func remove(
    _ steps: [Step], _ edges: [[Int]], cancellation: Latch = Latch(), takeover: Latch = Latch()
  ) async -> Stop? {
    let walk = Walk(
      edges: edges, concurrency: surroundings.concurrency, stopsAtFailure: false, timeout: nil,
      cancellation: cancellation, takeover: takeover, ambient: ambient)
    return await walk.run(
      take: { await self.takeAway(steps[$0]) }, keep: { await self.keepTaken() }, halt: {},
      settled: { await self.note(running: $0) },
      perform: { await self.remove(steps[$0]) })
  }

  func checkLedger() throws(Ledger.Loss) {
    if let loss = ledger.loss { throw loss }
  }

  // MARK: - Words

  /// What failed, each sentence once: `Disk1, Disk2: the quota is used up; Web: …`.
  private var failureList: String {
    let told = 3
    var failed: OrderedDictionary<String, [String]> = [:]
    for failure in failures {
      failed[failure.sentence, default: []] += failure.logicalID.isEmpty ? [] : [failure.logicalID]
    }
    var parts = failed.prefix(told).map { sentence, resources in
      resources.isEmpty ? sentence : "\(resources.joined(separator: ", ")): \(sentence)"
    }
    let others = failed.dropFirst(told).flatMap(\.value)
    if !others.isEmpty { parts.append("\(others.joined(separator: ", ")) failed too") }
    return parts.joined(separator: "; ")
  }

  /// What is to be said of an operation that has done what it was for.
  private var remarks: String {
    let skipped = record.options.skipped.sorted().joined(separator: ", ")
    return [skipped.isEmpty ? nil : "left as it was: \(skipped)", leftOver].compactMap(\.self)
      .joined(separator: "; ")
  }

  /// What is to be said of a cleanup that didn't remove everything.
  private var leftOver: String? {
    failures.isEmpty ? nil : "some of what is no longer wanted is left: \(failureList)"
  }

  func reason(of stop: Stop) -> String {
    switch stop {
    case .failed: failureList
    case .cancelled: "cancelled by the user"
    case .timedOut: "it took longer than allowed"
    case .superseded: "another operation took over"
    }
  }

  func error(_ stop: Stop, _ reason: String) -> EngineError {
    let code: EngineError.Code =
      switch stop {
      case .failed: .operationFailed
      case .cancelled: .cancelled
      case .timedOut: .timedOut
      case .superseded: .superseded
      }
    return EngineError(code, "\(record.stack.name): \(reason)", cause: failures.first?.error)
  }
}

extension ResourceRecord {
  /// Whether what deletion goes by is as a template has it.
  func isLike(_ definition: ResourceDefinition) -> Bool {
    deletionPolicy == definition.deletionPolicy && updateReplacePolicy == definition.updateReplacePolicy
      && dependencies == Array(definition.dependencies)
  }
}
