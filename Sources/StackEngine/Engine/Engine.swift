package import Ambience
package import Document
package import OrderedCollections
package import Templates

/// Plans and runs the operations on stacks, one at a time for each stack, and keeps all of it in a journal.
///
/// A plan is made first and is all that is then done. An operation runs by itself once it is started;
/// `recover()` finishes those that a dead process has left.
package actor Engine {
  /// Reads a template's text.
  package typealias Reader = @Sendable (Source, TemplateSurroundings) -> TemplateReading

  package let catalog: ResourceCatalog
  let journal: any Journal
  let ambient: Ambient
  private(set) var surroundings: Surroundings
  let reader: Reader
  /// Where the values of dynamic references come from.
  let references: any ReferenceSource
  /// Who knows whether what parameters name is there; nil when nobody is asked.
  let constraints: (any CustomConstraintChecker)?
  /// Who is asked before and after each step.
  let hooks: (any StepHooks)?
  /// Whether breakpoints and hooks hold up what it does.
  let heedsPauses: Bool
  /// Who this engine is when it claims a stack.
  package let holder: String
  let bells = Bells()
  var running: [String: OperationRun] = [:]
  /// Whether somebody renews the leases of what runs.
  var isRenewing = false

  package init(
    catalog: ResourceCatalog, journal: any Journal, ambient: Ambient,
    surroundings: Surroundings = Surroundings(),
    references: any ReferenceSource = ReferenceSources(),
    constraints: (any CustomConstraintChecker)? = nil, hooks: (any StepHooks)? = nil,
    heedsPauses: Bool = true,
    reader: @escaping Reader = { TemplateReader.read($0, in: $1) }
  ) {
    self.reader = reader
    self.references = references
    self.constraints = constraints
    self.hooks = hooks
    self.heedsPauses = heedsPauses
    self.catalog = catalog
    self.journal = journal
    self.ambient = ambient
    self.surroundings = surroundings
    holder = ambient.uuid()
  }
}

extension Engine {
  /// Says which account (project) this engine works for, once a login has told.
  package func work(for account: String) { surroundings.account = account }
}

// MARK: - Plans

extension Engine {
  /// Plans a stack that doesn't exist, or whose creation was rolled back to nothing.
  package func planCreate(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:],
    options: PlanOptions = PlanOptions()
  ) async throws -> Plan {
    try checkName(name)
    if let old = try await journal.stack(named: name), !old.isRolledBackToNothing {
      throw EngineError.exists(old)
    }
    if options.checksConstraints { try await checkConstraints(template, parameters, options.later) }
    let identity = StackIdentity(name: name, id: options.stackID ?? ambient.uuid())
    var planner = try await planner(identity, kind: .create, to: template, parameters, options)
    planner.imports = options.imports
    planner.tags = options.tags ?? [:]
    try planner.tags.check()
    var plan = try planner.plan(to: template, parameters: parameters, from: nil)
    plan.policy = options.policy
    return plan
  }

  /// Plans what makes a stack into what a template says.
  package func planUpdate(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:],
    options: PlanOptions = PlanOptions()
  ) async throws -> Plan {
    let stack = try await describe(name)
    try checkInUse(stack.head)
    if options.checksConstraints { try await checkConstraints(template, parameters, options.later) }
    var planner = try await planner(stack.identity, kind: .update, to: template, parameters, options)
    planner.imports = options.imports
    planner.tags = options.tags ?? stack.head.blueprint.tags
    try planner.tags.check()
    let policy = options.policy ?? stack.head.policy
    guard options.refreshes else {
      let plan = try planner.plan(to: template, parameters: parameters, from: stack)
      return try await noticing(plan.held(to: policy, from: stack), from: stack, besides: options.group)
    }
    let (now, changed) = await refreshed(stack)
    var plan = try planner.plan(to: template, parameters: parameters, from: now).held(to: policy, from: now)
    plan.observed = changed
    plan.refreshes = true
    return try await noticing(plan, from: stack, besides: options.group)
  }

  /// Plans to make a stack again what it was last made: takes back what others have changed, makes again what is
  /// gone or broken.
  package func planRevert(_ name: String) async throws -> Plan {
    let stack = try await describe(name)
    try checkThere(stack, to: "revert")
    let blueprint = stack.head.blueprint
    return try await planUpdate(
      name, Language.template(of: blueprint, reader), parameters: blueprint.parameters.values,
      options: PlanOptions(checksConstraints: false, refreshes: true))
  }

  /// Plans to delete a stack but for the resources whose logical IDs are given, which are left in the cloud.
  package func planDelete(
    _ name: String, retaining retained: Set<String> = [], skipping skipped: Set<String> = []
  ) async throws -> Plan {
    let stack = try await describe(name)
    if stack.head.isProtected {
      throw EngineError(
        .protected, "\(name) is protected from deletion", hint: "take the protection away first")
    }
    if let unknown = retained.subtracting(stack.resources.keys).min() {
      throw noSuchResource(unknown, in: stack)
    }
    var planner = planner(stack.identity, kind: .delete)
    planner.retained = retained
    planner.skipped = skipped
    var plan = try await noticing(planner.planDeletion(of: stack), from: stack)
    let snapshots = try await journal.snapshots(of: stack.identity.id).map(\.name)
    if !snapshots.isEmpty {
      plan.notices.append(
        Diagnostic(
          .warning, "snapshots_too", "its snapshots are deleted too: \(snapshots.joined(separator: ", "))"))
    }
    return plan
  }

  /// Plans to forget a stack and leave all that it has in the cloud.
  ///
  /// - Throws: `wrong_status` when it has snapshots: nobody would know of what the cloud keeps for them.
  package func planAbandon(_ name: String) async throws -> Plan {
    let stack = try await describe(name)
    if let snapshot = try await journal.snapshots(of: stack.identity.id).first {
      throw EngineError(
        .wrongStatus,
        "\(name) has snapshots, such as \(snapshot.name), which nobody would know of any longer",
        hint: "delete them first")
    }
    return try await planDelete(name, retaining: Set(stack.resources.keys))
  }

  func checkInUse(_ head: StackHead) throws {
    guard head.status.isSuspended else { return }
    throw EngineError(.suspended, "\(head.identity.name) is suspended", hint: "resume it first")
  }

  /// Plans to replace a resource, and all that depends on it, though nothing has changed.
  package func planReplace(_ logicalID: String, of name: String, reason: String) async throws -> Plan {
    try await planReplace([logicalID], of: name, reason: reason)
  }

  /// Plans to replace some resources though nothing has changed, and what depends on them if that is wanted; if not, it
  /// is updated where it refers to them.
  package func planReplace(
    _ logicalIDs: [String], withDependants: Bool = true, of name: String, reason: String
  ) async throws -> Plan {
    let stack = try await describe(name)
    try checkInUse(stack.head)
    let template = try Language.template(of: stack.head.blueprint, reader)
    let parameters = stack.head.blueprint.parameters.values
    var planner = try await planner(stack.identity, kind: .replace, to: template, parameters)
    planner.replacements = try replacements(
      of: logicalIDs, withDependants: withDependants, in: stack, reason: reason)
    planner.tags = stack.head.blueprint.tags
    return try planner.plan(to: template, parameters: parameters, from: stack)
      .held(to: stack.head.policy, from: stack)
  }

  /// The resources that a replacement of some would replace, these among them.
  package func replaced(
    by logicalIDs: [String], withDependants: Bool, in name: String
  ) async throws -> Set<String> {
    let stack = try await describe(name)
    return Set(
      try replacements(of: logicalIDs, withDependants: withDependants, in: stack, reason: "").keys)
  }

  private func replacements(
    of logicalIDs: [String], withDependants: Bool, in stack: StackRecord, reason: String
  ) throws -> [String: String] {
    var found: [String: String] = [:]
    for id in logicalIDs {
      guard stack.resources[id] != nil else { throw noSuchResource(id, in: stack) }
      found[id] = reason
    }
    guard withDependants else { return found }
    var users: [String: [String]] = [:]
    for record in stack.resources.values {
      for needed in record.dependencies { users[needed, default: []].append(record.logicalID) }
    }
    var open = logicalIDs
    while let next = open.popLast() {
      for user in users[next] ?? [] where found[user] == nil {
        found[user] = "it depends on \(next), which is replaced"
        open.append(user)
      }
    }
    return found
  }

  func checkName(_ name: String, of thing: String = "stack") throws {
    let letters = name.unicodeScalars
    let isFine =
      (1...128).contains(letters.count)
      && letters.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "-_.0123456789".unicodeScalars.contains($0))
      }
    if isFine, letters.first?.properties.isAlphabetic ?? false { return }
    throw EngineError(
      .badStackName, "\(name) can't be the name of a \(thing)",
      hint: "use letters, digits, hyphens, underscores and points, a letter first, at most 128")
  }
}

// MARK: - Operations

extension Engine {
  package func create(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:],
    options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planCreate(name, template, parameters: parameters), options: options)
  }

  package func update(
    _ name: String, _ template: Template, parameters: OrderedDictionary<String, Value> = [:],
    options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planUpdate(name, template, parameters: parameters), options: options)
  }

  package func delete(
    _ name: String, options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planDelete(name), options: options)
  }

  /// Replaces a resource, and all that depends on it.
  package func replace(
    _ logicalID: String, of name: String, reason: String, options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planReplace(logicalID, of: name, reason: reason), options: options)
  }

  /// Replaces some resources, and what depends on them if that is wanted.
  package func replace(
    _ logicalIDs: [String], withDependants: Bool, of name: String, reason: String,
    options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    let plan = try await planReplace(logicalIDs, withDependants: withDependants, of: name, reason: reason)
    return try await run(plan, options: options)
  }
}

extension Engine {
  func planner(_ identity: StackIdentity, kind: OperationRecord.Kind) -> Planner {
    Planner(identity: identity, kind: kind, catalog: catalog, surroundings: surroundings)
  }

  /// A planner that knows what the template's expressions ask for outside of the stack.
  func planner(
    _ identity: StackIdentity, kind: OperationRecord.Kind, to template: Template,
    _ parameters: OrderedDictionary<String, Value>, _ options: PlanOptions = PlanOptions()
  ) async throws -> Planner {
    var planner = planner(identity, kind: kind)
    planner.later = options.later
    if let elsewhere = options.elsewhere {
      planner.elsewhere = elsewhere
    } else {
      planner.elsewhere = try await Elsewhere(journal)
    }
    let wanted = try planner.references(in: template, parameters: parameters)
    try await planner.elsewhere.fetch(wanted, from: references)
    return planner
  }

  /// Asks the cloud whether what the parameters name is there.
  private func checkConstraints(
    _ template: Template, _ parameters: OrderedDictionary<String, Value>, _ later: [String: Set<String>]
  ) async throws {
    guard let constraints else { return }
    let given = Dictionary(uniqueKeysWithValues: parameters.map { ($0, $1) })
    let values = try template.parameterValues(given: given, later: Set(later.keys))
    let questions = template.customConstraints(for: values)
    if questions.isEmpty { return }
    let problems = template.problems(with: values, answers: await constraints.answers(to: questions))
    if !problems.isEmpty { throw Diagnostics(problems) }
  }
}
