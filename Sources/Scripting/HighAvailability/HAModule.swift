import Ambience
import Document
import HighAvailability
import LuaRuntime
import StackEngine

/// Calls a function of the state that a module belongs to.
typealias LuaCall = @Sendable (LuaFunction, [LuaValue]) async throws -> [LuaValue]

extension LuaModule {
  /// `kiln.ha`: checks, ladders and the supervisor that runs them.
  static func highAvailability(
    _ sessions: Sessions, _ plugins: PluginHost, ambient: Ambient,
    warn: @escaping @Sendable (Diagnostic) -> Void,
    call: @escaping LuaCall
  ) -> LuaModule {
    LuaModule(name: "kiln.ha", summary: "Keeps applications alive: checks, ladders of remedies, supervision.")
    {
      Constant(
        "check",
        "Makes checks: `tcp`, `http`, `dns`, `ssh`, `guest_agent`, `server`, `compute_service`, `hypervisor`, "
          + "`hypervisor_of`, `pool_member`, `metric`, `heartbeat`, `reported`, `custom`.",
        .object(CheckMaker(call: call)))
      Constant(
        "rung",
        "Makes rungs of a ladder: `restart`, `soft_reboot`, `hard_reboot`, `stop_start`, `rebuild`, `replace`, "
          + "`evacuate`, `fence`, `move_address`, `drain`, `admit`, `notify`, `custom`, `handler`.",
        .object(RungMaker(plugins, ambient, call: call)))
      Constant(
        "notify", "Makes targets that are told of events: `webhook`, `email`, `command`, `custom`.",
        .object(NotifyMaker(ambient, call: call)))
      Constant(
        "recovered", "What a custom rung returns when it did what it could.",
        .object(RungResultObject(.recovered)))
      rungResults
      ladder
      policy
      WebhookKeyObject.maker(ambient)
      stackPolicies(sessions, plugins, ambient)
      AsyncFunction(
        "supervise", "Starts to watch applications by their policies.",
        [
          LuaParameter(
            "policies", .union([.object("kiln.Policy"), .list(.object("kiln.Policy"))]),
            "A policy, or a list of them."),
          LuaParameter("options", .optional(.options([Budget.parameter]))),
        ],
        returns: [LuaParameter("supervisor", .object("kiln.Supervisor"))]
      ) { arguments in
        var options = Supervisor.Options()
        if let budgets = try Budget.list(arguments.options("options")) { options.budgets = budgets }
        return [
          .object(
            try await SupervisorObject.watching(policies(arguments), options, sessions: sessions, warn: warn))
        ]
      }
      incidents(sessions)
      pluginFunctions(plugins)
      watching(sessions, ambient)
      replay(ambient)
      CheckObject.luaClass
      RungObject.luaClass
      NotifyTargetObject.luaClass
      LadderObject.luaClass
      PolicyObject.luaClass
      SupervisorObject.luaClass
      WebhookKeyObject.luaClass
      HandlerContext.luaClass
    }
  }
}

/// `ha.policies`: what a stack's own template says.
private func stackPolicies(
  _ sessions: Sessions, _ plugins: PluginHost, _ ambient: Ambient
) -> [LuaModule.Member] {
  [
    AsyncFunction(
      "policies",
      "Makes the policies that a stack's template says: of its `Kiln::HA::Policy` resources, and of the restarters of "
        + "2012 with their alarms.",
      [
        LuaParameter("stack", .any, "The stack, or its name."),
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter(
                "ladder", .optional(.object("kiln.Ladder")),
                "What is done on a restarter's alarm; if not given, the instance is replaced, as Heat did."),
              LuaParameter(
                "mode", .optional(.string),
                "`aws`, or `heat-v4`: then alarms ignore `EvaluationPeriods`; `aws` if not given."),
            ]))),
      ],
      returns: [LuaParameter("policies", .list(.object("kiln.Policy")))]
    ) { arguments in
      let object = arguments["stack"].object as? StackObject
      guard let name = object?.name ?? arguments["stack"].string else {
        throw LuaError(.badArgument, "policies are wanted of \(arguments["stack"].kind), not of a stack")
      }
      let session = if let object { object.session } else { try await sessions.session() }
      let options = arguments.options("options")
      var reader = StackPolicies(plugins: plugins, ambient: ambient)
      if let ladder: LadderObject = try options.optionalObject("ladder") { reader.ladder = ladder.ladder }
      if let word: String = try options.optional("mode") {
        guard let mode = AlarmMode(rawValue: word) else {
          throw LuaError(.badArgument, "mode is \"\(word)\"", hint: "it is \"aws\" or \"heat-v4\"")
        }
        reader.mode = mode
      }
      let policies = try await reader.policies(of: session.engine.describe(name), on: session)
      return [.list(policies.map { .object($0) })]
    }.member
  ]
}

/// The policies of an argument that is one policy or a list of them.
private func policies(_ arguments: LuaArguments) throws -> [PolicyObject] {
  if let policy = arguments["policies"].object as? PolicyObject { return [policy] }
  guard case .list(let items) = arguments["policies"] else {
    throw LuaError(.badArgument, "supervise wants a policy or a list of policies, not \(arguments[0].kind)")
  }
  return try items.map { item in
    guard let policy = item.object as? PolicyObject else {
      throw LuaError(
        .badArgument, "a list of policies holds \(item.kind)", hint: "make policies with ha.policy{...}")
    }
    return policy
  }
}

let rungResults: [LuaModule.Member] = [
  Function(
    "escalate", "Makes a custom rung's answer: go on with the next rung at once.",
    [LuaParameter("reason", .string)],
    returns: [LuaParameter("answer", .any)]
  ) { [.object(RungResultObject(.escalate(try $0("reason"))))] }.member,
  Function(
    "hold", "Makes a custom rung's answer: do nothing more until a person says so.",
    [LuaParameter("reason", .string)], returns: [LuaParameter("answer", .any)]
  ) { [.object(RungResultObject(.hold(try $0("reason"))))] }.member,
  Function(
    "retry", "Makes a custom rung's answer: try it again after a while.", [LuaParameter("after", Span.type)],
    returns: [LuaParameter("answer", .any)]
  ) { [.object(RungResultObject(.retry(after: try $0("after", as: Span.self).duration)))] }.member,
]

private let ladder = Function(
  "ladder", "Makes a ladder of rungs, from the gentlest to the last.",
  [
    LuaParameter("rungs", .list(.object("kiln.Rung"))),
    LuaParameter(
      "options",
      .optional(
        .options([
          LuaParameter(
            "reset_after", .optional(Span.type), "The healthy span that clears all counts; 30 min.")
        ]))),
  ],
  returns: [LuaParameter("ladder", .object("kiln.Ladder"))]
) { arguments in
  guard case .list(let rungs) = arguments["rungs"] else { return [] }
  let reset: Span? = try arguments.options("options").optional("reset_after")
  return [.object(LadderObject(try Ladder(rungs: rungs, resetAfter: reset?.duration)))]
}

private let policy = Function(
  "policy", "Says how to keep an application alive.",
  [
    LuaParameter(
      "policy",
      .options([
        LuaParameter("name", .string, "What events call the application."),
        LuaParameter("stack", .any, "The stack, or its name."),
        LuaParameter(
          "scope", .optional(.string),
          "`application`, `service`, `server`, `group` or `stack`; `application` if not given. What is no application "
            + "may be known by its parts alone: it then needs no checks."),
        LuaParameter(
          "resource", .optional(.string),
          "The logical ID of the server it runs on; only a stack needs none."),
        LuaParameter("checks", .optional(.list(.object("kiln.Check"))), "An application has one at least."),
        LuaParameter("ladder", .optional(.object("kiln.Ladder"))),
        LuaParameter(
          "needs", .optional(.list(.string)),
          "The applications without which it can't work: they are healed first."),
        LuaParameter(
          "parent", .optional(.string),
          "What it is a part of: when its own ladder is used up, that is a failure of the parent, whose ladder goes on; "
            + "once something was done for the parent it begins anew on its lowest rung."
        ),
        LuaParameter("group", .optional(.string), "What budgets per group count it to."),
        LuaParameter(
          "tags", .optional(.map), "What budgets and maintenance know it by: a table of words by keys."),
        LuaParameter("notify", .optional(NotifyTargetObject.type), "Who is told of all its events."),
      ]))
  ],
  returns: [LuaParameter("policy", .object("kiln.Policy"))]
) { arguments in
  [.object(try PolicyObject(arguments.options("policy")))]
}
