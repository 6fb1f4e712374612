import Ambience
import Document
package import OrderedCollections
package import Templates

/// What moves resources from one stack to another: one plan over both, which changes nothing in the cloud.
package struct MovePlan: Sendable {
  /// One of the two stacks: what it is to be, with the resources that it has after the move.
  package struct Side: Sendable {
    package let plan: Plan
    let outputs: OrderedDictionary<String, OutputRecord>
  }

  /// The resources' new logical IDs by those that they had.
  package let resources: OrderedDictionary<String, String>
  package let source: Side
  package let target: Side

  /// The plan as lines for people.
  package var lines: [String] {
    resources.map { "> \(source.plan.stack.name)/\($0) becomes \(target.plan.stack.name)/\($1)" }
      + ["Plan: \(resources.count) to move; nothing changes in the cloud."]
  }
}

extension Engine {
  /// Plans to move resources from a stack to another as they are.
  ///
  /// The templates say what the stacks are to be: the one without the resources, the other with them under their
  /// new logical IDs. What they use of each other's resources has to become outputs and what asks for those.
  ///
  /// - Throws: `not_movable` when anything else than the move would come of it, and what.
  package func planMove(
    _ resources: OrderedDictionary<String, String>, from source: String, to target: String,
    templates: (source: Template, target: Template)
  ) async throws -> MovePlan {
    var giver = try await movable(source)
    var taker = try await movable(target)
    if giver.identity == taker.identity {
      throw EngineError(
        .notMovable, "both are the stack \(source)",
        hint: "a template's Metadata Kiln::Moved renames resources")
    }
    for (old, new) in resources {
      let resource = try giver.give(old)
      if taker.resources[new] != nil || taker.superseded.contains(where: { $0.logicalID == new }) {
        throw EngineError(.notMovable, "\(target) has a resource \(new)", hint: "choose another logical ID")
      }
      taker.resources[new] = resource.renamed(resources)
    }
    // What comes is made known first: what stays behind may ask for it.
    let known = try? await side(of: taker, templates.target, instead: [:])
    let first = try await side(of: giver, templates.source, instead: [target: known?.outputs ?? [:]])
    let second = try await side(of: taker, templates.target, instead: [source: first.outputs])
    try checkKept([first.plan, second.plan])
    return MovePlan(resources: resources, source: first, target: second)
  }

  /// Moves what a plan says, all at once: both stacks have changed, or neither.
  ///
  /// Both are leased; the source's lease is the one that the journal holds the change to.
  package func run(_ move: MovePlan) async throws {
    var leases: [Lease] = []
    do {
      for stack in [move.source.plan.stack, move.target.plan.stack].sorted(by: { $0.id < $1.id }) {
        guard running[stack.id] == nil, let lease = try await journal.claim(stack.id, by: holder) else {
          throw inProgress(stack.name)
        }
        leases.append(lease)
      }
      try await journal.append(
        entries(of: move), under: leases.first { $0.stack == move.source.plan.stack.id })
    } catch {
      for lease in leases { try? await journal.release(lease) }
      throw error
    }
    for lease in leases {
      try await journal.release(lease)
      await bells.ring(lease.stack)
    }
  }

  // MARK: - Parts

  private func movable(_ name: String) async throws -> StackRecord {
    let stack = try await describe(name)
    try await checkIdle(stack.identity)
    try checkInUse(stack.head)
    try checkThere(stack, to: "move")
    guard !stack.status.rawValue.hasSuffix("_FAILED") else {
      throw EngineError(
        .wrongStatus, "\(name) is \(stack.status.rawValue)",
        hint: "go on from that first: retry, roll back or update")
    }
    return stack
  }

  /// Plans one of the stacks, with what other stacks' outputs will be.
  private func side(
    of stack: StackRecord, _ template: Template,
    instead outputs: [String: OrderedDictionary<String, OutputRecord>]
  ) async throws -> MovePlan.Side {
    let parameters = stack.head.blueprint.parameters.values.filter { template.parameters[$0.key] != nil }
    var planner = try await planner(stack.identity, kind: .update, to: template, parameters)
    for (name, records) in outputs { planner.elsewhere.set(records, of: name) }
    planner.tags = stack.head.blueprint.tags
    let plan = try planner.plan(to: template, parameters: parameters, from: stack)
    let records = plan.outputs.compactMapValues { $0.record }
    return MovePlan.Side(plan: plan, outputs: records)
  }

  private func checkKept(_ plans: [Plan]) throws {
    let others = plans.flatMap { plan in
      plan.steps.filter { $0.action != .keep }.map {
        "\(plan.stack.name)/\($0.logicalID): \($0.action.rawValue)"
      }
    }
    if others.isEmpty, plans.allSatisfy(\.moves.isEmpty) { return }
    throw EngineError(
      .notMovable, "more than the move would come of it: \(others.joined(separator: ", "))",
      hint: "change what is to change by an update, before or after")
  }

  private func entries(of move: MovePlan) async throws -> [JournalEntry] {
    var giver = try await fresh(move.source.plan)
    var taker = try await fresh(move.target.plan)
    var entries: [JournalEntry] = []
    for (old, new) in move.resources {
      var resource = try giver.give(old).renamed(move.resources)
      resource.updated = ambient.now()
      taker.resources[new] = resource
      let stacks = (giver.identity, taker.identity)
      entries += [
        .removal(physicalName: resource.physicalName, stack: stacks.0.id),
        .event(told(resource, stacks.0, as: old, "moved to \(stacks.1.name) as \(new)")),
        .event(told(resource, stacks.1, as: new, "moved here from \(stacks.0.name), where it was \(old)")),
      ]
      if let name = resource.physical?.nestedStack, var inner = try await journal.head(named: name) {
        inner.parent = ParentResource(stack: stacks.1.id, logicalID: new)
        entries.append(.stack(inner))
      }
    }
    entries += kept(giver, move.source) + kept(taker, move.target)
    for (stack, side) in [(giver, move.source), (taker, move.target)] {
      entries += [
        .stack(stack.head.moved(side, at: ambient.now())),
        .event(
          Event(
            sequence: 0, time: ambient.now(), stack: stack.identity, logicalID: nil,
            physicalID: stack.identity.id, type: stackType, status: stack.status.rawValue,
            reason: "resources were moved")),
      ]
    }
    return entries
  }

  /// The resources that a stack has after a move, with what deletion goes by as its template has it.
  private func kept(_ stack: StackRecord, _ side: MovePlan.Side) -> [JournalEntry] {
    stack.resources.values.map { resource in
      var resource = resource
      if let definition = side.plan.template?.resources[resource.logicalID] {
        resource.dependencies = Array(definition.dependencies)
        resource.deletionPolicy = definition.deletionPolicy
        resource.updateReplacePolicy = definition.updateReplacePolicy
      }
      return .resource(resource, stack: stack.identity.id)
    }
  }

  /// The stack that a plan was made of, if it is as it was.
  private func fresh(_ plan: Plan) async throws -> StackRecord {
    try await checkEnded(plan.stack)
    guard let stack = try await journal.stack(id: plan.stack.id), stack.head.revision == plan.revision,
      stack.identity == plan.stack
    else {
      throw EngineError(
        .planOutdated, "\(plan.stack.name) has changed since this plan was made", hint: "plan again")
    }
    return stack
  }

  private func told(
    _ resource: ResourceRecord, _ stack: StackIdentity, as logicalID: String, _ reason: String
  ) -> Event {
    Event(
      sequence: 0, time: ambient.now(), stack: stack, logicalID: logicalID, physicalID: resource.physical?.id,
      type: resource.type, status: resource.status.rawValue, reason: reason)
  }
}

extension StackRecord {
  /// Takes a resource out of the stack.
  fileprivate mutating func give(_ logicalID: String) throws(EngineError) -> ResourceRecord {
    guard let resource = resources[logicalID] else {
      throw EngineError(
        .noSuchResource, "\(identity.name) has no resource \(logicalID)",
        hint: nearest(to: logicalID, among: resources.keys).map { "did you mean \($0)?" })
    }
    if !resource.status.isUsable || superseded.contains(where: { $0.logicalID == logicalID }) {
      throw EngineError(
        .notMovable, "\(logicalID) is \(resource.status.rawValue)", hint: "an update mends it")
    }
    resources[logicalID] = nil
    return resource
  }
}

extension StackHead {
  /// The stack as it is after a move.
  fileprivate func moved(_ side: MovePlan.Side, at time: Timestamp) -> StackHead {
    var head = self
    head.blueprint = side.plan.goal ?? blueprint
    head.stable = side.plan.goal
    head.outputs = side.outputs
    head.uses = side.plan.usage.uses
    head.description = side.plan.template?.description
    head.revision += 1
    head.updated = time
    return head
  }
}
