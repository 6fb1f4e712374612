import Document
import LuaRuntime
import OrderedCollections
import StackEngine
import Templates

extension LuaModule {
  /// `kiln.stacks`: launching stacks on the chosen cloud and finding them again.
  static func stacks(
    _ sessions: Sessions, _ desk: StackDesk, _ hooks: ScriptHooks,
    call: @escaping @Sendable (LuaFunction, [LuaValue]) async throws -> [LuaValue]
  ) -> LuaModule {
    LuaModule(name: "kiln.stacks", summary: "Plans, launches, changes, finds and deletes stacks.") {
      AsyncFunction(
        "create", "Starts to create a stack, and returns it once its plan is accepted.", launchParameters,
        returns: [LuaParameter("stack", .object("kiln.Stack"))]
      ) { arguments in
        let session = try await sessions.session(arguments.options("options").optional("cloud"))
        let plan = try await session.planCreate(arguments, desk)
        let options = try OperationOptions(arguments.options("options"))
        return [.object(try await desk.start(plan, on: session, options: options))]
      }
      AsyncFunction(
        "plan", "Plans a new stack without doing anything.", launchParameters,
        returns: [LuaParameter("plan", .object("kiln.Plan"))]
      ) { arguments in
        let session = try await sessions.session(arguments.options("options").optional("cloud"))
        return [.object(PlanObject(try await session.planCreate(arguments, desk), session, desk))]
      }
      AsyncFunction(
        "get", "Finds a stack by its name.", [LuaParameter("name", .string)],
        returns: [LuaParameter("stack", .optional(.object("kiln.Stack")))]
      ) { arguments in
        let session = try await sessions.session()
        do {
          let head = try await session.engine.head(of: arguments("name"))
          return [.object(StackObject(head.identity, session, desk))]
        } catch let error as EngineError where error.code == .noSuchStack {
          return [.nil, .string(error.message)]
        }
      }
      AsyncFunction(
        "list", "Lists the stacks that there are, oldest first.",
        [
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter(
                  "tags", .optional(.map), "Only those that have these tags; `\"\"` stands for any word.")
              ])))
        ],
        returns: [LuaParameter("stacks", .list(.any))]
      ) { arguments in
        let session = try await sessions.session()
        let tags = try arguments.options("options").tags ?? [:]
        return [.list(try await session.engine.list(tagged: tags).map { $0.record })]
      }
      AsyncFunction(
        "move",
        "Moves resources from a stack to another as they are; nothing changes in the cloud. Returns what moves, in words.",
        moveParameters, returns: [LuaParameter("lines", .list(.string))]
      ) { arguments in
        let options = arguments.options("move")
        let session = try await sessions.session()
        let templates = (
          source: try await desk.template(of: options["source_template"]),
          target: try await desk.template(of: options["target_template"])
        )
        let plan = try await session.engine.planMove(
          options.moved, from: options("from"), to: options("to"), templates: templates)
        if try !(options.optional("plan_only") ?? false) { try await session.engine.run(plan) }
        return [.list(plan.lines.map(LuaValue.string))]
      }
      AsyncFunction(
        "recover", "Takes up the operations that a dead process has left unfinished.",
        returns: [LuaParameter("stacks", .list(.object("kiln.Stack")))]
      ) { _ in
        let session = try await sessions.session()
        let operations = try await session.engine.recover()
        operations.forEach(desk.watcher.follow)
        return [.list(operations.map { .object(StackObject($0.stack, session, desk, operation: $0)) })]
      }
      Function(
        "resolver",
        "Says what dynamic references to a service stand for: `{{resolve:SERVICE:REST}}` calls the function with REST.",
        [
          LuaParameter("service", .string, "The service's name; `ssm` also answers for stored parameters."),
          LuaParameter("resolve", .function, "Gives the value of what follows the service's name."),
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter(
                  "secret", .optional(.boolean), "Whether the values are secrets, never shown (default true)."
                )
              ]))),
        ]
      ) { arguments in
        let function: LuaFunction = try arguments("resolve")
        let service: String = try arguments("service")
        let isSecret: Bool = try arguments.options("options").optional("secret") ?? true
        desk.references.define(
          service,
          ScriptReferences.Resolver(isSecret: isSecret) { rest in
            let answer = try await call(function, [.string(rest)]).first ?? .nil
            guard let value = answer.data, !value.isNull else {
              throw Diagnostic(
                "unresolved_reference", "the resolver of `\(service)` has no value for `\(rest)`")
            }
            return .known(value, isSecret: isSecret)
          })
        return []
      }
      hook(hooks, call)
      Function(
        "hooks", "The names of the hooks that there are.", returns: [LuaParameter("names", .list(.string))]
      ) { _ in [.list(hooks.names.map(LuaValue.string))] }
      debug(desk)
      changeSets(sessions, desk)
      StackObject.luaClass
      ChangeSetObject.luaClass
      groups(sessions, desk)
      GroupObject.luaClass
      GroupPlanObject.luaClass
      PlanObject.luaClass
      StepObject.luaClass
      DebuggerObject.luaClass
      TimelineObject.luaClass
      StackGraphObject.luaClass
      ExplanationObject.luaClass
      RehearsalObject.luaClass
    }
  }
}

private let launchParameters = [
  LuaParameter("name", .string),
  LuaParameter("template", .union([.object("kiln.Template"), .table]), "A template, or a composer of one."),
  LuaParameter("parameters", .optional(.map), "The parameters' values, by name."),
  LuaParameter(
    "options",
    .optional(
      .options([
        onFailureOption,
        LuaParameter("timeout", .optional(Span.type), "The time allowed."),
        breakpointsOption,
        LuaParameter("cloud", .optional(.string), "Another cloud than the chosen one."),
        tagsOption,
        LuaParameter(
          "policy", .optional(policyType),
          "What updates may do to its resources: CloudFormation's stack policy, as a table or as JSON."),
        LuaParameter(
          "check_constraints", .optional(.boolean),
          "Whether the cloud is asked for what parameters name (default true)."),
        importOption,
      ]))),
]

private let moveParameters = [
  LuaParameter(
    "move",
    .options([
      LuaParameter("from", .string, "The stack that has the resources."),
      LuaParameter("to", .string, "The stack that gets them."),
      LuaParameter("resources", .data, "Their logical IDs as a list, or new ones by old ones."),
      LuaParameter(
        "source_template", .union([.object("kiln.Template"), .table]),
        "The first stack's template without them."),
      LuaParameter(
        "target_template", .union([.object("kiln.Template"), .table]), "The other's template with them."),
      LuaParameter("plan_only", .optional(.boolean), "Whether to say only what would move."),
    ]))
]

let onFailureOption = LuaParameter(
  "on_failure", .optional(.string),
  "`rollback` (the default), `keep` for a look at what failed, or `pause`: the failed step waits for `clear`."
)

/// What a stack is tagged with.
let tagsOption = LuaParameter(
  "tags", .optional(.map),
  "Words by key: the stack is found by them, and its servers and volumes have them as metadata.")

let policyType = LuaType.union([.map, .string])

/// What is in the cloud already and is to be the stack's.
let importOption = LuaParameter(
  "import", .optional(.map), "What is there already and is taken into the stack as it is: ids by logical ID.")

extension PlanOptions {
  /// - Throws: `bad_argument` for an id that is no text.
  init(_ options: LuaArguments) throws {
    let imports = try options.optional("import", as: Value.self)?.map ?? [:]
    self.init(
      checksConstraints: try options.optional("check_constraints") ?? true,
      refreshes: try options.optional("refresh") ?? false)
    for (logicalID, id) in imports {
      guard let id = id.string else {
        throw LuaError(.badArgument, "import.\(logicalID) is to be the id of what is there")
      }
      self.imports[logicalID] = id
    }
    tags = try options.tags
    policy = try options.policy("policy")
  }
}

extension CloudSession {
  fileprivate func planCreate(_ arguments: LuaArguments, _ desk: StackDesk) async throws -> Plan {
    let template = try await desk.template(of: arguments["template"])
    try await ready()
    return try await engine.planCreate(
      arguments("name"), template,
      parameters: arguments.optional("parameters", as: Value.self)?.map ?? [:],
      options: PlanOptions(arguments.options("options")))
  }
}

extension OperationOptions {
  /// - Throws: `bad_argument` for a policy that there isn't.
  init(_ options: LuaArguments) throws {
    let handling = try options.failureHandling
    self.init(
      onFailure: handling?.policy ?? .rollback,
      timeout: try options.optional("timeout", as: Span.self)?.duration)
    pausesAtFailure = handling?.pauses ?? false
    breakpoints = try options.breakpoints
  }

  /// - Throws: `bad_argument` for a policy that there isn't.
  init(deleting options: LuaArguments) throws {
    self.init()
    pausesAtFailure = try options.failureHandling?.pauses ?? false
    breakpoints = try options.breakpoints
  }
}
