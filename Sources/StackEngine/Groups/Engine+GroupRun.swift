import Document
import OrderedCollections

extension Engine {
  /// Does what a group's plan says: each stack as soon as those that it needs are done, as many at once as that allows.
  ///
  /// What needs a stack that failed isn't begun. `began` is called for each operation as it starts.
  package func run(
    _ group: GroupPlan, options: OperationOptions = OperationOptions(),
    began: @escaping @Sendable (Operation) async -> Void = { _ in }
  ) async -> GroupOutcome {
    let names = Set(group.parts.map(\.name))
    let states = await withTaskGroup(of: (String, GroupOutcome.State).self) { tasks in
      var agenda = GroupAgenda(group)
      for part in agenda.ready() {
        tasks.addTask { [self] in (part.name, await carryOut(part, of: names, options, began)) }
      }
      for await (name, state) in tasks {
        agenda.note(state, of: name)
        for part in agenda.ready() {
          tasks.addTask { [self] in (part.name, await carryOut(part, of: names, options, began)) }
        }
      }
      return agenda.states
    }
    return GroupOutcome(
      states: OrderedDictionary(
        uniqueKeysWithValues: group.parts.map { ($0.name, states[$0.name] ?? .notBegun("cancelled")) }))
  }

  private func carryOut(
    _ part: GroupPlan.Part, of names: Set<String>, _ options: OperationOptions,
    _ began: @Sendable (Operation) async -> Void
  ) async -> GroupOutcome.State {
    do {
      let plan = try await plan(now: part, of: names)
      if plan.changesNothing { return .unchanged }
      let operation = try await run(plan, options: options)
      await began(operation)
      return .done(try await operation.result().status)
    } catch {
      return .failed(error)
    }
  }

  /// The plan of a part now that what it needs is there: what was shown, with the values that weren't known.
  ///
  /// - Throws: `plan_outdated` when it would do more than was shown.
  private func plan(now part: GroupPlan.Part, of names: Set<String>) async throws -> Plan {
    guard let member = part.member else { return part.plan }
    var plan = try await plan(part.name, member, Elsewhere(journal), of: names)
    if plan.revision != part.plan.revision || plan.kind != part.plan.kind {
      throw EngineError(
        .planOutdated, "\(part.name) has changed since this plan was made", hint: "plan again")
    }
    if let more = plan.excess(over: part.plan) {
      throw EngineError(
        .planOutdated, "more than was shown would be done to \(part.name): \(more)", hint: "plan again")
    }
    plan.purpose = part.plan.purpose
    return plan
  }
}

/// What of a group is done and what is left to do.
private struct GroupAgenda {
  private(set) var states: [String: GroupOutcome.State] = [:]
  private var waiting: [GroupPlan.Part]

  init(_ plan: GroupPlan) { waiting = plan.parts }

  mutating func note(_ state: GroupOutcome.State, of name: String) { states[name] = state }

  /// Takes out what can begin now, and what never can.
  mutating func ready() -> [GroupPlan.Part] {
    var (ready, rest): ([GroupPlan.Part], [GroupPlan.Part]) = ([], [])
    // What comes later in the plan may need what is given up here.
    for part in waiting {
      if let bad = part.needs.first(where: { states[$0].map { !$0.isGood } ?? false }) {
        states[part.name] = .notBegun("\(bad), which it needs, isn't done")
      } else if Task.isCancelled {
        states[part.name] = .notBegun("cancelled")
      } else if part.needs.allSatisfy({ states[$0] != nil }) {
        ready.append(part)
      } else {
        rest.append(part)
      }
    }
    waiting = rest
    return ready
  }
}

extension Plan {
  /// What it does beyond a plan that was made when less was known; nil for nothing.
  func excess(over shown: Plan) -> String? {
    for step in steps where step.action != .keep {
      let old = shown.steps.first { $0.logicalID == step.logicalID && $0.phase == step.phase }
      // What may be replaced leaves the old one to be deleted.
      let mayBeReplaced = shown[step.logicalID].map { $0.action == .replace } ?? false
      guard let old else {
        if step.phase == .cleanup, mayBeReplaced { continue }
        return "\(step.logicalID): \(step.action.rawValue)"
      }
      let isSmaller = old.isConditional && (step.action == .update || step.action == old.action)
      guard step.action == old.action || isSmaller else {
        return "\(step.logicalID): \(step.action.rawValue) in the place of \(old.action.rawValue)"
      }
      for change in step.changes {
        let before = old.changes.first { $0.property == change.property }
        if case .later? = before?.after { continue }
        if before?.after == change.after { continue }
        return "\(step.logicalID) would get another \(change.property)"
      }
    }
    return nil
  }
}
