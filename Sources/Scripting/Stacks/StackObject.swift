import Document
import LuaRuntime
import OrderedCollections
import StackEngine
import Templates

/// A stack as scripts hold it; its fields are read from the journal each time.
final class StackObject: LuaObject {
  let identity: StackIdentity
  let session: CloudSession
  private let desk: StackDesk
  /// The operation that this handle came from.
  private let operation: StackEngine.Operation?

  var name: String { identity.name }

  init(
    _ identity: StackIdentity, _ session: CloudSession, _ desk: StackDesk,
    operation: StackEngine.Operation? = nil
  ) {
    self.identity = identity
    self.session = session
    self.desk = desk
    self.operation = operation
  }

  static let luaClass = LuaClass("kiln.Stack", "A stack: what a template has become in a cloud.") {
    Property("name", .string, "Its name.") { (stack: StackObject) in .string(stack.name) }
    Property("id", .string, "A UUID that no other stack has.") { (stack: StackObject) in
      .string(stack.identity.id)
    }
    AsyncProperty("status", .string, "Its status, such as `CREATE_COMPLETE`.") { (stack: StackObject) in
      .string(try await stack.head().status.rawValue)
    }
    AsyncProperty("reason", .string, "Why it has its status; empty when there is nothing to say.") {
      (stack: StackObject) in .string(try await stack.head().reason)
    }
    AsyncProperty("is_protected", .boolean, "Whether its deletion is forbidden.") { (stack: StackObject) in
      .bool(try await stack.head().isProtected)
    }
    AsyncProperty("tags", .map, "What it is tagged with.") { (stack: StackObject) in
      .data(try await stack.head().blueprint.tags.value)
    }
    AsyncProperty("policy", .any, "Its stack policy as a table; nil when it has none.") {
      (stack: StackObject) in try await stack.head().policy.map { .data($0.document) } ?? .nil
    }
    AsyncProperty("outputs", .map, "Its outputs by name; secret ones are hidden.") { (stack: StackObject) in
      .data(try await stack.head().outputs.shown)
    }
    AsyncProperty("resources", .list(.any), "Its resources, as records.") { (stack: StackObject) in
      .list(try await stack.record().resources.values.map(\.record))
    }
    lookups
    operations
    goingOn
    pausing
    upkeep
    snapshots
    past
    Operation(.text) { (stack: StackObject, _) in [.string("Stack \(stack.name) on \(stack.session.name)")] }
    Operation(.equal) { (stack: StackObject, arguments) in
      [.bool((arguments[0].object as? StackObject)?.identity == stack.identity)]
    }
  }

  func head() async throws -> StackHead { try await session.engine.head(of: name) }
  func record() async throws -> StackRecord { try await session.engine.describe(name) }

  func start(
    _ plan: Plan, options: OperationOptions = OperationOptions()
  ) async throws -> LuaValue {
    .object(try await desk.start(plan, on: session, options: options))
  }

  func start(_ visit: Visit) async throws -> [LuaValue] {
    try await session.ready()
    return [.object(following(try await session.engine.start(visit, on: name)))]
  }

  /// The same stack with an operation that has begun, which is shown from now on.
  func following(_ operation: StackEngine.Operation) -> StackObject {
    desk.watcher.follow(operation)
    return StackObject(identity, session, desk, operation: operation)
  }

  private func planUpdate(_ arguments: LuaArguments) async throws -> Plan {
    let template = try await desk.template(of: arguments["template"])
    let given: Value? = try arguments.optional("parameters")
    return try await session.engine.planUpdate(
      name, template,
      parameters: session.engine.parameters(of: name, for: template, given: given?.map ?? [:]),
      options: PlanOptions(arguments.options("options")))
  }

  /// The same stack under another name.
  func named(_ name: String) -> StackObject {
    StackObject(StackIdentity(name: name, id: identity.id), session, desk)
  }

  func plan(_ plan: Plan) -> PlanObject { PlanObject(plan, session, desk) }

  private func wait() async throws {
    guard let operation = try await currentOperation() else { return }
    do { _ = try await operation.result() } catch {
      await catchUp()
      throw error
    }
    await catchUp()
  }

  /// Returns when all that has happened is shown.
  func catchUp() async { await desk.watcher.catchUp() }

  func currentOperation() async throws -> StackEngine.Operation? {
    if let operation { return operation }
    return await session.engine.operation(on: name)
  }
}

// MARK: - Members

extension StackObject {
  private static let updateParameters = [
    LuaParameter(
      "template", .union([.object("kiln.Template"), .table]), "A template, or a composer of one."),
    LuaParameter("parameters", .optional(.map), "New values; parameters that aren't given keep theirs."),
    LuaParameter(
      "options",
      .optional(
        .options([
          onFailureOption,
          LuaParameter("timeout", .optional(Span.type), "The time allowed."),
          breakpointsOption,
          LuaParameter(
            "refresh", .optional(.boolean),
            "Whether to start from what the cloud has now instead of what the stack last made."),
          LuaParameter(
            "check_constraints", .optional(.boolean),
            "Whether the cloud is asked for what parameters name (default true)."),
          importOption,
          tagsOption,
          LuaParameter(
            "policy", .optional(policyType),
            "A stack policy for this update only, in the place of the stack's."),
          supersedeOption,
        ]))),
  ]

  private static let lookups: [LuaClass.Member] = [
    AsyncMethod(
      "resource", "Finds a resource by its logical ID.", [LuaParameter("logical_id", .string)],
      returns: [LuaParameter("resource", .any)]
    ) { (stack: StackObject, arguments) in
      let logicalID: String = try arguments("logical_id")
      let resources = try await stack.record().resources
      guard let resource = resources[logicalID] else {
        throw EngineError(
          .noSuchResource, "\(stack.name) has no resource \(logicalID)",
          hint: nearest(to: logicalID, among: resources.keys).map { "did you mean \($0)?" })
      }
      return [resource.record]
    }.member,
    AsyncMethod(
      "template",
      "Gives the template that the stack was last to be made into: to compare, or to change and plan.",
      returns: [LuaParameter("template", .object("kiln.Template"))]
    ) { (stack: StackObject, _) in
      [.object(try await stack.desk.template(ofStack: stack.name, on: stack.session))]
    }.member,
    AsyncMethod(
      "events", "Lists its events so far.", returns: [LuaParameter("events", .list(.any))]
    ) { (stack: StackObject, _) in
      [.list(try await stack.session.engine.events(of: stack.name).map(\.record))]
    }.member,
    AsyncMethod(
      "wait", "Waits until the operation in progress has ended; raises its error when it failed.",
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, _) in
      try await stack.wait()
      return [.object(stack)]
    }.member,
    AsyncMethod(
      "signal",
      "Signals a resource: a wait condition's handle, as `cfn-signal` does, or a scaling policy, as its alarm does.",
      [
        LuaParameter("logical_id", .string),
        LuaParameter(
          "signal",
          .optional(
            .options([
              LuaParameter("success", .optional(.boolean), "True if not given."),
              LuaParameter("reason", .optional(.string)), LuaParameter("data", .optional(.string)),
              LuaParameter("id", .optional(.string), "Signals of one id count once."),
            ]))),
      ],
      returns: [LuaParameter("stack", .object("kiln.Stack"), "The stack, changing if the signal makes it.")]
    ) { (stack: StackObject, arguments) in
      let options = arguments.options("signal")
      let signal = Signal(
        id: try options.optional("id") ?? "kiln", isSuccess: try options.optional("success") ?? true,
        reason: try options.optional("reason") ?? "", data: try options.optional("data") ?? "")
      try await stack.session.ready()
      let operation = try await stack.session.engine.signal(stack.name, arguments("logical_id"), signal)
      guard let operation else { return [.object(stack)] }
      return [.object(stack.following(operation))]
    }.member,
  ]

  private static let operations: [LuaClass.Member] = [
    AsyncMethod(
      "plan_update", "Plans what makes the stack into what a template says, without doing it.",
      updateParameters, returns: [LuaParameter("plan", .object("kiln.Plan"))]
    ) { (stack: StackObject, arguments) in
      [.object(stack.plan(try await stack.planUpdate(arguments)))]
    }.member,
    AsyncMethod(
      "update", "Starts to make the stack into what a template says.", updateParameters,
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      // What is wrong with the template stops nothing that goes on.
      try await stack.takeOver(arguments) { _ = try await stack.planUpdate(arguments) }
      let options = try OperationOptions(arguments.options("options"))
      return [try await stack.start(stack.planUpdate(arguments), options: options)]
    }.member,
    AsyncMethod(
      "delete", "Starts to delete the stack.",
      [
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter(
                "retain", .optional(.list(.string)), "The logical IDs of what is left in the cloud."),
              LuaParameter(
                "on_failure", .optional(.string), "`pause`: what can't be deleted waits for `clear`."),
              breakpointsOption,
              supersedeOption,
            ])))
      ], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      try await stack.takeOver(arguments) { _ = try await stack.session.engine.planDelete(stack.name) }
      let options = arguments.options("options")
      let retained = try options.optional("retain", as: Value.self)?.list ?? []
      let plan = try await stack.session.engine.planDelete(
        stack.name, retaining: Set(retained.compactMap(\.string)))
      return [try await stack.start(plan, options: OperationOptions(deleting: options))]
    }.member,
    AsyncMethod(
      "abandon", "Starts to forget the stack; all that it has stays in the cloud.",
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, _) in
      [try await stack.start(stack.session.engine.planAbandon(stack.name))]
    }.member,
    AsyncMethod(
      "replace", "Starts to replace a resource, and what depends on it.",
      [LuaParameter("logical_id", .string), LuaParameter("reason", .optional(.string))],
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      let plan = try await stack.session.engine.planReplace(
        arguments("logical_id"), of: stack.name, reason: arguments.optional("reason") ?? "asked for")
      return [try await stack.start(plan)]
    }.member,
  ]
}
