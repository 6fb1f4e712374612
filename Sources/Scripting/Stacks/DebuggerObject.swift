import Document
import LuaRuntime
import StackEngine

/// A debugger of an operation as scripts hold it.
final class DebuggerObject: LuaObject {
  private let debugger: Debugger
  private let stack: StackObject

  init(_ debugger: Debugger, _ stack: StackObject) {
    self.debugger = debugger
    self.stack = stack
  }

  private static let resource = [
    LuaParameter(
      "resource", .optional(.string), "Its logical ID, or its path; the first that waits if not given.")
  ]
  private static let places = [
    LuaParameter("pauses", .list(.any), "What waits now; empty once the operation has ended.")
  ]

  static let luaClass = LuaClass("kiln.Debugger", "Runs an operation on a stack step by step.") {
    Property("stack", .object("kiln.Stack"), "The stack.") { (object: DebuggerObject) in
      .object(object.stack)
    }
    Property("is_over", .boolean, "Whether the operation has ended.") { (object: DebuggerObject) in
      .bool(object.debugger.operation.isOver)
    }
    AsyncProperty("breakpoints", .list(.string), "Where it stops, beside each step while it is stepped.") {
      (object: DebuggerObject) in .list(await object.debugger.breakpoints.map { .string($0.description) })
    }
    looking
    goingOn
    stopping
    Operation(.text) { (object: DebuggerObject, _) in
      let operation = object.debugger.operation
      return [.string("Debugger of the \(operation.kind.rawValue) of \(operation.stack.name)")]
    }
  }

  private static let looking: [LuaClass.Member] = [
    AsyncMethod("where", "What waits: `resource`, `hook`, `reason` and `choices`.", returns: places) {
      (object: DebuggerObject, _) in [try await object.places()]
    }.member,
    AsyncMethod(
      "inspect", "What a step that waits is about to do, or has done.", resource,
      returns: [LuaParameter("step", .optional(.object("kiln.Step")))]
    ) { (object: DebuggerObject, arguments) in
      let waiting = try await object.debugger.pause(of: arguments.optional("resource"))
      guard let step = await object.debugger.step(at: waiting) else { return [.nil] }
      return [.object(StepObject(waiting.pause.point.moment, step))]
    }.member,
  ]

  private static let goingOn: [LuaClass.Member] = [
    AsyncMethod(
      "step", "Lets one step be taken; stops before the next ones, after a failure, or at the end.", resource,
      returns: places
    ) { (object: DebuggerObject, arguments) in
      try await object.debugger.step(arguments.optional("resource"))
      return [try await object.places()]
    }.member,
    AsyncMethod(
      "continue", "Lets all go on that waits; stops at the next breakpoint, after a failure, or at the end.",
      returns: places
    ) { (object: DebuggerObject, _) in
      try await object.debugger.goOn()
      return [try await object.places()]
    }.member,
    decision("skip", .skip, "Leaves a resource as it is, and goes on."),
    decision("retry", .retry, "Takes a step again that has failed."),
    decision("fail", .fail, "Lets a step fail, and its operation with it."),
  ]

  private static func decision(_ name: String, _ decision: PauseDecision, _ summary: String)
    -> LuaClass.Member
  {
    AsyncMethod(name, summary, resource, returns: places) { (object: DebuggerObject, arguments) in
      try await object.debugger.decide(decision, arguments.optional("resource"))
      return [try await object.places()]
    }.member
  }

  private static let stopping: [LuaClass.Member] = [
    AsyncMethod(
      "add_breakpoint", "Stops there from now on.",
      [LuaParameter("breakpoint", .string, "Such as `pre-create:Web` or `post-*:Web*`.")]
    ) { (object: DebuggerObject, arguments) in
      try await object.debugger.add(Breakpoint(arguments("breakpoint")))
      return []
    }.member,
    AsyncMethod(
      "remove_breakpoint", "Doesn't stop there any more.", [LuaParameter("breakpoint", .string)]
    ) { (object: DebuggerObject, arguments) in
      try await object.debugger.remove(Breakpoint(arguments("breakpoint")))
      return []
    }.member,
    AsyncMethod(
      "abort", "Ends the operation where it is, and returns when it has ended.",
      [endingOptions], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (object: DebuggerObject, arguments) in
      try await object.debugger.abort(arguments.options("options").failurePolicy)
      await object.stack.catchUp()
      return [.object(object.stack)]
    }.member,
  ]

  /// What waits, once all that has happened before is shown.
  private func places() async throws -> LuaValue {
    if debugger.operation.isOver { await stack.catchUp() }
    return .list(try await debugger.pauses().map(\.record))
  }
}
