import Document
import LuaRuntime
import StackEngine
import Templates

// What keeps a stack as it is meant to be.

extension StackObject {
  static let upkeep: [LuaClass.Member] = [
    AsyncMethod(
      "drift",
      "Asks the cloud how the stack's resources differ from what the stack last made them; changes nothing.",
      returns: [LuaParameter("drift", .list(.any))]
    ) { (stack: StackObject, _) in
      try await stack.session.ready()
      return [.list(try await stack.session.engine.drift(of: stack.name).map(\.record))]
    }.member,
    AsyncMethod(
      "plan_revert", "Plans to take back what others have changed, and to make again what is gone or broken.",
      returns: [LuaParameter("plan", .object("kiln.Plan"))]
    ) { (stack: StackObject, _) in
      try await stack.session.ready()
      return [.object(try await stack.plan(stack.session.engine.planRevert(stack.name)))]
    }.member,
    AsyncMethod(
      "revert", "Starts to take back what others have changed, and to make again what is gone or broken.",
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, _) in
      try await stack.session.ready()
      let plan = try await stack.session.engine.planRevert(stack.name)
      return [try await stack.start(plan, options: OperationOptions(onFailure: .keep))]
    }.member,
    AsyncMethod(
      "accept_drift",
      "Starts to make the stack's template say what the cloud has where it has drifted; nothing in the cloud is changed.",
      [
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter(
                "resources", .optional(.list(.string)),
                "The logical IDs of what is accepted; everything if not given."),
              LuaParameter(
                "plan_only", .optional(.boolean), "Whether to say only what the template would be."),
            ])))
      ],
      returns: [
        LuaParameter("text", .string, "The template's new text."),
        LuaParameter("stack", .object("kiln.Stack")),
      ]
    ) { (stack: StackObject, arguments) in
      let options = arguments.options("options")
      let wanted = try options.optional("resources", as: Value.self)?.list ?? []
      try await stack.session.ready()
      let acceptance = try await stack.session.engine.planAcceptance(
        of: stack.name, resources: wanted.compactMap(\.string))
      let text = LuaValue.string(acceptance.template.source.text)
      if try acceptance.isEmpty || options.optional("plan_only") ?? false { return [text, .object(stack)] }
      return [
        text, try await stack.start(acceptance.plan, options: OperationOptions(onFailure: .keep)),
      ]
    }.member,
    visit("check", .check, "Starts to ask the cloud whether all that the stack has is there and works."),
    visit("suspend", .suspend, "Starts to suspend the stack's servers; nothing that they hold is lost."),
    visit("resume", .resume, "Starts to resume a suspended stack."),
    AsyncMethod(
      "mark_unhealthy", "Marks a resource as broken, so that the next update replaces it.",
      [LuaParameter("logical_id", .string), LuaParameter("reason", .optional(.string))]
    ) { (stack: StackObject, arguments) in
      try await stack.session.engine.mark(
        arguments("logical_id"), of: stack.name,
        unhealthy: arguments.optional("reason") ?? "marked as unhealthy")
      return []
    }.member,
    AsyncMethod(
      "mark_healthy", "Takes the mark of `mark_unhealthy` away.", [LuaParameter("logical_id", .string)]
    ) { (stack: StackObject, arguments) in
      try await stack.session.engine.mark(arguments("logical_id"), of: stack.name, unhealthy: nil)
      return []
    }.member,
    AsyncMethod(
      "protect", "Forbids the stack's deletion, or allows it again.",
      [LuaParameter("is_protected", .optional(.boolean), "True if not given.")]
    ) { (stack: StackObject, arguments) in
      try await stack.session.engine.protect(stack.name, arguments.optional("is_protected") ?? true)
      return []
    }.member,
    AsyncMethod(
      "rename",
      "Gives the stack another name; what its resources are called in the cloud stays. Use the stack that it returns.",
      [LuaParameter("name", .string)], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      let name: String = try arguments("name")
      try await stack.session.engine.rename(stack.name, to: name)
      return [.object(stack.named(name))]
    }.member,
    AsyncMethod(
      "set_policy", "Says what updates may do to the stack's resources; what no statement allows is denied.",
      [
        LuaParameter(
          "policy", .optional(policyType),
          "CloudFormation's stack policy, as a table or as JSON; nil allows everything.")
      ]
    ) { (stack: StackObject, arguments) in
      try await stack.session.engine.setPolicy(arguments.policy("policy"), of: stack.name)
      return []
    }.member,
  ]

  private static func visit(_ name: String, _ visit: Visit, _ summary: String) -> LuaClass.Member {
    AsyncMethod(name, summary, returns: [LuaParameter("stack", .object("kiln.Stack"))]) {
      (stack: StackObject, _) in try await stack.start(visit)
    }.member
  }
}

extension ResourceDrift {
  fileprivate var record: LuaValue {
    .record([
      LuaField("logical_id", .string(logicalID)), LuaField("type", .string(type)),
      LuaField("state", .string(state.rawValue)),
      LuaField("physical_id", physicalID.map(LuaValue.string) ?? .nil), LuaField("reason", .string(reason)),
      LuaField("changes", .list(changes.map { .data($0.value) })),
    ])
  }
}
