import LuaRuntime
import StackEngine

// What a stack was, and how it becomes that again.

extension StackObject {
  static let past: [LuaClass.Member] = [
    AsyncMethod(
      "history", "Lists every operation that the stack has seen, oldest first, with what came of it.",
      returns: [LuaParameter("operations", .list(.any))]
    ) { (stack: StackObject, _) in
      [.list(try await stack.session.engine.history(of: stack.name).map(\.record))]
    }.member,
    AsyncMethod(
      "timeline",
      "Shows when an operation worked on which resource, and what decided how long it took; the last if none is named.",
      [operationParameter], returns: [LuaParameter("timeline", .object("kiln.Timeline"))]
    ) { (stack: StackObject, arguments) in
      let operation = arguments["operation"].operationName
      return [
        .object(
          TimelineObject(try await stack.session.engine.timeline(of: stack.name, operation: operation)))
      ]
    }.member,
    AsyncMethod(
      "graph", "Shows which of its resources need which others, and how each is.",
      returns: [LuaParameter("graph", .object("kiln.StackGraph"))]
    ) { (stack: StackObject, _) in
      [.object(StackGraphObject(try await stack.session.engine.drawing(of: stack.name)))]
    }.member,
    AsyncMethod(
      "why", "Says why a resource is as it is, down to the request that failed and the cloud's answer.",
      [LuaParameter("logical_id", .string), operationParameter],
      returns: [LuaParameter("explanation", .object("kiln.Explanation"))]
    ) { (stack: StackObject, arguments) in
      let explanation = try await stack.session.engine.why(
        arguments("logical_id"), of: stack.name, operation: arguments["operation"].operationName)
      return [.object(ExplanationObject(explanation))]
    }.member,
    AsyncMethod(
      "plan_undo",
      "Plans to make the stack again what it was: before it became what it is, or after an operation.",
      [operationParameter], returns: [LuaParameter("plan", .object("kiln.Plan"))]
    ) { (stack: StackObject, arguments) in
      [.object(stack.plan(try await stack.planUndo(arguments)))]
    }.member,
    AsyncMethod(
      "undo", "Starts to make the stack again what it was; undoing twice leads back.", [operationParameter],
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      [try await stack.start(stack.planUndo(arguments))]
    }.member,
  ]

  static let operationParameter = LuaParameter(
    "operation", .optional(.union([.integer, .string])), "Its number in the history, or its id.")

  private func planUndo(_ arguments: LuaArguments) async throws -> Plan {
    try await session.ready()
    return try await session.engine.planUndo(name, to: arguments["operation"].operationName)
  }
}

extension LuaValue {
  /// An operation as it is named: by a number or by an id.
  var operationName: String? { integer.map { String($0) } ?? string }
}

extension HistoryEntry {
  fileprivate var record: LuaValue {
    .record(fields.map { LuaField($0, .data($1)) })
  }
}
