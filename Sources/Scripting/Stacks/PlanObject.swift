import LuaRuntime
import StackEngine

/// A plan as scripts hold it: to be shown, and to be run unchanged.
final class PlanObject: LuaObject {
  let plan: Plan
  let session: CloudSession
  private let desk: StackDesk

  init(_ plan: Plan, _ session: CloudSession, _ desk: StackDesk) {
    self.plan = plan
    self.session = session
    self.desk = desk
  }

  static let luaClass = LuaClass("kiln.Plan", "What an operation will do, before anything is done.") {
    Property("is_empty", .boolean, "Whether there is nothing to do.") { (object: PlanObject) in
      .bool(object.plan.isEmpty)
    }
    Property("lines", .list(.string), "The plan in words, line by line.") { (object: PlanObject) in
      .list(object.plan.lines.map(LuaValue.string))
    }
    Property("data", .any, "The plan as data.") { (object: PlanObject) in .data(object.plan.value) }
    AsyncMethod(
      "explain",
      "Says why the plan does to a resource what it does: what changes, where in the template, and from what it comes.",
      [LuaParameter("logical_id", .string)],
      returns: [LuaParameter("explanation", .object("kiln.Explanation"))]
    ) { (object: PlanObject, arguments) in
      let logicalID: String = try arguments("logical_id")
      return [
        .object(ExplanationObject(try await object.session.engine.explain(logicalID, in: object.plan)))
      ]
    }
    AsyncMethod(
      "forecast", "Says how long the plan will take, as past operations on the cloud tell.",
      returns: [LuaParameter("forecast", .any, "`seconds`, `steps`, `critical` and `unknown` types.")]
    ) { (object: PlanObject, _) in
      [.data(try await object.session.engine.forecast(object.plan).value)]
    }
    AsyncMethod(
      "rehearse",
      "Runs the plan on an embedded cloud that has what the real one has, in no time; nothing real is touched.",
      returns: [LuaParameter("rehearsal", .object("kiln.Rehearsal"))]
    ) { (object: PlanObject, _) in
      [.object(RehearsalObject(try await object.session.rehearse(object.plan)))]
    }
    AsyncMethod(
      "run", "Starts to do what the plan says; refused when the stack has changed since.",
      [
        LuaParameter(
          "options",
          .optional(
            .options([
              onFailureOption, LuaParameter("timeout", .optional(Span.type), "The time allowed."),
              breakpointsOption,
            ])))
      ], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (object: PlanObject, arguments) in
      let options = try OperationOptions(arguments.options("options"))
      return [.object(try await object.desk.start(object.plan, on: object.session, options: options))]
    }
    Operation(.text) { (object: PlanObject, _) in [.string(object.plan.lines.joined(separator: "\n"))] }
  }
}
