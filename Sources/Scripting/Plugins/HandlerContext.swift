import Document
import HighAvailability
import LuaRuntime
import OrderedCollections
import StackEngine
import Synchronization

/// What a handler is given: whom it acts for, and what it can do.
final class HandlerContext: LuaObject {
  let context: RungContext
  private let acts: any HandlerActs
  private let state = Mutex((isOver: false, kept: OrderedDictionary<String, Value>()))

  /// The most that a handler may remember, in bytes of JSON.
  private static let roomToRemember = 64 << 10

  init(_ context: RungContext, _ acts: any HandlerActs) {
    self.context = context
    self.acts = acts
  }

  /// Ends its use: what a plugin has kept of it does nothing any more.
  func end() { state.withLock { $0.isOver = true } }

  /// What it acts by, while its handler runs.
  private var usable: any HandlerActs {
    get throws {
      guard !state.withLock(\.isOver) else {
        throw LuaError(
          .badContext, "the handler has ended, so its context can't be used any more",
          hint: "act within the handler that was given it")
      }
      return acts
    }
  }

  fileprivate func perform(_ action: Action, _ resource: String? = nil) async throws -> [LuaValue] {
    [.data(try await usable.perform(action, on: resource))]
  }

  fileprivate func look(within span: Duration) async throws -> [LuaValue] {
    [.data(try await usable.look(within: span))]
  }

  fileprivate func wait(_ span: Duration) async throws { try await usable.wait(span) }

  fileprivate func remember(_ key: String, _ value: Value) throws {
    try state.withLock { state in
      var kept = state.kept
      kept[key] = value
      guard Value.map(kept).jsonText().utf8.count <= Self.roomToRemember else {
        throw LuaError(
          .badArgument, "a handler can remember 64 KiB and no more", hint: "forget something first")
      }
      state.kept = kept
    }
  }

  fileprivate func recall(_ key: String) -> Value? { state.withLock { $0.kept[key] } }

  private static let action = LuaParameter("result", .map, "`ok`, and `error` where it isn't.")
  private static let onResource = [
    LuaParameter("resource", .optional(.string), "The logical ID; the application's own if not given.")
  ]

  static let luaClass = LuaClass("ha.Context", "What a handler acts with; each act is a journaled step.") {
    Property("application", .string, "What is to be healed.") { (context: HandlerContext) in
      .string(context.context.application)
    }
    Property("stack", .string, "Its stack.") { (context: HandlerContext) in
      .string(context.context.target.stack)
    }
    Property("resource", .string, "The logical ID of the server that it runs on; empty for a whole stack.") {
      (context: HandlerContext) in
      .string(context.context.target.logicalID)
    }
    Property("parts", .list(.string), "The parts of it that have given up.") { (context: HandlerContext) in
      .list(context.context.parts.map { .string($0) })
    }
    Property("reason", .string, "Why it is held to be down.") { (context: HandlerContext) in
      .string(context.context.reason)
    }
    Property("attempt", .integer, "The attempt on this rung, counted from 1.") { (context: HandlerContext) in
      .integer(Int64(context.context.attempt))
    }
    Property("intensity", .integer, "How many attempts the rung has.") { (context: HandlerContext) in
      .integer(Int64(context.context.intensity))
    }
    AsyncMethod(
      "restart", "Restarts a service inside a server.",
      [LuaParameter("service", .optional(.string))] + onResource, returns: [action]
    ) { (context: HandlerContext, arguments) in
      try await context.perform(
        .restart(service: arguments.optional("service")), arguments.optional("resource"))
    }
    AsyncMethod("soft_reboot", "Asks a server to reboot.", onResource, returns: [action]) {
      (context: HandlerContext, arguments) in
      try await context.perform(.softReboot, arguments.optional("resource"))
    }
    AsyncMethod("hard_reboot", "Pulls a server's plug and starts it again.", onResource, returns: [action]) {
      (context: HandlerContext, arguments) in
      try await context.perform(.hardReboot, arguments.optional("resource"))
    }
    AsyncMethod("stop_start", "Stops a server and starts it.", onResource, returns: [action]) {
      (context: HandlerContext, arguments) in
      try await context.perform(.stopStart, arguments.optional("resource"))
    }
    AsyncMethod("rebuild", "Gives a server a fresh disk from its image.", onResource, returns: [action]) {
      (context: HandlerContext, arguments) in
      try await context.perform(.rebuild, arguments.optional("resource"))
    }
    AsyncMethod(
      "replace", "Replaces a resource in its stack, and what depends on it.", onResource, returns: [action]
    ) {
      (context: HandlerContext, arguments) in
      try await context.perform(.replace(), arguments.optional("resource"))
    }
    AsyncMethod("notify", "Tells someone.", [LuaParameter("whom", .string)], returns: [action]) {
      (context: HandlerContext, arguments) in
      try await context.perform(.notify(arguments("whom")))
    }
    AsyncMethod(
      "fence", "Makes sure that a server is down, before what it did is done elsewhere.", onResource,
      returns: [action]
    ) { (context: HandlerContext, arguments) in
      try await context.perform(.fence, arguments.optional("resource"))
    }
    AsyncMethod(
      "evacuate", "Makes a server anew on another host, as its own is down.", onResource, returns: [action]
    ) {
      (context: HandlerContext, arguments) in
      try await context.perform(.evacuate, arguments.optional("resource"))
    }
    AsyncMethod(
      "move_address", "Leads a floating IP of the stack to another of its servers.",
      [LuaParameter("address", .string, "Its logical ID."), LuaParameter("to", .string, "The server's.")],
      returns: [action]
    ) { (context: HandlerContext, arguments) in
      try await context.perform(.moveAddress(arguments("address"), to: arguments("to")))
    }
    AsyncMethod(
      "drain", "Lets a member of a load balancer's pool take no new connections.",
      [LuaParameter("member", .string, "Its logical ID.")], returns: [action]
    ) { (context: HandlerContext, arguments) in
      try await context.perform(.drain(arguments("member")))
    }
    AsyncMethod(
      "admit", "Lets a member of a pool take connections again.",
      [LuaParameter("member", .string, "Its logical ID.")], returns: [action]
    ) { (context: HandlerContext, arguments) in
      try await context.perform(.admit(arguments("member")))
    }
    AsyncMethod(
      "healthy", "Whether the application is up, at once or within a span.",
      [LuaParameter("options", .optional(.options([LuaParameter("within", .optional(Span.type))])))],
      returns: [LuaParameter("is_up", .boolean)]
    ) { (context: HandlerContext, arguments) in
      let span: Span? = try arguments.options("options").optional("within")
      return try await context.look(within: span?.duration ?? .zero)
    }
    AsyncMethod("sleep", "Waits.", [LuaParameter("span", Span.type)]) {
      (context: HandlerContext, arguments) in
      try await context.wait(try arguments("span", as: Span.self).duration)
      return []
    }
    Method(
      "remember", "Keeps data under a name for the rest of the handler.",
      [LuaParameter("name", .string), LuaParameter("value", .data)]
    ) { (context: HandlerContext, arguments) in
      guard case .data(let value) = arguments["value"] else { return [] }
      try context.remember(arguments("name"), value)
      return []
    }
    Method(
      "recall", "What was kept under a name; nil for nothing.", [LuaParameter("name", .string)],
      returns: [LuaParameter("value", .any)]
    ) { (context: HandlerContext, arguments) in
      [context.recall(try arguments("name")).map { .data($0) } ?? .nil]
    }
    Operation(.text) { (context: HandlerContext, _) in
      [.string("context of \(context.context.application)")]
    }
  }
}

extension LuaError.Code {
  /// A function was called where it has no meaning.
  static let badContext = LuaError.Code("bad_context")
}
