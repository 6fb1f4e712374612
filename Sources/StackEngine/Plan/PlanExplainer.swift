import Document
import OrderedCollections
import Templates

/// Says why a plan does what it does: for each change where the template has it, and from which parameter or which
/// other resource it comes.
struct PlanExplainer {
  private let plan: Plan
  private let template: Template?
  /// What the stack was last asked to be; nil for a new one, or where its template can't be read any longer.
  private let old: Template?
  private let values: (before: [String: Evaluated], after: [String: Evaluated])

  init(_ plan: Plan, _ reader: Engine.Reader) {
    self.plan = plan
    template = plan.template
    let (old, before) = Self.reading(plan.origin, reader)
    self.old = old
    values = (before, Self.values(of: plan.template, plan.goal))
  }

  private static func reading(
    _ blueprint: Blueprint?, _ reader: Engine.Reader
  ) -> (Template?, [String: Evaluated]) {
    guard let blueprint, let template = try? Language.template(of: blueprint, reader) else {
      return (nil, [:])
    }
    let form = (try? Language.form(of: template, given: blueprint.parameters.values)) ?? template
    return (form, values(of: template, blueprint))
  }

  private static func values(of template: Template?, _ blueprint: Blueprint?) -> [String: Evaluated] {
    guard let template, let blueprint else { return [:] }
    return (try? Language.parameters(of: template, given: blueprint.parameters.values)) ?? [:]
  }

  /// Why a resource's step is what it is.
  ///
  /// - Throws: `EngineError` when the plan has nothing to say of it.
  func explanation(of id: String) throws -> Explanation {
    guard let step = step(id) else {
      let known = plan.steps.map(\.logicalID)
      throw EngineError(
        .noSuchResource, "the plan for \(plan.stack.name) has no resource \(id)",
        hint: nearest(to: id, among: known).map { "did you mean \($0)?" })
    }
    return explanation(of: step, seen: [id])
  }

  private func step(_ id: String) -> Step? { plan[id] ?? plan.steps.first { $0.logicalID == id } }

  // MARK: - Resources

  private func explanation(of step: Step, seen: Set<String>) -> Explanation {
    var line = TonedLine(step.logicalID, .strong)
    line.append(" (\(step.type))", .faint)
    line.append(" " + step.sentence, step.tone)
    let definition = template?.resources[step.logicalID]
    return Explanation(line, at: definition?.place, causes: causes(of: step, definition, seen))
  }

  private func causes(of step: Step, _ definition: ResourceDefinition?, _ seen: Set<String>) -> [Explanation]
  {
    var causes: [Explanation] = step.reason.isEmpty ? [] : [Explanation(step.reason)]
    let before = old?.resources[former(step.logicalID)]
    switch step.action {
    case .create where step.reason.isEmpty:
      if old != nil { causes.append(coming(definition, before)) }
    case .delete, .retain:
      if plan.goal != nil, let before { causes.append(going(before, definition)) }
    case .keep where step.reason.isEmpty:
      causes.append(Explanation("nothing that it is made from has changed"))
    case .create, .update, .replace, .restore, .import, .keep, .skip: break
    }
    return causes + step.changes.map { explanation(of: $0, step, definition, before, seen) }
  }

  /// Why a resource that the stack doesn't have is wanted.
  private func coming(_ definition: ResourceDefinition?, _ before: ResourceDefinition?) -> Explanation {
    guard before != nil, let condition = definition?.condition else {
      return Explanation("the template has it, and had it not before", at: definition?.place)
    }
    return Explanation(
      "its condition `\(condition)` holds now", at: template?.conditions[condition]?.place,
      causes: changedParameters(inCondition: condition))
  }

  /// Why a resource that the stack has isn't wanted any longer.
  private func going(_ before: ResourceDefinition, _ definition: ResourceDefinition?) -> Explanation {
    guard let condition = definition?.condition else {
      return Explanation("the template doesn't have it any longer, as it had", at: before.place)
    }
    return Explanation(
      "its condition `\(condition)` doesn't hold any longer", at: template?.conditions[condition]?.place,
      causes: changedParameters(inCondition: condition))
  }

  private func former(_ id: String) -> String { plan.moves.first { $0.value == id }?.key ?? id }

  // MARK: - Properties

  private func explanation(
    of change: Change, _ step: Step, _ definition: ResourceDefinition?, _ before: ResourceDefinition?,
    _ seen: Set<String>
  ) -> Explanation {
    var line = TonedLine("\(change.property): ")
    if step.action == .create {
      line.append(change.after.text)
    } else {
      line.append("\(change.before.text) → \(change.after.text)")
      if change.causesReplacement { line.append("  needs replacement", .bad) }
    }
    let now = definition.flatMap { Self.expression(change.property, $0) }
    let then = before.flatMap { Self.expression(change.property, $0) }
    return Explanation(
      line, at: now?.place ?? (now == nil ? definition?.place : nil), causes: origins(now, then, step, seen))
  }

  private static func expression(_ property: String, _ definition: ResourceDefinition) -> Expression? {
    property == "Metadata" ? definition.metadata : definition.properties[property]
  }

  /// What a value comes from, as far as that is another one than before.
  private func origins(
    _ now: Expression?, _ then: Expression?, _ step: Step, _ seen: Set<String>
  ) -> [Explanation] {
    guard let now else {
      return then == nil ? [] : [Explanation("the template doesn't say it any longer", at: then?.place)]
    }
    var found = parameters(now.parameterNames, isNew: old == nil)
    for condition in now.conditionNames {
      let changed = changedParameters(inCondition: condition)
      if changed.isEmpty { continue }
      found.append(
        Explanation("condition `\(condition)`", at: template?.conditions[condition]?.place, causes: changed))
    }
    for id in now.references {
      guard let other = plan[id], other.changesOthers else { continue }
      found.append(
        seen.contains(id)
          ? Explanation("\(id) \(other.sentence)") : explanation(of: other, seen: seen.union([id])))
    }
    if old == nil { return found }
    let comparison = ExpressionComparison(
      renames: Dictionary(uniqueKeysWithValues: plan.moves.map { ($0, $1) }))
    if let then, !comparison.isSame(then, now) {
      found.append(Explanation("the template said \(then.summary)", at: then.place))
    } else if then == nil, step.action != .create {
      found.append(Explanation("the template didn't say it before"))
    }
    if found.isEmpty, plan.observed.contains(where: { $0.logicalID == step.logicalID }) {
      found.append(Explanation("somebody else has changed it in the cloud"))
    }
    return found
  }

  // MARK: - Parameters

  private func changedParameters(inCondition name: String) -> [Explanation] {
    var seen: Set<String> = []
    var names: OrderedSet<String> = []
    var open = [name]
    while let next = open.popLast() {
      guard seen.insert(next).inserted, let expression = template?.conditions[next] else { continue }
      names.formUnion(expression.parameterNames)
      open += expression.conditionNames
    }
    return parameters(names, isNew: false)
  }

  /// The parameters of these names: of a new stack each, else those whose value is another than before.
  private func parameters(_ names: OrderedSet<String>, isNew: Bool) -> [Explanation] {
    names.compactMap { name in
      guard let definition = template?.parameters[name], let after = values.after[name] else { return nil }
      let before = values.before[name]
      if !isNew, before == after { return nil }
      var line = TonedLine("parameter ")
      line.append(name, .strong)
      line.append(": ")
      if let before { line.append(before.text + " → ") }
      line.append(after.text)
      let isGiven = plan.goal?.parameters.values[name] != nil
      line.append(isGiven ? ", as given" : ", by default", .faint)
      return Explanation(line, at: definition.place)
    }
  }
}

extension Step {
  /// What becomes of the resource, as the end of a sentence.
  fileprivate var sentence: String {
    let perhaps = isConditional ? "perhaps " : ""
    return switch action {
    case .create: "is created"
    case .update: "is \(perhaps)updated"
    case .replace: "is \(perhaps)replaced"
    case .delete: "is deleted"
    case .keep: "stays as it is"
    case .skip: "is left as it is, though it isn't as wanted"
    case .retain: "is left in the cloud"
    case .restore: "comes back"
    case .import: "is taken into the stack"
    }
  }

  fileprivate var tone: TonedLine.Tone {
    switch action {
    case .create, .import, .restore: .good
    case .update: .active
    case .replace, .delete: .bad
    case .keep, .retain, .skip: .faint
    }
  }

  /// Whether what refers to it may get another value.
  fileprivate var changesOthers: Bool {
    switch action {
    case .create, .update, .replace, .restore, .import: true
    case .keep, .delete, .retain, .skip: false
    }
  }
}

extension Evaluated {
  /// The value on one line.
  fileprivate var text: String {
    switch self {
    case .known(_, isSecret: true): Change.Side.secret.text
    case .known(let value, _): Change.Side.value(value).text
    case .later(let needs): Change.Side.later(needs.sorted()).text
    case .absent: Change.Side.absent.text
    }
  }
}

extension Expression {
  /// The parameters that it names anywhere inside.
  fileprivate var parameterNames: OrderedSet<String> {
    var names: OrderedSet<String> = []
    visit { if case .parameter(let name) = $0.kind { names.append(name) } }
    return names
  }
}

extension Engine {
  /// Why a plan does to a resource what it does.
  package func explain(_ logicalID: String, in plan: Plan) throws -> Explanation {
    try PlanExplainer(plan, reader).explanation(of: logicalID)
  }
}
