import Document
import LuaRuntime
import OrderedCollections
import StackEngine
import Templates

/// Several stacks as scripts hold them together.
final class GroupObject: LuaObject {
  private let group: StackGroup
  private let session: CloudSession
  private let desk: StackDesk

  init(_ group: StackGroup, _ session: CloudSession, _ desk: StackDesk) {
    self.group = group
    self.session = session
    self.desk = desk
  }

  static let luaClass = LuaClass(
    "kiln.StackGroup", "Several stacks that are planned, made, changed and deleted together."
  ) {
    AsyncMethod(
      "plan", "Plans what makes all the stacks what their templates say, without doing it.",
      returns: [LuaParameter("plan", .object("kiln.GroupPlan"))]
    ) { (object: GroupObject, _) in
      [.object(object.plan(try await object.session.engine.plan(object.group)))]
    }
    AsyncMethod(
      "plan_delete", "Plans to delete all the stacks, each before those that it needs.",
      returns: [LuaParameter("plan", .object("kiln.GroupPlan"))]
    ) { (object: GroupObject, _) in
      [.object(object.plan(try await object.session.engine.planDeletion(of: object.group)))]
    }
    AsyncMethod(
      "up", "Makes all the stacks what their templates say, and waits; raises what failed, stack by stack.",
      [groupOptions], returns: [outcomes]
    ) { (object: GroupObject, arguments) in
      try await object.session.ready()
      return try await object.plan(object.session.engine.plan(object.group)).run(arguments)
    }
    AsyncMethod(
      "delete", "Deletes all the stacks, each before those that it needs, and waits; raises what failed.",
      returns: [outcomes]
    ) { (object: GroupObject, arguments) in
      try await object.session.ready()
      return try await object.plan(object.session.engine.planDeletion(of: object.group)).run(arguments)
    }
  }

  private func plan(_ plan: GroupPlan) -> GroupPlanObject { GroupPlanObject(plan, session, desk) }
}

private let groupOptions = LuaParameter(
  "options",
  .optional(
    .options([
      LuaParameter(
        "on_failure", .optional(.string),
        "What becomes of a stack that fails: `rollback` (the default) or `keep`."
      ),
      LuaParameter("timeout", .optional(Span.type), "The time allowed for each stack."),
    ])))

private let outcomes = LuaParameter(
  "outcomes", .list(.any), "For each stack `stack`, `state` (`done` or `unchanged`) and `reason`.")

/// One plan over several stacks as scripts hold it.
final class GroupPlanObject: LuaObject {
  private let plan: GroupPlan
  private let session: CloudSession
  private let desk: StackDesk

  init(_ plan: GroupPlan, _ session: CloudSession, _ desk: StackDesk) {
    self.plan = plan
    self.session = session
    self.desk = desk
  }

  static let luaClass = LuaClass("kiln.GroupPlan", "One plan over several stacks.") {
    Property("is_empty", .boolean, "Whether there is nothing to do.") { (object: GroupPlanObject) in
      .bool(object.plan.isEmpty)
    }
    Property("lines", .list(.string), "The plan in words, line by line.") { (object: GroupPlanObject) in
      .list(object.plan.lines.map(LuaValue.string))
    }
    Property("data", .any, "The plan as data.") { (object: GroupPlanObject) in .data(object.plan.value) }
    AsyncMethod(
      "run",
      "Does what the plan says and waits: each stack when those that it needs are done. Raises what failed.",
      [groupOptions], returns: [outcomes]
    ) { (object: GroupPlanObject, arguments) in try await object.run(arguments) }
    Operation(.text) { (object: GroupPlanObject, _) in [.string(object.plan.lines.joined(separator: "\n"))] }
  }

  func run(_ arguments: LuaArguments) async throws -> [LuaValue] {
    try await session.ready()
    let watcher = desk.watcher
    let outcome = await session.engine.run(
      plan, options: try OperationOptions(arguments.options("options")),
      began: { watcher.follow($0) })
    await watcher.catchUp()
    try outcome.check()
    return [
      .list(
        outcome.states.map { name, state in
          .record([
            LuaField("stack", .string(name)), LuaField("state", .string(state.word)),
            LuaField("reason", .string(state.reason)),
          ])
        })
    ]
  }
}

extension LuaModule {
  /// The functions about groups of stacks.
  static func groups(_ sessions: Sessions, _ desk: StackDesk) -> [LuaModule.Member] {
    [
      AsyncFunction(
        "group",
        "Takes several stacks together: one plan, in the order of what they ask each other for.",
        [
          LuaParameter(
            "members",
            .list(
              .options([
                LuaParameter("name", .string, "The stack's name."),
                LuaParameter(
                  "template", .union([.object("kiln.Template"), .table]),
                  "Its template, or a composer of one."),
                LuaParameter(
                  "parameters", .optional(.map),
                  "Its parameters' values, by name; `kiln.stacks.output` gives what another stack has."),
                LuaParameter("depends_on", .optional(.list(.string)), "Others of the group that come first."),
                tagsOption,
              ])), "Each a table of `name`, `template`, `parameters`, `depends_on` and `tags`.")
        ], returns: [LuaParameter("group", .object("kiln.StackGroup"))]
      ) { arguments in
        var members: OrderedDictionary<String, StackGroup.Member> = [:]
        for item in arguments.items("members") {
          let given = try item.optional("parameters", as: Value.self)?.map ?? [:]
          var member = StackGroup.Member(
            template: try await desk.template(of: item["template"]),
            arguments: given.mapValues { StackGroup.Argument($0) })
          let others = try item.optional("depends_on", as: Value.self)?.list ?? []
          member.dependsOn = others.compactMap(\.string)
          member.tags = try item.tags
          let name: String = try item("name")
          guard members.updateValue(member, forKey: name) == nil else {
            throw LuaError(.badArgument, "the group has two stacks '\(name)'")
          }
        }
        let session = try await sessions.session()
        try await session.ready()
        return [.object(GroupObject(StackGroup(members), session, desk))]
      }.member,
      Function(
        "output", "Stands for an output of a stack, as a value of a parameter in a group.",
        [
          LuaParameter("stack", .string, "The stack's name."),
          LuaParameter("name", .string, "The output's name."),
        ],
        returns: [LuaParameter("output", .map)]
      ) { arguments in
        let (stack, name): (String, String) = (try arguments("stack"), try arguments("name"))
        let call: Value = ["Fn::GetStackOutput": ["StackName": .string(stack), "OutputName": .string(name)]]
        return [.data(call)]
      }.member,
    ]
  }
}
