import Document
import OrderedCollections
import Templates

extension Engine {
  /// Plans to make a stack's template say what the cloud has in the place of what the stack last made, for the
  /// resources that are named, or for all.
  ///
  /// The template's text changes only where it has to. A property that is nothing but a parameter, which nothing else
  /// uses, stays so: the parameter gets the new value.
  ///
  /// - Throws: `not_acceptable` for each thing that can't be accepted: what is gone or doesn't work, what is part of a
  ///   stack inside, and what the template has from a function.
  package func planAcceptance(of name: String, resources wanted: [String] = []) async throws -> Acceptance {
    let stack = try await describe(name)
    try await checkIdle(stack.identity)
    try checkInUse(stack.head)
    try checkThere(stack, to: "accept")
    if let unknown = wanted.first(where: { stack.resources[$0] == nil && !$0.contains("/") }) {
      throw noSuchResource(unknown, in: stack)
    }
    var now = stack
    var accepted: [ResourceDrift] = []
    var problems = wanted.filter { $0.contains("/") }.map {
      refusal($0, "is part of a stack inside", "accept what that stack's own template says, or revert it")
    }
    for (resource, seen) in await observations(of: stack) {
      let isNamed = wanted.contains(resource.logicalID)
      guard isNamed || wanted.isEmpty else { continue }
      if let problem = await problem(with: resource, seen, isNamed: isNamed) {
        problems.append(problem)
        continue
      }
      let drift = drift(of: resource, seen)
      guard drift.state == .modified, case .seen(let observation) = seen else { continue }
      accepted.append(drift)
      now.resources[resource.logicalID] = resource.accepting(observation)
    }
    if !problems.isEmpty { throw Diagnostics(problems) }
    return try await plan(accepted, from: stack, as: now)
  }

  /// Why what the cloud has of a resource can't be accepted; nil where it can, or where there is nothing to accept.
  private func problem(with resource: ResourceRecord, _ seen: Seen, isNamed: Bool) async -> Diagnostic? {
    let id = resource.logicalID
    if resource.physical?.nestedStack != nil {
      guard let inside = await driftInside(resource) else { return nil }
      return refusal(
        id, "is a stack whose own resources have drifted: \(inside)",
        "name the other resources, or revert what is inside")
    }
    switch seen {
    case .unasked:
      return isNamed
        ? refusal(id, "can't be accepted: \(article(resource.type)) \(resource.type) can't be asked for")
        : nil
    case .failed(let sentence): return refusal(id, "can't be accepted: \(sentence)")
    case .seen(let observation):
      switch observation.condition {
      case .sound: return nil
      case .gone: return refusal(id, "is gone from the cloud", "take it out of the template, or revert")
      case .unsound(let sentence):
        let isDrifted = drift(of: resource, seen).state == .modified
        return isNamed || isDrifted ? refusal(id, "doesn't work: \(sentence)", "revert replaces it") : nil
      }
    }
  }

  private func refusal(_ logicalID: String, _ what: String, _ hint: String? = nil) -> Diagnostic {
    Diagnostic(EngineError.Code.notAcceptable.rawValue, "\(logicalID) \(what)", hint: hint)
  }

  private func plan(
    _ accepted: [ResourceDrift], from stack: StackRecord, as now: StackRecord
  ) async throws -> Acceptance {
    let old = stack.head.blueprint
    let template = try Language.template(of: old, reader)
    let rewriting = try TemplateRewriting(
      template: template, form: Language.form(of: template, given: old.parameters.values),
      parameters: old.parameters, from: stack, to: now, accepting: accepted)
    let goal = try rewriting.blueprint(old)
    let changed = accepted.isEmpty ? template : try Language.template(of: goal, reader)
    var planner = try await planner(
      stack.identity, kind: .update, to: changed, goal.parameters.values)
    planner.tags = goal.tags
    var plan = try planner.plan(to: changed, parameters: goal.parameters.values, from: now)
    let others = plan.steps.filter { $0.action != .keep }.map { "\($0.logicalID): \($0.action.rawValue)" }
    if !others.isEmpty {
      throw EngineError(
        .notAcceptable, "more than accepting would come of it: \(others.joined(separator: ", "))",
        hint: "name fewer resources, or update the stack first")
    }
    plan.observed = accepted.compactMap { now.resources[$0.logicalID] }
    plan.purpose = "accepting what the cloud has"
    plan = try await noticing(plan, from: stack)
    return Acceptance(
      template: changed, parameters: rewriting.parameters.keys.elements, drift: accepted, plan: plan)
  }
}

extension ResourceRecord {
  /// The resource as the stack's record has it once what the cloud has is accepted.
  fileprivate func accepting(_ observation: Observation) -> ResourceRecord {
    var now = self
    for (property, value) in observation.properties {
      now.properties.values[property] = value.isNull ? nil : value
    }
    return now
  }
}
