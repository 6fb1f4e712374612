import Document
import OrderedCollections
import Templates

extension Engine {
  /// What a plan does in the stacks inside, those inside of them included.
  func insides(of plan: Plan) async -> [InsidePlan] { await insides(of: plan, path: "", depth: 1) }

  private func insides(of plan: Plan, path: String, depth: Int) async -> [InsidePlan] {
    var found: [InsidePlan] = []
    for step in plan.steps where [.create, .update, .replace].contains(step.action) {
      guard let target = plan.nesting[step.logicalID] else { continue }
      let path = path + step.logicalID
      do {
        let inner = try await inside(step, target, plan)
        found.append(InsidePlan(path: path, plan: inner, reason: ""))
        if depth < Self.nestingLimit {
          found += await insides(of: inner, path: path + "/", depth: depth + 1)
        }
      } catch {
        found.append(InsidePlan(path: path, plan: nil, reason: sentence(of: error)))
      }
    }
    return found
  }

  /// How deep stacks are looked into; Heat lets them be as deep.
  private static let nestingLimit = 5

  private func inside(_ step: Step, _ target: ResourceTarget, _ plan: Plan) async throws -> Plan {
    guard let outer = plan.template, let goal = plan.goal, let definition = outer.resources[step.logicalID],
      let type = try catalog.type(of: definition, in: outer) as? any NestingResource
    else { throw Diagnostic("unknown_value", "it can't be told before") }
    var known = Properties()
    var later: [String: Set<String>] = [:]
    for (name, value) in target.properties {
      switch value {
      case .known(let value, let isSecret):
        known.values[name] = value
        if isSecret { known.secretNames.insert(name) }
      case .later(let needs): later[name] = needs
      case .absent: continue
      }
    }
    let stack = try await stackInside(step)
    let contents = try await type.contents(call(step, known, plan, goal))
    let template = contents.template.asNested()
    if let source = contents.source {
      // Which of them aren't known isn't known either.
      let needs = later.values.reduce(into: Set()) { $0.formUnion($1) }
      let isLater = later[source] != nil
      later = [:]
      if isLater { for name in template.parameters.keys { later[name] = needs } }
    }
    let identity =
      stack?.identity ?? StackIdentity(name: "\(plan.stack.name)/\(step.logicalID)", id: "new")
    var planner = planner(identity, kind: stack == nil ? .create : .update)
    planner.later = later
    planner.tags = goal.tags
    planner.elsewhere = try await Elsewhere(journal)
    let wanted = try planner.references(in: template, parameters: contents.parameters)
    try await planner.elsewhere.fetch(wanted, from: references)
    return try planner.plan(to: template, parameters: contents.parameters, from: stack)
  }

  /// The stack that a step changes; nil when it makes a new one.
  private func stackInside(_ step: Step) async throws -> StackRecord? {
    guard step.action == .update, let name = step.physicalName else { return nil }
    let stack = try await journal.stack(named: name)
    return stack.flatMap { $0.isRolledBackToNothing ? nil : $0 }
  }

  /// A call that only asks.
  private func call(_ step: Step, _ properties: Properties, _ plan: Plan, _ goal: Blueprint) -> ResourceCall {
    ResourceCall(
      stack: plan.stack, logicalID: step.logicalID, properties: properties,
      physicalName: step.physicalName ?? step.logicalID, ambient: ambient, journal: NoSteps(),
      signals: StackSignals(stack: plan.stack.id, journal: journal, bells: bells, ambient: ambient),
      nested: EngineNesting(
        engine: self, parent: ParentResource(stack: plan.stack.id, logicalID: step.logicalID),
        blueprint: goal, reader: reader, isCancelled: Latch(), isHalted: Latch(), takeover: Latch()))
  }
}
