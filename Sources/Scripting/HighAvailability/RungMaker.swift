import HighAvailability
import LuaRuntime

/// `ha.rung`: a function for each kind of rung.
final class RungMaker: LuaObject {
  private let call: LuaCall
  init(call: @escaping LuaCall) { self.call = call }

  static let luaClass = LuaClass("kiln.RungMaker", "Makes rungs.") {
    Fields(
      names: { (maker: RungMaker) in maker.functions.map(\.name) },
      get: { maker, name in maker.functions.first { $0.name == name }.map { .native($0) } })
  }

  private static let common = [
    LuaParameter("intensity", .optional(.integer), "How many tries within `period`; 1 if not given."),
    LuaParameter("period", .optional(Span.type), "1 h if not given."),
    LuaParameter(
      "settle", .optional(Span.type), "How long failures don't count afterwards; 3 min if not given."),
    LuaParameter(
      "backoff", .optional(Span.type), "The wait before the second try, doubled for each later one."),
    LuaParameter("timeout", .optional(Span.type), "The time allowed for the action; 10 min if not given."),
  ]

  private func maker(
    _ name: String, _ summary: String, _ own: [LuaParameter] = [],
    _ action: @escaping @Sendable (LuaArguments) throws -> Action
  ) -> LuaFunctionDeclaration {
    Function(
      name, summary, [LuaParameter("options", .optional(.options(own + Self.common)))],
      returns: [LuaParameter("rung", .object("kiln.Rung"))]
    ) { arguments in
      let options = arguments.options("options")
      var rung = Rung(try action(options))
      if let intensity: Int = try options.optional("intensity") { rung.intensity = intensity }
      if let period: Span = try options.optional("period") { rung.period = period.duration }
      if let settle: Span = try options.optional("settle") { rung.settle = settle.duration }
      if let backoff: Span = try options.optional("backoff") { rung.backoff = Backoff(backoff.duration) }
      if let timeout: Span = try options.optional("timeout") { rung.timeout = timeout.duration }
      return [.object(RungObject(rung))]
    }.declaration
  }

  private var functions: [LuaFunctionDeclaration] {
    [
      maker(
        "restart", "Restarts the application inside its server.",
        [LuaParameter("service", .optional(.string))]
      ) { .restart(service: try $0.optional("service")) },
      maker("soft_reboot", "Asks the server to reboot.") { _ in .softReboot },
      maker("hard_reboot", "Pulls the server's plug and starts it again.") { _ in .hardReboot },
      maker("stop_start", "Stops the server and starts it.") { _ in .stopStart },
      maker("rebuild", "Gives the server a fresh disk from its image.") { _ in .rebuild },
      maker("replace", "Replaces the server in its stack, and what depends on it.") { _ in .replace },
      maker(
        "notify", "Tells someone, and heals nothing.",
        [
          LuaParameter(
            "to", .union([.string, NotifyTargetObject.type]),
            "A target of `ha.notify`'s, or a list of them; a name is only part of the event.")
        ]
      ) { options in
        if let name = options["to"].string { return .notify(name) }
        let targets = NotifyTargetObject.targets(options["to"]) ?? []
        return .notify(targets.map(\.name).joined(separator: ", "), to: targets)
      },
      maker(
        "custom",
        "Runs a function, which answers with `ha.recovered`, `ha.retry`, `ha.escalate` or `ha.hold`.",
        [LuaParameter("name", .string), LuaParameter("run", .function)]
      ) { [call] options in
        let function: LuaFunction = try options("run")
        return .custom(name: try options("name")) { context in
          RungResult(answer: try await call(function, [.record(Self.fields(of: context))]))
        }
      },
    ]
  }

  private static func fields(of context: RungContext) -> [LuaField] {
    [
      LuaField("application", .string(context.application)), LuaField("stack", .string(context.target.stack)),
      LuaField("resource", .string(context.target.logicalID)), LuaField("reason", .string(context.reason)),
      LuaField("attempt", .integer(Int64(context.attempt))),
      LuaField("intensity", .integer(Int64(context.intensity))),
    ]
  }
}

extension RungResult {
  /// What a custom rung's results mean: an answer of `ha`'s, true for recovered, else escalate.
  init(answer results: [LuaValue]) {
    if let answer = results.first?.object as? RungResultObject {
      self = answer.result
    } else if results.first?.bool ?? false {
      self = .recovered
    } else {
      self = .escalate(
        results.dropFirst().first?.string ?? "the rung's function didn't say that it recovered")
    }
  }
}
