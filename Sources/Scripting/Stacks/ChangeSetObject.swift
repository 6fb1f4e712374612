import Ambience
import Document
import LuaRuntime
import OrderedCollections
import StackEngine

/// A change set as scripts hold it; its status is read from the journal each time.
final class ChangeSetObject: LuaObject {
  private let record: ChangeSetRecord
  private let stack: String
  private let session: CloudSession
  private let desk: StackDesk

  init(_ record: ChangeSetRecord, of stack: String, _ session: CloudSession, _ desk: StackDesk) {
    self.record = record
    self.stack = stack
    self.session = session
    self.desk = desk
  }

  static let luaClass = LuaClass(
    "kiln.ChangeSet", "A plan that is kept in the store, to be looked at and executed later."
  ) {
    Property("name", .string, "Its name.") { (object: ChangeSetObject) in .string(object.record.name) }
    Property("stack_name", .string, "The stack that it is for.") { (object: ChangeSetObject) in
      .string(object.stack)
    }
    Property("kind", .string, "`create`, `update` or `import`.") { (object: ChangeSetObject) in
      .string(object.record.kind.rawValue)
    }
    Property("description", .optional(.string), "What it is for, as it was given.") {
      (object: ChangeSetObject) in object.record.description.map(LuaValue.string) ?? .nil
    }
    Property("created", .string, "When it was made.") { (object: ChangeSetObject) in
      .string(object.record.created.description)
    }
    Property("lines", .list(.string), "What it does, line by line.") { (object: ChangeSetObject) in
      .list(object.record.lines.map(LuaValue.string))
    }
    Property("data", .any, "What it does, as data; `inside` has what it does in stacks inside.") {
      (object: ChangeSetObject) in .data(object.record.shown)
    }
    AsyncProperty("status", .string, "`AVAILABLE`, `EXECUTE_COMPLETE`, `OBSOLETE` or the like.") {
      (object: ChangeSetObject) in .string(try await object.current().status.rawValue)
    }
    AsyncProperty("reason", .string, "Why it has its status; empty when there is nothing to say.") {
      (object: ChangeSetObject) in .string(try await object.current().reason)
    }
    AsyncMethod(
      "execute", "Starts what it says; refused with the reason when that isn't what was shown any longer.",
      [
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter("on_failure", .optional(.string), "`rollback` (the default) or `keep`."),
              LuaParameter("timeout", .optional(Span.type), "The time allowed."),
            ])))
      ], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (object: ChangeSetObject, arguments) in
      try await object.session.ready()
      let plan = try await object.session.engine.plan(object.record.name, of: object.stack)
      let options = try OperationOptions(arguments.options("options"))
      return [.object(try await object.desk.start(plan, on: object.session, options: options))]
    }
    AsyncMethod("delete", "Forgets it; what it has done stays.") { (object: ChangeSetObject, _) in
      try await object.session.engine.deleteChangeSet(object.record.name, of: object.stack)
      return []
    }
    Operation(.text) { (object: ChangeSetObject, _) in
      [.string(object.record.lines.joined(separator: "\n"))]
    }
  }

  private func current() async throws -> ChangeSet {
    try await session.engine.changeSet(record.name, of: stack)
  }
}

extension LuaModule {
  /// The functions about change sets.
  static func changeSets(_ sessions: Sessions, _ desk: StackDesk) -> [LuaModule.Member] {
    [
      AsyncFunction(
        "create_change_set",
        "Plans what makes a stack into what a template says, from nothing if there is none, and keeps the plan.",
        [
          LuaParameter("stack", .string, "The stack's name."),
          LuaParameter("name", .string, "A name that no other change set of the stack has."),
          LuaParameter(
            "template", .union([.object("kiln.Template"), .table]), "A template, or a composer of one."),
          LuaParameter(
            "parameters", .optional(.map), "Values; parameters of a stack that aren't given keep theirs."),
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter("description", .optional(.string), "What it is for."),
                importOption, tagsOption,
                LuaParameter("policy", .optional(policyType), "A stack policy that counts for it."),
                LuaParameter(
                  "refresh", .optional(.boolean), "Whether to start from what the cloud has now."),
                LuaParameter(
                  "check_constraints", .optional(.boolean),
                  "Whether the cloud is asked for what parameters name (default true)."),
              ]))),
        ], returns: [LuaParameter("change_set", .object("kiln.ChangeSet"))]
      ) { arguments in
        let template = try await desk.template(of: arguments["template"])
        let session = try await sessions.session()
        try await session.ready()
        let (stack, name): (String, String) = (try arguments("stack"), try arguments("name"))
        let given = try arguments.optional("parameters", as: Value.self)?.map ?? [:]
        let options = arguments.options("options")
        let made = try await session.engine.createChangeSet(
          name, of: stack, template,
          parameters: session.engine.parameters(of: stack, for: template, given: given),
          options: PlanOptions(options), description: options.optional("description"))
        return [.object(ChangeSetObject(made.record, of: stack, session, desk))]
      }.member,
      AsyncFunction(
        "change_set", "Finds a change set by its name.",
        [
          LuaParameter("stack", .string, "The stack's name."), LuaParameter("name", .string),
        ], returns: [LuaParameter("change_set", .object("kiln.ChangeSet"))]
      ) { arguments in
        let session = try await sessions.session()
        let stack: String = try arguments("stack")
        let found = try await session.engine.changeSet(arguments("name"), of: stack)
        return [.object(ChangeSetObject(found.record, of: stack, session, desk))]
      }.member,
      AsyncFunction(
        "change_sets", "Lists the change sets of a stack, oldest first.",
        [LuaParameter("stack", .string, "The stack's name.")],
        returns: [LuaParameter("change_sets", .list(.any))]
      ) { arguments in
        let session = try await sessions.session()
        return [.list(try await session.engine.changeSets(of: arguments("stack")).map(\.luaRecord))]
      }.member,
    ]
  }
}

extension ChangeSet {
  fileprivate var luaRecord: LuaValue {
    .record([
      LuaField("name", .string(name)), LuaField("status", .string(status.rawValue)),
      LuaField("reason", .string(reason)), LuaField("kind", .string(record.kind.rawValue)),
      LuaField("created", .string(record.created.description)),
      LuaField("description", record.description.map(LuaValue.string) ?? .nil),
    ])
  }
}
