import Document
import OrderedCollections
import Templates

/// A plan in the making.
struct PlanDraft {
  private let planner: Planner
  private let template: Template
  private let known: StackRecord?
  private var goal: Blueprint
  private let moves: OrderedDictionary<String, String>
  private var scope: StackScope
  private var steps: [Step] = []
  private var edges: [[Int]] = []
  private var indices: [String: Int] = [:]
  private var spare: [String: ResourceRecord] = [:]
  private var problems: [Diagnostic] = []
  private let usage = Usage()
  private var nesting: [String: ResourceTarget] = [:]

  init(
    _ planner: Planner, template: Template, parameters: OrderedDictionary<String, Value>,
    known: StackRecord?
  ) throws(Diagnostics) {
    self.planner = planner
    self.template = template
    let moves = planner.moves.merging(template.moves) { own, _ in own }
    self.moves = known?.moves(to: template, as: moves) ?? [:]
    self.known = known?.renamed(self.moves)
    goal = Blueprint(template, parameters: parameters)
    goal.tags = planner.tags
    scope = StackScope(
      identity: planner.identity, surroundings: planner.surroundings,
      parameters: try Language.parameters(of: template, given: parameters, later: planner.later),
      elsewhere: planner.elsewhere)
    scope.tags = planner.tags
    scope.usage = usage
    try Language.resolveStored(in: template, &scope)
    for record in self.known?.superseded ?? [] where record.status.isUsable && !isUndone(record) {
      spare[record.logicalID] = record
    }
  }

  mutating func finish() throws(Diagnostics) -> Plan {
    let wanted = activeResources()
    // Metadata may refer to what comes later in the order; such references see the last known state.
    for id in wanted.keys {
      scope.resources[id] = known?.resources[id]?.physical.map { .all($0) } ?? .nothing
    }
    checkImports(wanted)
    checkSkipped(wanted)
    steps.reserveCapacity(wanted.count)
    edges.reserveCapacity(wanted.count)
    for index in creationOrder(wanted) { add(wanted.values[index]) }
    addCleanup(wanted)
    let errors = problems.filter { $0.severity == .error }
    if !errors.isEmpty { throw Diagnostics(errors + problems.filter { $0.severity != .error }) }
    var plan = Plan(
      kind: planner.kind, stack: planner.identity, revision: known?.head.revision ?? 0, goal: goal,
      template: template, steps: steps, edges: edges, replacements: planner.replacements,
      warnings: problems, moves: moves)
    plan.imports = planner.imports
    plan.skipped = planner.skipped
    plan.outputs = outputs()
    plan.usage = usage
    plan.origin = known?.head.blueprint
    plan.nesting = nesting
    return plan
  }

  /// The outputs as far as they are known; what is wrong with one is told when it is evaluated in earnest.
  private func outputs() -> OrderedDictionary<String, PlannedOutput> {
    var outputs: OrderedDictionary<String, PlannedOutput> = [:]
    for output in template.outputs.values {
      guard (try? Language.holds(output.condition, in: template, scope)) ?? true else { continue }
      let value = try? Language.value(of: output.value, in: template, scope)
      let name = output.exportName.flatMap { try? Language.value(of: $0, in: template, scope) }
      var exportName: String?
      if case .known(let text, _)? = name { exportName = text.scalarText }
      outputs[output.name] = PlannedOutput(
        value: value, exportName: exportName, description: output.description)
    }
    return outputs
  }

  /// The resources whose conditions hold.
  private mutating func activeResources() -> OrderedDictionary<String, ResourceDefinition> {
    var others: Set<String> = []
    for definition in template.resources.values where definition.condition != nil {
      do {
        if try Language.holds(definition.condition, in: template, scope) { continue }
      } catch {
        problems.append(error)
      }
      others.insert(definition.logicalID)
    }
    // Most templates have no other, and then nothing is copied.
    return others.isEmpty ? template.resources : template.resources.filter { !others.contains($0.key) }
  }

  /// What is imported must be in the template, and not in the stack yet.
  private mutating func checkImports(_ wanted: OrderedDictionary<String, ResourceDefinition>) {
    for (id, physicalID) in planner.imports.sorted(by: { $0.key < $1.key }) {
      if let record = known?.resources[id], record.createdBy != planner.operation, record.physical != nil {
        problems.append(
          Diagnostic(
            "already_there",
            "\(id) can't be imported, as the stack has it: \(record.physical?.id ?? record.physicalName)",
            at: wanted[id]?.place))
      } else if wanted[id] == nil {
        problems.append(
          Diagnostic(
            "no_such_resource", "\(physicalID) is to be imported as \(id), which the template doesn't have",
            hint: nearest(to: id, among: wanted.keys).map { "did you mean \($0)?" }))
      }
    }
  }

  /// What needs a resource that is skipped and doesn't exist can only be skipped too.
  private mutating func checkSkipped(_ wanted: OrderedDictionary<String, ResourceDefinition>) {
    let missing = planner.skipped.filter { wanted[$0] != nil && known?.resources[$0]?.physical == nil }
    if missing.isEmpty { return }
    for definition in wanted.values where !planner.skipped.contains(definition.logicalID) {
      let needs = definition.properties.values.flatMap(\.references)
      guard let need = needs.first(where: missing.contains) else { continue }
      problems.append(
        Diagnostic(
          "needs_skipped", "\(definition.logicalID) needs \(need), which doesn't exist and is to be skipped",
          at: definition.place, hint: "skip \(definition.logicalID) too"))
    }
  }

  // MARK: - Steps

  private mutating func add(_ definition: ResourceDefinition) {
    let needs = definition.dependencies.compactMap { indices[$0] }
    indices[definition.logicalID] = steps.count
    edges.append(needs)
    let type: any ResourceType
    do {
      type = try planner.catalog.type(of: definition, in: template)
    } catch {
      problems.append(error)
      steps.append(Step(logicalID: definition.logicalID, type: definition.type, action: .create))
      scope.resources[definition.logicalID] = .nothing
      return
    }
    var evaluation = ResourceEvaluation(definition, template: template)
    let target = evaluation.target(type.schema, scope)
    problems += evaluation.problems
    if type is any NestingResource { nesting[definition.logicalID] = target }
    let step = step(definition, type, target)
    steps.append(step)
    scope.resources[definition.logicalID] = knowledge(after: step)
  }

  private func step(
    _ definition: ResourceDefinition, _ type: any ResourceType, _ target: ResourceTarget
  ) -> Step {
    let id = definition.logicalID
    let current = known?.resources[id]
    if planner.skipped.contains(id) { return skip(definition, current) }
    if let old = spare[id], old.type == definition.type, !isToReplace(old) {
      let difference = Difference(from: old, to: target, type: type)
      let isNeeded = !(current.map { isAsWanted($0, target, type) } ?? false)
      if isNeeded, !difference.needsReplacement {
        return Step(
          logicalID: id, type: definition.type, action: .restore, physicalName: old.physicalName,
          changes: difference.changes, reason: "it still exists as it was")
      }
    }
    guard let current else {
      if let physicalID = planner.imports[id] {
        return Step(
          logicalID: id, type: definition.type, action: .import, reason: "it is there as \(physicalID)")
      }
      return create(definition, target, replacing: nil, reason: "")
    }
    if current.type != definition.type {
      return create(definition, target, replacing: current, reason: "its type was \(current.type)")
    }
    return change(definition, type, target, current)
  }

  private func skip(_ definition: ResourceDefinition, _ current: ResourceRecord?) -> Step {
    Step(
      logicalID: definition.logicalID, type: definition.type, action: .skip,
      physicalName: current?.physicalName, reason: "it was asked to be left as it is")
  }

  private func isAsWanted(
    _ record: ResourceRecord, _ target: ResourceTarget, _ type: any ResourceType
  ) -> Bool {
    record.status.isUsable && record.type == type.name && !isUndone(record)
      && !Difference(from: record, to: target, type: type).needsReplacement
  }

  /// Whether it holds what somebody goes back from.
  private func isUndone(_ record: ResourceRecord) -> Bool {
    planner.undone.contains(record.logicalID) && planner.attempts.contains(record.createdBy)
  }

  private func change(
    _ definition: ResourceDefinition, _ type: any ResourceType, _ target: ResourceTarget,
    _ current: ResourceRecord
  ) -> Step {
    switch current.status {
    case .createInProgress where current.createdBy == planner.operation:
      return create(definition, target, replacing: nil, reason: "its creation was cut off")
    case .importInProgress where current.createdBy == planner.operation,
      .importInProgress where isImported(current), .importFailed where isImported(current):
      return Step(
        logicalID: definition.logicalID, type: definition.type, action: .import,
        physicalName: current.physicalName, reason: "its import didn't end")
    case .createInProgress, .createFailed:
      return create(definition, target, replacing: current, reason: "its creation failed")
    case .deleteInProgress, .deleteFailed, .deleteComplete, .deleteSkipped:
      return create(definition, target, replacing: current, reason: "it was being deleted")
    // A stack inside mends what is broken in it; only its record is needed for that.
    case .checkFailed where current.physical?.nestedStack == nil,
      .resumeFailed where current.physical?.nestedStack == nil,
      .suspendFailed where current.physical?.nestedStack == nil:
      return create(definition, target, replacing: current, reason: unhealthy(current))
    case .importInProgress, .importFailed:
      return create(definition, target, replacing: current, reason: "its import failed")
    case .createComplete, .updateComplete, .updateInProgress, .updateFailed, .importComplete, .checkComplete,
      .checkFailed, .resumeComplete, .resumeInProgress, .resumeFailed, .suspendComplete, .suspendInProgress,
      .suspendFailed:
      break
    }
    if let reason = planner.replacements[definition.logicalID], isToReplace(current) {
      return create(definition, target, replacing: current, reason: reason)
    }
    let difference = Difference(from: current, to: target, type: type)
    let isBroken = !current.isAsRecorded
    return Step(
      logicalID: definition.logicalID, type: definition.type,
      action: difference.needsReplacement
        ? .replace
        : difference.changes.isEmpty && !isBroken ? .keep : .update,
      physicalName: current.physicalName, changes: difference.changes,
      reason: isBroken ? trouble(current) : former(definition.logicalID),
      isConditional: difference.isConditional && !isBroken)
  }

  /// Whether what couldn't be imported is to be.
  private func isImported(_ record: ResourceRecord) -> Bool {
    planner.imports[record.logicalID] != nil && record.physical == nil
  }

  /// Whether it is what an operation was asked to replace, and not yet the replacement.
  private func isToReplace(_ record: ResourceRecord) -> Bool {
    planner.replacements[record.logicalID] != nil && record.createdBy != planner.operation
  }

  private func trouble(_ record: ResourceRecord) -> String {
    [.updateInProgress, .updateFailed].contains(record.status) || record.status.isUsable
      ? "its last update didn't end" : unhealthy(record)
  }

  private func unhealthy(_ record: ResourceRecord) -> String {
    record.reason.isEmpty ? "it is \(record.status.rawValue)" : record.reason
  }

  /// What is said of a resource that had another name.
  private func former(_ id: String) -> String {
    moves.first { $0.value == id }.map { "it was called \($0.key)" } ?? ""
  }

  private func create(
    _ definition: ResourceDefinition, _ target: ResourceTarget, replacing old: ResourceRecord?,
    reason: String
  ) -> Step {
    let difference = Difference(from: old, to: target, type: nil)
    return Step(
      logicalID: definition.logicalID, type: definition.type, action: old == nil ? .create : .replace,
      physicalName: old?.physicalName, changes: difference.changes, reason: reason)
  }

  private func knowledge(after step: Step) -> StackScope.Knowledge {
    let record = step.action == .restore ? spare[step.logicalID] : known?.resources[step.logicalID]
    guard let physical = record?.physical else { return .nothing }
    switch step.action {
    case .keep, .skip: return .all(physical)
    case .restore where step.changes.isEmpty: return .all(physical)
    case .update, .restore: return .reference(physical)
    case .create, .replace, .delete, .retain, .import: return .nothing
    }
  }

  // MARK: - Order

  /// Where the resources are, each after those it needs, else in the template's order.
  private func creationOrder(_ wanted: OrderedDictionary<String, ResourceDefinition>) -> [Int] {
    var waits: [Int] = []
    var users: [[Int]] = Array(repeating: [], count: wanted.count)
    for (index, definition) in wanted.values.enumerated() {
      let needs = definition.dependencies.compactMap { wanted.index(forKey: $0) }
      waits.append(needs.count)
      for need in needs { users[need].append(index) }
    }
    var order = waits.indices.filter { waits[$0] == 0 }
    var next = 0
    while next < order.count {
      for user in users[order[next]] {
        waits[user] -= 1
        if waits[user] == 0 { order.append(user) }
      }
      next += 1
    }
    return order
  }

  private mutating func addCleanup(_ wanted: OrderedDictionary<String, ResourceDefinition>) {
    guard var known else { return }
    let restored = Set(steps.filter { $0.action == .restore }.map(\.physicalName))
    known.superseded.removeAll {
      restored.contains($0.physicalName) || planner.skipped.contains($0.logicalID)
    }
    let cleanup = planner.cleanup(
      of: known, wanted: { wanted[$0] != nil || planner.skipped.contains($0) })
    edges += cleanup.edges.map { $0.map { $0 + steps.count } }
    steps += cleanup.steps
  }
}
