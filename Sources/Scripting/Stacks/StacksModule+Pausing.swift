import LuaRuntime
import StackEngine

// What holds the steps of operations up.

extension LuaModule {
  /// `kiln.stacks.hook`.
  static func hook(_ hooks: ScriptHooks, _ call: @escaping LuaCall) -> Function {
    Function(
      "hook",
      "Has a function asked before or after steps of this process's operations, but for those that go back.",
      [
        LuaParameter("name", .string, "What failures and events call it; the last of a name counts."),
        LuaParameter(
          "definition",
          .optional(
            .options([
              LuaParameter(
                "on", .data,
                "`pre-create`, `post-create`, `pre-update`, `post-update`, `pre-delete`, `post-delete`, a "
                  + "pattern such as `pre-*`, or a list of them; a replacement is an update."),
              LuaParameter("type", .optional(.string), "Only for these types, such as `OS::Nova::*`."),
              LuaParameter("resource", .optional(.string), "Only for these logical IDs, such as `Web*`."),
              LuaParameter("stack", .optional(.string), "Only in stacks of these names."),
              LuaParameter(
                "run", .function,
                "`function(step)` gives nothing to go on, or `\"refuse\"` or `\"pause\"` and the reason; it may "
                  + "be asked again for a step, after a crash or a retry."),
            ])), "Without one, the hook is taken away."),
      ]
    ) { arguments in
      let name: String = try arguments("name")
      if case .nil = arguments["definition"] {
        hooks.remove(name)
      } else {
        hooks.define(try ScriptHooks.Hook(name, arguments.options("definition"), call))
      }
      return []
    }
  }

  /// `kiln.stacks.debug`.
  static func debug(_ desk: StackDesk) -> AsyncFunction {
    AsyncFunction(
      "debug",
      "Runs a plan step by step, or takes hold of a stack's operation of this process; returns once something waits.",
      [
        LuaParameter("subject", .union([.object("kiln.Plan"), .object("kiln.Stack")])),
        LuaParameter(
          "options",
          .optional(
            .options([
              breakpointsOption,
              LuaParameter(
                "on_failure", .optional(.string),
                "What comes of a step that isn't retried or skipped: `rollback` (the default) or `keep`."),
              LuaParameter("timeout", .optional(Span.type), "The time allowed."),
            ])), "For a plan; without breakpoints it stops before each step."),
      ], returns: [LuaParameter("debugger", .object("kiln.Debugger"))]
    ) { arguments in
      if let stack = arguments["subject"].object as? StackObject {
        guard let operation = try await stack.currentOperation(), !operation.isOver else {
          throw EngineError(
            .noOperation, "no operation of this process's is in progress on \(stack.name)",
            hint: "stack:clear(resource) also reaches those of others")
        }
        let debugger = await Debugger(operation, on: stack.session.engine)
        return [.object(DebuggerObject(debugger, stack))]
      }
      let plan: PlanObject = try arguments.object("subject")
      try await plan.session.ready()
      let debugger = try await Debugger.start(
        plan.plan, options: OperationOptions(arguments.options("options")), on: plan.session.engine,
        started: desk.watcher.follow)
      let stack = StackObject(
        debugger.operation.stack, plan.session, desk, operation: debugger.operation)
      return [.object(DebuggerObject(debugger, stack))]
    }
  }
}
