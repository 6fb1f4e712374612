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
    let handling = StepHandling(
      resource: { self.current[step.logicalID] ?? self.fresh(definition, .createFailed) },
      skip: { try await self.skip(step) })
    return await insist(step.logicalID, handling) {
      if step.action == .skip { return try await self.skip(step) }
      let type = try self.catalog.type(of: definition, in: template)
      try await self.fetch(Language.references(in: definition, of: template, self.scope))
      try await self.bring(step, definition, type, self.target(definition, type, template))
      if let physical = self.current[step.logicalID]?.physical {
        self.scope.resources[step.logicalID] = .all(physical)
      }
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
    let reason = step.action == .skip ? step.reason : "it was asked to be left as it is"
    try await ledger.keep([.event(event(of: resource, resource.status.rawValue, reason))])
  }

  func isCutOff(_ resource: ResourceRecord, _ type: any ResourceType) -> Bool {
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

  func adopt(_ resource: ResourceRecord, _ definition: ResourceDefinition) -> ResourceRecord {
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
    let context = context(of: resource, resource.properties, over: old ?? superseded(by: begun))
    let (before, after): (PausePoint.Moment, PausePoint.Moment) =
      context.isReplacement ? (.preUpdate, .postUpdate) : (.preCreate, .postCreate)
    if begun == nil {
      try await pass(before, context, of: resource)
      var entries: [JournalEntry] = []
      if let old { entries = try await giveWay(old, to: type, target.properties) }
      if target.creationPolicy != nil { entries += try await earlierSignals(resource) }
      try await keep(resource, with: entries)
    }
    var creation = call(
      for: resource, previous: nil, verb: "create", isFresh: begun == nil, updatePolicy: target.updatePolicy)
    creation.waitsForSignals = target.creationPolicy != nil
    creation.content = content(for: definition.logicalID, type)
    let call = creation
    do {
      resource.physical = try await patiently(on: resource) {
        try await self.cutOffWhenHalted(type) { try await type.create(call) }
      }
      try await awaitSignals(target.creationPolicy, to: resource)
      try await finish(after, context.made(resource.physical), of: resource)
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
  private func giveWay(
    _ old: ResourceRecord, to type: any ResourceType, _ properties: Properties
  ) async throws -> [JournalEntry] {
    if old.type == type.name, type.replacesAfterDelete(old.properties, by: properties) {
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
    let context = context(of: old, target.properties, over: nil)
    try await pass(.preUpdate, context, of: old)
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
      try await finish(.postUpdate, context.made(wanted.physical), of: resource)
      wanted.status = .updateComplete
    } catch {
      if let loss = ledger.loss { throw loss }
      resource.status = .updateFailed
      resource.reason = error is CancellationError ? "Resource update cancelled" : sentence(of: error)
      try await keep(resource, causes: await causes(of: error, call, "update"))
      try await markIfGone(resource, type, call, after: error)
      throw error
    }
    try await keep(wanted)
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
        breakpoints: canPause
          ? record.options.breakpoints.compactMap { $0.inside(resource.logicalID) } : [],
        pausesAtFailure: canPause && record.options.pausesAtFailure,
        isUndoing: record.phase == .rollback || record.kind == .delete),
      keepsSnapshot: keepsSnapshot, lookUp: { id in try await self.lookUp(id) })
    call.stackTags = resource.tags
    return call
  }

  /// What exists for a resource, of this stack if it has it, of which a run that acts on one knows no others.
  private func lookUp(_ physicalID: String) async throws -> PhysicalResource? {
    for resource in current.values + superseded.values {
      if let physical = resource.physical, physical.id == physicalID { return physical }
    }
    for head in try await ledger.journal.summaries(includingDeleted: false)
    where head.identity != record.stack || record.kind == .act {
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
    let creationPolicy: CreationPolicy?
    let updatePolicy: Value?
  }

  func target(
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
    return Wanted(
      evaluated: target, properties: properties, metadata: metadata.value,
      metadataIsSecret: metadata.isSecret,
      creationPolicy: try known(definition.creationPolicy, template).flatMap { try CreationPolicy($0) },
      updatePolicy: try known(definition.updatePolicy, template))
  }

  private func known(_ expression: Expression?, _ template: Template) throws -> Value? {
    guard let expression, case .known(let value, _) = try Language.value(of: expression, in: template, scope)
    else { return nil }
    return value
  }
}
