import Ambience
import Document
import LuaRuntime
import OrderedCollections
import StackEngine

// Keeping what a stack is with its data, and going back to it.

extension StackObject {
  private static let name = LuaParameter("name", .string, "The snapshot's name.")

  static let snapshots: [LuaClass.Member] = [
    AsyncMethod(
      "snapshot",
      "Starts to keep what the stack is now: its template and parameters, copies of its volumes, images of its servers.",
      [
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter(
                "name", .optional(.string),
                "A name that no other snapshot of the stack has; `snapshot-1` and so on if not given.")
            ])))
      ], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      let name: String? = try arguments.options("options").optional("name")
      try await stack.session.ready()
      let operation = try await stack.session.engine.takeSnapshot(of: stack.name, as: name)
      return [.object(stack.following(operation))]
    }.member,
    AsyncMethod(
      "snapshots",
      "Lists the stack's snapshots, oldest first; `contents` has what the cloud keeps, by logical ID.",
      returns: [LuaParameter("snapshots", .list(.any))]
    ) { (stack: StackObject, _) in
      [.list(try await stack.session.engine.snapshots(of: stack.name).map(\.luaRecord))]
    }.member,
    AsyncMethod(
      "plan_restore",
      "Plans to make the stack what it was when a snapshot was taken; what has data in it is made anew from that.",
      [name], returns: [LuaParameter("plan", .object("kiln.Plan"))]
    ) { (stack: StackObject, arguments) in
      try await stack.session.ready()
      let plan = try await stack.session.engine.planRestore(stack.name, to: arguments("name"))
      return [.object(stack.plan(plan))]
    }.member,
    AsyncMethod(
      "restore",
      "Starts to make the stack what it was when a snapshot was taken; what has data in it is made anew from that.",
      [
        name,
        LuaParameter(
          "options",
          .optional(
            .options([
              onFailureOption, LuaParameter("timeout", .optional(Span.type), "The time allowed."),
            ]))),
      ], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      try await stack.session.ready()
      let plan = try await stack.session.engine.planRestore(stack.name, to: arguments("name"))
      return [try await stack.start(plan, options: OperationOptions(arguments.options("options")))]
    }.member,
    AsyncMethod(
      "delete_snapshot", "Starts to delete a snapshot, with what the cloud keeps for it.", [name],
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      try await stack.session.ready()
      let operation = try await stack.session.engine.deleteSnapshot(arguments("name"), of: stack.name)
      return [.object(stack.following(operation))]
    }.member,
  ]
}

extension SnapshotRecord {
  fileprivate var luaRecord: LuaValue {
    .record([
      LuaField("name", .string(name)), LuaField("status", .string(status.rawValue)),
      LuaField("reason", .string(reason)), LuaField("created", .string(created.description)),
      LuaField("resources", .list(resources.keys.map(LuaValue.string))),
      LuaField(
        "contents",
        .data(.map(OrderedDictionary(uniqueKeysWithValues: contents.sorted { $0.key < $1.key })))),
    ])
  }
}
