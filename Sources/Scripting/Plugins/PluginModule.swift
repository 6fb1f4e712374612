import Document
import HighAvailability
import LuaRuntime

extension LuaModule {
  /// `ha` as plugins see it: what they declare, and what deciders and handlers answer.
  static func plugin(
    _ declarations: PluginDeclarations, now: @escaping @Sendable () -> Duration
  ) -> LuaModule {
    LuaModule(name: "ha", summary: "What a policy plugin declares, and what it answers.") {
      Function(
        "plugin",
        "Says what the plugin is called, which others it comes before or after, and where it runs.",
        [
          LuaParameter(
            "options",
            .options([
              LuaParameter("name", .optional(.string), "The file's name if not given."),
              LuaParameter("before", .optional(.list(.string))),
              LuaParameter("after", .optional(.list(.string))),
              LuaParameter(
                "isolated", .optional(.boolean),
                "Whether it wants a process of its own, such as for computing so much that it would be in others' way."
              ),
            ]))
        ]
      ) { arguments in
        let options = arguments.options("options")
        let name: String? = try options.optional("name")
        try declarations.declare("ha.plugin") { state in
          if let name { state.name = name }
          state.before = names(options["before"])
          state.after = names(options["after"])
          state.wantsIsolation = options["isolated"].bool ?? false
        }
        return []
      }
      Function(
        "on", "Calls a function at each event of a kind, such as `\"escalated\"`, or `\"*\"` for all.",
        [LuaParameter("event", .string), LuaParameter("run", .function, "Is given the event as a table.")]
      ) { arguments in
        let verb = try verb(arguments("event"))
        let run: LuaFunction = try arguments("run")
        try declarations.declare("ha.on") { state in
          state.hooks.append(PluginDeclarations.Hook(name: try arguments("event"), verb: verb, run: run))
        }
        return []
      }
      Function(
        "decide",
        "Asks a function before each step of a ladder; it answers `ha.proceed`, `wait`, `skip`, `hold`, or nil.",
        [LuaParameter("run", .function, "Is given the step as a table; it may neither wait nor act.")]
      ) { arguments in
        let run: LuaFunction = try arguments("run")
        try declarations.declare("ha.decide") { $0.deciders.append(run) }
        return []
      }
      Function(
        "handler", "Names a function that rungs can run; it is given a context with which it acts.",
        [LuaParameter("name", .string), LuaParameter("run", .function)]
      ) { arguments in
        let name: String = try arguments("name")
        let run: LuaFunction = try arguments("run")
        try declarations.declare("ha.handler") { state in
          guard state.handlers.updateValue(run, forKey: name) == nil else {
            throw LuaError(.badArgument, "there is a handler `\(name)` already", hint: "choose another name")
          }
        }
        return []
      }
      Function(
        "test", "Adds a test of the plugin's own, which must pass before the plugin is used.",
        [LuaParameter("name", .string), LuaParameter("run", .function, "Is given a bench to try things on.")]
      ) { arguments in
        let test = PluginDeclarations.Test(name: try arguments("name"), run: try arguments("run"))
        try declarations.declare("ha.test") { $0.tests.append(test) }
        return []
      }
      Function("now", "Seconds of a clock that never goes back.", returns: [LuaParameter("seconds", .number)])
      {
        _ in [.number(now() / .seconds(1))]
      }
      pluginAnswers
      rungResults
      Constant(
        "recovered", "What a handler returns when it did what it could.",
        .object(RungResultObject(.recovered)))
      HandlerContext.luaClass
      PluginBench.luaClass
    }
  }
}

private let pluginAnswers: [LuaModule.Member] = [
  Constant("proceed", "A decider's answer: take the step.", .object(AdviceObject(.proceed))).member,
  Function(
    "wait", "Makes a decider's answer: take the step later, if it is still wanted.",
    [LuaParameter("span", Span.type), LuaParameter("reason", .string)],
    returns: [LuaParameter("answer", .any)]
  ) { [.object(AdviceObject(.wait(try $0("span", as: Span.self).duration, try $0("reason"))))] }.member,
  Function(
    "skip", "Makes a decider's answer: go on with the next rung.", [LuaParameter("reason", .string)],
    returns: [LuaParameter("answer", .any)]
  ) { [.object(AdviceObject(.skip(try $0("reason"))))] }.member,
]

/// What a decider answers.
final class AdviceObject: LuaObject {
  let advice: Advice
  init(_ advice: Advice) { self.advice = advice }

  static let luaClass = LuaClass("ha.Advice", "What a decider answers.") {
    Operation(.text) { (object: AdviceObject, _) in [.string("\(object.advice)")] }
  }
}

private func names(_ value: LuaValue) -> Set<String> {
  guard case .list(let items) = value else { return [] }
  return Set(items.compactMap(\.string))
}

/// The verb that a word such as `soft_reboot` stands for; nil for all of them.
private func verb(_ word: String) throws -> HAEvent.Verb? {
  if word == "*" { return nil }
  if let verb = HAEvent.Verb(rawValue: "HA_" + word.uppercased()) { return verb }
  let words = HAEvent.Verb.allCases.map(\.word)
  throw LuaError(
    .badArgument, "there is no event `\(word)`",
    hint: nearest(to: word, among: words).map { "did you mean `\($0)`?" }
      ?? "the events are \(words.sorted().joined(separator: ", ")), and * for all")
}
