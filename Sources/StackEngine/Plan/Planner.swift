package import Document
package import OrderedCollections
package import Templates

/// Works out what an operation has to do: a pure function of template, parameters and the last known state.
package struct Planner: Sendable {
  let identity: StackIdentity
  let kind: OperationRecord.Kind
  let catalog: ResourceCatalog
  let surroundings: Surroundings
  var elsewhere = Elsewhere()
  /// The operation that is being taken up again; what it has made isn't replaced twice.
  var operation: String?
  /// The operations since the stack last was as wanted; what they have made is given up with them.
  var attempts: Set<String> = []
  /// The resources to replace though nothing has changed, and why.
  var replacements: [String: String] = [:]
  /// The resources whose replacements hold other data, so that going back brings back what these superseded.
  var undone: Set<String> = []
  /// New logical IDs by old ones, beside those that the template itself says were moved.
  var moves: OrderedDictionary<String, String> = [:]
  /// What is there already and is taken into the stack: physical IDs by logical ID.
  var imports: [String: String] = [:]
  /// The parameters that have no values yet, and what these come from.
  var later: [String: Set<String>] = [:]
  /// The tags that the stack is to have.
  var tags = Tags()
  /// The logical IDs that a deletion leaves in the cloud.
  var retained: Set<String> = []
  /// The logical IDs of what is left as it is, though it isn't as wanted.
  var skipped: Set<String> = []

  package init(
    identity: StackIdentity, kind: OperationRecord.Kind, catalog: ResourceCatalog,
    surroundings: Surroundings = Surroundings()
  ) {
    self.identity = identity
    self.kind = kind
    self.catalog = catalog
    self.surroundings = surroundings
  }

  /// Plans what makes the last known state into what a template says.
  ///
  /// - Throws: All that is wrong with the template's parameters, types and properties, at once.
  package func plan(
    to template: Template, parameters: OrderedDictionary<String, Value>, from known: StackRecord?
  ) throws(Diagnostics) -> Plan {
    let template = try Language.form(of: template, given: parameters)
    var draft = try PlanDraft(self, template: template, parameters: parameters, known: known)
    return try draft.finish()
  }

  /// The dynamic references whose values planning needs, as far as their texts are known before.
  func references(in template: Template, parameters: OrderedDictionary<String, Value>) throws(Diagnostics)
    -> [DynamicReference]
  {
    let template = try Language.form(of: template, given: parameters)
    let values = try Language.parameters(of: template, given: parameters, later: later)
    var scope = StackScope(
      identity: identity, surroundings: surroundings, parameters: values, elsewhere: elsewhere)
    for id in template.resources.keys { scope.resources[id] = .nothing }
    return Language.references(in: template, scope)
  }

  /// Plans to delete all of a stack.
  package func planDeletion(of known: StackRecord) -> Plan {
    let (steps, edges) = cleanup(of: known, wanted: { _ in false })
    var plan = Plan(
      kind: kind, stack: identity, revision: known.head.revision, goal: nil, template: nil, steps: steps,
      edges: edges, replacements: [:], warnings: [])
    plan.retained = retained
    plan.skipped = skipped
    return plan
  }

  /// The deletion of what a stack has and doesn't want any longer, with edges that count from 0.
  func cleanup(of known: StackRecord, wanted: (String) -> Bool) -> (steps: [Step], edges: [[Int]]) {
    var steps: [Step] = []
    // For each step, the logical IDs that its resource needs.
    var needs: [[String]] = []
    func leave(_ record: ResourceRecord) {
      let reason = record.isSuperseded ? "it was replaced" : "it is no longer wanted"
      steps.append(deletion(of: record, reason: kind == .delete ? "" : reason))
      needs.append(record.dependencies)
    }
    if kind == .delete { steps.reserveCapacity(known.resources.count + known.superseded.count) }
    for record in known.resources.values where !wanted(record.logicalID) { leave(record) }
    for record in known.superseded { leave(record) }
    return (steps, deletionEdges(steps, needs))
  }

  private func deletion(of record: ResourceRecord, reason: String) -> Step {
    let policy = record.isSuperseded ? record.updateReplacePolicy : record.deletionPolicy
    let isOwn = attempts.contains(record.createdBy)
    let isKept =
      switch policy {
      case .retain: !(isOwn && record.isSuperseded)
      case .retainExceptOnCreate: !isOwn
      case .delete, .snapshot: false
      }
    func step(_ action: Step.Action, _ reason: String) -> Step {
      Step(
        logicalID: record.logicalID, type: record.type, action: action, phase: .cleanup,
        physicalName: record.physicalName, reason: reason)
    }
    if skipped.contains(record.logicalID) { return step(.retain, "it was asked to be left as it is") }
    if record.physical == nil { return step(.delete, reason) }
    if retained.contains(record.logicalID) { return step(.retain, "it was asked to be left") }
    // Going back from an import gives up what it took, and leaves it as it was.
    if isOwn, record.isImported { return step(.retain, "it was there before") }
    return isKept ? step(.retain, "its policy is to retain it") : step(.delete, reason)
  }

  /// For each of the steps, the indices of those whose resources need its own and so go first.
  private func deletionEdges(_ steps: [Step], _ needs: [[String]]) -> [[Int]] {
    var users: [String: [Int]] = [:]
    for (index, needed) in needs.enumerated() {
      for logicalID in needed { users[logicalID, default: []].append(index) }
    }
    return steps.map { users[$0.logicalID] ?? [] }
  }
}
