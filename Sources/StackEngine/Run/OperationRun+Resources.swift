import Ambience
import Document
import OrderedCollections
import Templates

extension OperationRun {
  // MARK: - Bringing about

  /// Takes a step of the change phase.
  func bring(_ step: Step, _ plan: Plan) async -> Bool {
    guard let definition = plan.template?.resources[step.logicalID], let template = plan.template else {
      return false
    }
    do {
      if step.action == .skip {
        try await skip(step)
        return true
      }
      let type = try catalog.type(of: definition, in: template)
      try await fetch(Language.references(in: definition, of: template, scope))
      try await bring(step, definition, type, target(definition, type, template))
      if let physical = current[step.logicalID]?.physical { scope.resources[step.logicalID] = .all(physical) }
      return true
    } catch is Ledger.Loss {
      return false
    } catch {
      note(error, on: step.logicalID)
      return false
    }
  }

  private func bring(
    _ step: Step, _ definition: ResourceDefinition, _ type: any ResourceType, _ target: Wanted
  ) async throws {
    let id = step.logicalID
    if step.action == .restore, let name = step.physicalName, let old = superseded[name] {
      try await restore(old)
    }
    if step.action == .import, let physicalID = self.record.imports[id] {
      return try await take(physicalID, definition, type, target)
    }
    guard let record = current[id] else { return try await create(definition, type, target, over: nil) }
    if isCutOff(record, type) { return try await create(definition, type, target, continuing: record) }
    if step.action == .create || (step.action == .replace && !step.isConditional) {
      return try await create(definition, type, target, over: record)
    }
    let difference = Difference(from: record, to: target.evaluated, type: type)
    if difference.needsReplacement {
      try checkPolicy(.replace, on: record)
      try await create(definition, type, target, over: record)
    } else if !difference.changes.isEmpty || !record.isAsRecorded {
      try checkPolicy(.modify, on: record)
      try await update(record, definition, type, target)
    } else if !record.isLike(definition) {
      try await ledger.keep([.resource(adopt(record, definition), stack: self.record.stack.id)])
    }
  }

  /// Leaves a resource as it is, and tells so.
  private func skip(_ step: Step) async throws {
    guard let resource = current[step.logicalID] else { return }
    if let physical = resource.physical { scope.resources[step.logicalID] = .all(physical) }
    try await ledger.keep([.event(event(of: resource, resource.status.rawValue, step.reason))])
  }

  private func isCutOff(_ resource: ResourceRecord, _ type: any ResourceType) -> Bool {
    resource.status == .createInProgress && resource.createdBy == record.id && resource.type == type.name
  }

  /// Holds to the stack policy what the plan couldn't know; going back isn't held to it.
  private func checkPolicy(_ action: StackPolicy.Action, on resource: ResourceRecord) throws {
    guard record.phase == .forward, record.kind != .create,
      let reason = record.options.policy?.refusal(
        of: action, on: resource.logicalID, type: resource.type)
    else { return }
    throw EngineError(
      .policyDenies, "the stack policy protects it: \(reason)",
      hint: "change the policy, or override it for this update")
  }

  private func adopt(_ resource: ResourceRecord, _ definition: ResourceDefinition) -> ResourceRecord {
    var resource = resource
    resource.dependencies = Array(definition.dependencies)
    resource.deletionPolicy = definition.deletionPolicy
    resource.updateReplacePolicy = definition.updateReplacePolicy
    current[resource.logicalID] = resource
    return resource
  }

  /// Gives a logical ID back to a resource that was superseded.
  private func restore(_ old: ResourceRecord) async throws {
    var old = old
    var entries: [JournalEntry] = []
    if var newer = current[old.logicalID] {
      newer.isSuperseded = true
      superseded[newer.physicalName] = newer
      entries.append(.resource(newer, stack: record.stack.id))
    }
    superseded[old.physicalName] = nil
    old.isSuperseded = false
    let told = event(of: old, ResourceStatus.updateComplete.rawValue, "back in the place of its replacement")
    try await keep(old, event: told, with: entries)
  }

  // MARK: - Create

  private func create(
    _ definition: ResourceDefinition, _ type: any ResourceType, _ target: Wanted,
    over old: ResourceRecord? = nil, continuing begun: ResourceRecord? = nil
  ) async throws {
    var resource = begun ?? fresh(definition)
    resource.properties = target.properties
    resource.metadata = target.metadata
    resource.metadataIsSecret = target.metadataIsSecret
    resource.tags = target.evaluated.tags
    if begun == nil {
      var entries: [JournalEntry] = []
      if let old { entries = try await giveWay(old, to: type) }
      try await keep(resource, with: entries)
    }
    let call = call(
      for: resource, previous: nil, verb: "create", isFresh: begun == nil, updatePolicy: target.updatePolicy)
    do {
      resource.physical = try await patiently(on: resource) {
        try await self.cutOffWhenHalted(type) { try await type.create(call) }
      }
      resource.status = .createComplete
    } catch {
      if let loss = ledger.loss {
        await disown(resource, type, call)
        throw loss
      }
      resource.status = .createFailed
      resource.reason = error is CancellationError ? ResourceRecord.cancelledCreation : sentence(of: error)
      try await keep(resource, causes: await causes(of: error, call, "create"))
      throw error
    }
    try await keep(resource)
  }

  func fresh(
    _ definition: ResourceDefinition, _ status: ResourceStatus = .createInProgress
  ) -> ResourceRecord {
    ResourceRecord(
      logicalID: definition.logicalID, type: definition.type,
      physicalName: Self.physicalName(definition.logicalID, record, current), status: status,
      dependencies: Array(definition.dependencies), deletionPolicy: definition.deletionPolicy,
      updateReplacePolicy: definition.updateReplacePolicy, createdBy: record.id, updated: ambient.now())
  }

  /// The name of the next physical resource of a logical ID.
  private static func physicalName(
    _ logicalID: String, _ record: OperationRecord, _ current: ResourceTable
  ) -> String {
    PhysicalName.make(
      record.stack, logicalID,
      seed: "\(record.id)/\(record.phase.rawValue)/\(current[logicalID]?.physicalName ?? "")")
  }

  /// Makes an old resource give its logical ID up: superseded, or deleted at once where both can't exist.
  private func giveWay(_ old: ResourceRecord, to type: any ResourceType) async throws -> [JournalEntry] {
    if old.type == type.name, type.replacesAfterDelete {
      return try await delete(old)
    }
    var old = old
    old.isSuperseded = true
    superseded[old.physicalName] = old
    return [.resource(old, stack: record.stack.id)]
  }

  /// Runs a creation; one that only waits for others is cancelled when the operation has failed.
  private func cutOffWhenHalted(
    _ type: any ResourceType, _ body: @escaping @Sendable () async throws -> PhysicalResource
  ) async throws -> PhysicalResource {
    guard type.onlyWaits else { return try await body() }
    return try await withThrowingTaskGroup(of: PhysicalResource.self) { group in
      group.addTask { try await body() }
      group.addTask { [halted] in
        await halted.wait()
        throw CancellationError()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  // MARK: - Update

  private func update(
    _ old: ResourceRecord, _ definition: ResourceDefinition, _ type: any ResourceType, _ target: Wanted
  ) async throws {
    guard let physical = old.physical else { return }
    var resource = adopt(old, definition)
    resource.status = .updateInProgress
    resource.reason = ""
    resource.uncertain = old.uncertain(becoming: target.properties)
    try await keep(resource)
    var wanted = resource
    wanted.properties = target.properties
    wanted.uncertain = []
    wanted.metadata = target.metadata
    wanted.metadataIsSecret = target.metadataIsSecret
    wanted.tags = target.evaluated.tags
    let verb = record.phase == .rollback ? "rollback_update" : "update"
    var changing = call(
      for: wanted, previous: old.known(wanting: target.properties), verb: verb, isFresh: !isResumed,
      updatePolicy: target.updatePolicy)
    changing.previousStackTags = old.tags
    let call = changing
    do {
      wanted.physical = try await patiently(on: resource) { try await type.update(physical, call) }
      wanted.status = .updateComplete
    } catch {
      if let loss = ledger.loss { throw loss }
      resource.status = .updateFailed
      resource.reason = error is CancellationError ? "Resource update cancelled" : sentence(of: error)
      try await keep(resource, causes: await causes(of: error, call, "update"))
      throw error
    }
    try await keep(wanted)
  }

  // MARK: - Delete

  /// Takes a step of the cleanup phase.
  func remove(_ step: Step) async -> Bool {
    guard let resource = superseded[step.physicalName ?? ""] ?? current[step.logicalID] else { return true }
    do {
      if step.action == .retain {
        let told = event(of: resource, ResourceStatus.deleteSkipped.rawValue, step.reason)
        try await ledger.keep([removal(of: resource), .event(told)])
      } else {
        let entries = try await delete(resource)
        try await ledger.keep(entries)
      }
      forget(resource)
      return true
    } catch is Ledger.Loss {
      return false
    } catch {
      note(error, on: resource.logicalID)
      return false
    }
  }

  private func removal(of resource: ResourceRecord) -> JournalEntry {
    .removal(physicalName: resource.physicalName, stack: record.stack.id)
  }

  private func forget(_ resource: ResourceRecord) {
    if resource.isSuperseded {
      superseded[resource.physicalName] = nil
    } else {
      current[resource.logicalID] = nil
    }
  }

  /// Deletes what exists of a resource.
  ///
  /// - Returns: What to keep once it is gone.
  private func delete(_ resource: ResourceRecord) async throws -> [JournalEntry] {
    let before = resource
    var resource = resource
    resource.status = .deleteInProgress
    resource.reason = ""
    try await keep(resource)
    do {
      let type = try catalog.type(of: resource)
      if before.physical == nil { resource.physical = try await remains(of: before, type) }
      if let physical = resource.physical, !isOfAnother(physical, resource) {
        let policy = resource.isSuperseded ? resource.updateReplacePolicy : resource.deletionPolicy
        let call = call(
          for: resource, previous: nil, verb: "delete", isFresh: false, keepsSnapshot: policy == .snapshot)
        try await patiently(on: resource) { try await type.delete(physical, call) }
      }
    } catch {
      if let loss = ledger.loss { throw loss }
      resource.status = .deleteFailed
      resource.reason = error is CancellationError ? "Resource deletion cancelled" : sentence(of: error)
      let call = call(for: resource, previous: nil, verb: "delete", isFresh: false)
      try await keep(resource, causes: await causes(of: error, call, "delete"))
      throw error
    }
    let told = event(of: resource, ResourceStatus.deleteComplete.rawValue, "")
    return [removal(of: resource), .event(told)]
  }

  /// Whether what is to be deleted is another resource's by now, such as a link of the same ends under another
  /// logical ID.
  private func isOfAnother(_ physical: PhysicalResource, _ resource: ResourceRecord) -> Bool {
    let own = resource.isSuperseded ? superseded[resource.physicalName] : current[resource.logicalID]
    let owners = current.owners(of: physical.id) + superseded.owners(of: physical.id)
    guard owners > (own?.physical?.id == physical.id ? 1 : 0) else { return false }
    return (Array(current.values) + Array(superseded.values)).contains {
      $0.physicalName != resource.physicalName && $0.type == resource.type && $0.status.isUsable
        && $0.physical?.id == physical.id
    }
  }

  /// What a creation that didn't end has left.
  private func remains(of resource: ResourceRecord, _ type: any ResourceType) async throws
    -> PhysicalResource?
  {
    let call = call(
      for: resource, previous: nil, verb: "create", isFresh: false, operation: resource.createdBy)
    let steps = try await call.journal.entries()
    if steps.isEmpty { return nil }
    if resource.isCutOff, steps.contains(where: { $0.record == .interrupted }) {
      // What was sent last may be on its way still.
      let age = ambient.now() - resource.updated
      try await ambient.sleep(ResourceCall.longestSearch - min(max(age, .zero), ResourceCall.longestSearch))
    }
    return try await patiently(on: resource) { try await type.remains(call) }
  }

  // MARK: - Calls

  func call(
    for resource: ResourceRecord, previous: Properties?, verb: String, isFresh: Bool,
    operation: String? = nil, updatePolicy: Value? = nil, keepsSnapshot: Bool = false
  ) -> ResourceCall {
    let scope = StepScope(
      operation: operation ?? record.id, physicalName: resource.physicalName, verb: verb)
    var call = ResourceCall(
      stack: record.stack, logicalID: resource.logicalID, properties: resource.properties,
      previous: previous, metadata: resource.metadata, updatePolicy: updatePolicy,
      physicalName: resource.physicalName,
      ambient: ambient, journal: CallSteps(ledger, scope, isFresh: isFresh), signals: signals,
      nested: EngineNesting(
        engine: engine, parent: ParentResource(stack: record.stack.id, logicalID: resource.logicalID),
        blueprint: (record.phase == .rollback ? record.origin : record.goal) ?? head.blueprint,
        reader: reader, isCancelled: record.phase == .rollback ? Latch() : cancellation,
        isHalted: record.phase == .rollback ? Latch() : halted, takeover: takeover,
        refreshes: record.options.refreshes,
        isUndoing: record.phase == .rollback || record.kind == .delete),
      keepsSnapshot: keepsSnapshot, lookUp: { id in try await self.lookUp(id) })
    call.stackTags = resource.tags
    return call
  }

  /// What exists for a resource, of this stack if it has it.
  private func lookUp(_ physicalID: String) async throws -> PhysicalResource? {
    for resource in Array(current.values) + Array(superseded.values) {
      if let physical = resource.physical, physical.id == physicalID { return physical }
    }
    for head in try await ledger.journal.stacks(includingDeleted: false)
    where head.identity != record.stack {
      let stack = try await ledger.journal.stack(id: head.identity.id)
      let all = (stack?.resources.values.elements ?? []) + (stack?.superseded ?? [])
      if let found = all.lazy.compactMap(\.physical).first(where: { $0.id == physicalID }) { return found }
    }
    return nil
  }

  func note(_ error: any Error, on logicalID: String) {
    failures.append(Failure(logicalID: logicalID, sentence: sentence(of: error), error: error))
  }

  // MARK: - Values

  /// A resource as it is wanted, all of it known.
  struct Wanted {
    let evaluated: ResourceTarget
    let properties: Properties
    let metadata: Value?
    let metadataIsSecret: Bool
    let updatePolicy: Value?
  }

  private func target(
    _ definition: ResourceDefinition, _ type: any ResourceType, _ template: Template
  ) throws -> Wanted {
    var evaluation = ResourceEvaluation(definition, template: template)
    let target = evaluation.target(type.schema, scope) { [record, current] in
      Self.physicalName($0, record, current)
    }
    let errors = evaluation.problems.filter { $0.severity == .error }
    if !errors.isEmpty { throw Diagnostics(errors) }
    guard let properties = target.known else {
      throw Diagnostic(
        "unknown_value", "a value that \(definition.logicalID) needs isn't known", at: definition.place)
    }
    var metadata: (value: Value?, isSecret: Bool) = (nil, false)
    if case .known(let value, let isSecret) = target.metadata { metadata = (value, isSecret) }
    var policy: Value?
    if let expression = definition.updatePolicy,
      case .known(let value, _) = try Language.value(of: expression, in: template, scope)
    {
      policy = value
    }
    return Wanted(
      evaluated: target, properties: properties, metadata: metadata.value,
      metadataIsSecret: metadata.isSecret, updatePolicy: policy)
  }
}
