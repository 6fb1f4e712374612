import Ambience
package import Document
package import OrderedCollections
package import Templates

// Change sets, as CloudFormation's: what would be done is shown and kept, and done later, or not.

extension Engine {
  /// Plans what makes a stack into what a template says, from nothing if there is none, and keeps the plan under a
  /// name.
  ///
  /// - Throws: `change_set_exists` when the stack has one of that name.
  package func createChangeSet(
    _ name: String, of stackName: String, _ template: Template,
    parameters: OrderedDictionary<String, Value> = [:], options: PlanOptions = PlanOptions(),
    description: String? = nil
  ) async throws -> ChangeSet {
    try checkName(name, of: "change set")
    let stack = try await journal.stack(named: stackName)
    let isNew = stack?.isRolledBackToNothing ?? true
    if let stack, !isNew { try await checkIdle(stack.identity) }
    let plan =
      isNew
      ? try await planCreate(stackName, template, parameters: parameters, options: options)
      : try await planUpdate(stackName, template, parameters: parameters, options: options)
    guard let goal = plan.goal else { throw noChangeSet(name, of: stackName) }
    let kind: ChangeSetRecord.Kind = isNew ? .create : options.imports.isEmpty ? .update : .import
    var record = ChangeSetRecord(
      id: ambient.uuid(), name: name, kind: kind, stack: plan.stack, revision: plan.revision, goal: goal,
      description: description, created: ambient.now())
    record.imports = options.imports
    record.policy = options.policy
    record.refreshes = options.refreshes
    let inside = await insides(of: plan)
    record.shown = plan.value(with: inside)
    record.lines = plan.lines(with: inside)
    // One of that name that made a stack which is deleted by now is no longer there for anybody.
    var stale: [JournalEntry] = []
    for old in try await journal.changeSets(of: record.owner) where old.name == name {
      guard try await journal.head(id: old.stack.id)?.status == .deleteComplete else { continue }
      stale.append(.changeSetRemoval(id: old.id))
    }
    try await journal.append(stale + [.changeSet(record)])
    // Another of that name stays as it is.
    guard try await journal.changeSets(of: record.owner).contains(where: { $0.id == record.id }) else {
      throw EngineError(
        .changeSetExists, "\(stackName) has a change set \(name) already",
        hint: "delete that one, or choose another name")
    }
    return try await changeSet(record)
  }

  /// The change sets of a stack, or for one that there isn't yet, oldest first.
  package func changeSets(of stackName: String) async throws -> [ChangeSet] {
    let stack = try await journal.head(named: stackName)
    var records = try await journal.changeSets(of: ChangeSetRecord.owner(ofNew: stackName))
    if let id = stack?.identity.id { records += try await journal.changeSets(of: id) }
    var found: [ChangeSet] = []
    for record in records {
      // Those that made a stack go with it.
      if try await journal.head(id: record.stack.id)?.status == .deleteComplete { continue }
      found.append(try await changeSet(record))
    }
    if !found.isEmpty || stack != nil { return found }
    // Nothing of that name: say so.
    _ = try await head(of: stackName)
    return []
  }

  package func changeSet(_ name: String, of stackName: String) async throws -> ChangeSet {
    let all = try await changeSets(of: stackName)
    if let found = all.last(where: { $0.name == name }) { return found }
    throw noChangeSet(name, of: stackName, hint: nearest(to: name, among: all.map(\.name)))
  }

  /// The plan of a change set, if it is what was shown.
  ///
  /// - Throws: `plan_outdated` with the reason when it isn't any longer.
  package func plan(_ name: String, of stackName: String) async throws -> Plan {
    let changeSet = try await changeSet(name, of: stackName)
    let record = changeSet.record
    switch changeSet.status {
    case .available: break
    case .unavailable:
      throw EngineError(
        .policyDenies, "the change set \(name) can't be executed: \(changeSet.reason)",
        hint: "change the policy, and make another")
    case .executing, .executed, .failed:
      throw EngineError(
        .planOutdated, "the change set \(name) has been executed: it is \(changeSet.status.rawValue)",
        hint: "make another")
    case .obsolete: throw outdated(record, changeSet.reason)
    }
    let template = try Language.template(of: record.goal, reader)
    var options = PlanOptions(refreshes: record.refreshes, imports: record.imports)
    options.tags = record.goal.tags
    options.policy = record.policy
    options.stackID = record.stack.id
    let parameters = record.goal.parameters.values
    let stack = try await journal.head(id: record.stack.id)?.identity.name ?? record.stack.name
    var plan =
      record.kind == .create
      ? try await planCreate(stack, template, parameters: parameters, options: options)
      : try await planUpdate(stack, template, parameters: parameters, options: options)
    let now = plan.value(with: await insides(of: plan))
    if let difference = Self.difference(from: record.shown, to: now) { throw outdated(record, difference) }
    plan.changeSet = record.id
    plan.purpose = "the change set \(name)"
    return plan
  }

  /// Starts what a change set says.
  ///
  /// - Throws: `plan_outdated` with the reason when that isn't what was shown any longer.
  package func execute(
    _ name: String, of stackName: String, options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(plan(name, of: stackName), options: options)
  }

  /// Forgets a change set; what it has done stays.
  package func deleteChangeSet(_ name: String, of stackName: String) async throws {
    let record = try await changeSet(name, of: stackName).record
    try await journal.append([.changeSetRemoval(id: record.id)])
  }

  // MARK: - Parts

  private func changeSet(_ record: ChangeSetRecord) async throws -> ChangeSet {
    let (status, reason) = try await state(of: record)
    return ChangeSet(record: record, status: status, reason: reason)
  }

  private func state(of record: ChangeSetRecord) async throws -> (ChangeSet.Status, String) {
    let own = try await journal.operations(of: record.stack.id).last { $0.changeSet == record.id }
    if let own {
      switch own.phase {
      case .forward, .rollback: return (.executing, "its operation is in progress")
      case .succeeded: return (.executed, "")
      case .failed, .rolledBack: return (.failed, own.reason)
      }
    }
    if let refusals = record.shown["refusals"]?.list, !refusals.isEmpty {
      return (.unavailable, refusals.compactMap(\.string).joined(separator: "; "))
    }
    let stack =
      record.kind == .create
      ? try await journal.stack(named: record.stack.name) : try await journal.stack(id: record.stack.id)
    if record.kind == .create {
      let isFree = stack?.isRolledBackToNothing ?? true
      return isFree ? (.available, "") : (.obsolete, "there is a stack \(record.stack.name) by now")
    }
    guard let stack, stack.status != .deleteComplete else { return (.obsolete, "the stack is deleted") }
    if stack.head.revision == record.revision { return (.available, "") }
    return (.obsolete, try await whatMoved(stack, since: record))
  }

  /// What has changed a stack since a change set was made.
  private func whatMoved(_ stack: StackRecord, since record: ChangeSetRecord) async throws -> String {
    let last = try await journal.operations(of: stack.identity.id).last
    guard let last, last.started >= record.created else { return "the stack has been changed since" }
    let kind = last.kind.rawValue
    return "\(article(kind)) \(kind) of the stack was started at \(last.started)"
  }

  private func outdated(_ record: ChangeSetRecord, _ why: String) -> EngineError {
    EngineError(
      .planOutdated, "the change set \(record.name) isn't what would be done any longer: \(why)",
      hint: "make another, and look at it")
  }

  private func noChangeSet(_ name: String, of stack: String, hint: String? = nil) -> EngineError {
    EngineError(
      .noSuchChangeSet, "\(stack) has no change set \(name)", hint: hint.map { "did you mean \($0)?" })
  }

  /// What a plan does otherwise than it was shown, in words; nil when it is the same.
  private static func difference(from shown: Value, to now: Value) -> String? {
    if shown["steps"] == now["steps"], shown["refusals"] == now["refusals"], shown["inside"] == now["inside"]
    {
      return nil
    }
    func steps(_ plan: Value) -> OrderedDictionary<String, Value> {
      let all = (plan["steps"]?.list ?? []).map { ("\($0["logicalID"]?.string ?? "")", $0) }
      return OrderedDictionary(all, uniquingKeysWith: { .list([$0, $1]) })
    }
    let (before, after) = (steps(shown), steps(now))
    let names = OrderedSet(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    if names.isEmpty { return "what it does in stacks inside has changed" }
    return names.map { name in
      let (old, new) = (before[name]?["action"]?.string, after[name]?["action"]?.string)
      return old == new
        ? "\(name) would get other values" : "\(name): \(old ?? "nothing") → \(new ?? "nothing")"
    }.joined(separator: ", ")
  }
}
