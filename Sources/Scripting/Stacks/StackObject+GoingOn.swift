import LuaRuntime
import StackEngine

// Going on from a failed operation, and ending one in progress.

extension StackObject {
  static let supersedeOption = LuaParameter(
    "supersede", .optional(.boolean),
    "Whether to start by taking over from an operation in progress: its running steps end, no other is begun."
  )

  private static let skipOption = LuaParameter(
    "skip", .optional(.list(.string)), "The logical IDs of what is left as it is.")

  static let goingOn: [LuaClass.Member] = [
    AsyncMethod(
      "retry",
      "Starts to go on with what the stack's failed operation was for: forward, back, with the deletion or the visit.",
      [
        LuaParameter(
          "options",
          .optional(
            .options([
              skipOption,
              LuaParameter(
                "on_failure", .optional(.string),
                "`rollback`, `keep` or `pause`, if it fails again; if not given, as the failed operation had it."
              ),
              LuaParameter(
                "timeout", .optional(Span.type),
                "The time allowed; if not given, as the failed operation had it."
              ),
            ])))
      ], returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      let options = arguments.options("options")
      try await stack.session.ready()
      let operation = try await stack.session.engine.retry(
        stack.name, skipping: options.skipped, onFailure: options.failureHandling?.policy,
        pausesAtFailure: options.failureHandling?.pauses,
        timeout: options.optional("timeout", as: Span.self)?.duration)
      return [.object(stack.following(operation))]
    }.member,
    AsyncMethod(
      "plan_rollback",
      "Plans to go back from a failed operation to what the stack was before, to nothing if it never was complete.",
      [LuaParameter("options", .optional(.options([skipOption])))],
      returns: [LuaParameter("plan", .object("kiln.Plan"))]
    ) { (stack: StackObject, arguments) in
      let skipped = try arguments.options("options").skipped
      return [
        .object(try await stack.plan(stack.session.engine.planRollback(stack.name, skipping: skipped)))
      ]
    }.member,
    AsyncMethod(
      "rollback",
      "Starts to go back from a failed operation to what the stack was before, to nothing if it never was complete.",
      [LuaParameter("options", .optional(.options([skipOption])))],
      returns: [LuaParameter("stack", .object("kiln.Stack"))]
    ) { (stack: StackObject, arguments) in
      let skipped = try arguments.options("options").skipped
      return [try await stack.start(stack.session.engine.planRollback(stack.name, skipping: skipped))]
    }.member,
    AsyncMethod(
      "cancel", "Stops the operation in progress, whichever process runs it.",
      [endingOptions]
    ) { (stack: StackObject, arguments) in
      try await stack.session.engine.cancel(stack.name, arguments.options("options").failurePolicy)
      return []
    }.member,
  ]

  /// Takes over from the operation in progress when the arguments say so, once `check` has gone well.
  func takeOver(_ arguments: LuaArguments, check: () async throws -> Void) async throws {
    guard try arguments.options("options").optional("supersede") ?? false else { return }
    try await session.ready()
    try await check()
    try await session.engine.takeOver(name)
  }
}

/// What becomes of a stack whose operation is ended early.
let endingOptions = LuaParameter(
  "options",
  .optional(
    .options([
      LuaParameter(
        "on_failure", .optional(.string), "`rollback` or `keep`; if not given, as the operation has it.")
    ])))
