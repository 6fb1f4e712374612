import Ambience
import HighAvailability
import LuaRuntime

/// `ha.rung`: a function for each kind of rung.
struct RungMaker {
  private let plugins: PluginHost
  private let ambient: Ambient
  private let call: LuaCall

  init(_ plugins: PluginHost, _ ambient: Ambient, call: @escaping LuaCall) {
    self.plugins = plugins
    self.ambient = ambient
    self.call = call
  }

  var module: LuaModule {
    LuaModule(
      name: "kiln.ha.rung", summary: "Makes rungs of ladders.", members: functions.map { .function($0) })
  }

  private static let common = [
    LuaParameter(
      "intensity", .optional(.integer),
      "How many tries within `period`, and within an incident, however long it lasts; 1 if not given."),
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
      return [.object(RungObject(try Self.rung(try action(options), options)))]
    }.declaration
  }

  private static func rung(_ action: Action, _ options: LuaArguments) throws -> Rung {
    var rung = Rung(action)
    if let intensity: Int = try options.optional("intensity") { rung.intensity = intensity }
    if let period: Span = try options.optional("period") { rung.period = period.duration }
    if let settle: Span = try options.optional("settle") { rung.settle = settle.duration }
    if let backoff: Span = try options.optional("backoff") { rung.backoff = Backoff(backoff.duration) }
    if let timeout: Span = try options.optional("timeout") { rung.timeout = timeout.duration }
    return rung
  }

  private static func replacement(_ options: LuaArguments) throws -> Replacement {
    var replacement = Replacement()
    if let word: String = try options.optional("strategy") {
      guard let strategy = Replacement.Strategy(rawValue: word) else {
        throw LuaError(no: "strategy", word, among: Replacement.Strategy.allCases.map(\.rawValue))
      }
      replacement.strategy = strategy
    }
    if case .list(let members) = options["members"] { replacement.members = members.compactMap(\.string) }
    guard replacement.members.isEmpty || replacement.strategy == .oneForAll else {
      throw LuaError(
        .badArgument, "only the strategy `one_for_all` has members", hint: "strategy = \"one_for_all\"")
    }
    return replacement
  }

  private static func restart(_ options: LuaArguments) throws -> Action {
    let service: String? = try options.optional("service")
    let address: String? = try options.optional("address")
    if !options["agent"].isNil { return try agentRestart(options, service, address) }
    guard let address else {
      let others = (["command"] + RemoteLogin.parameters.map(\.name)).filter { !options[$0].isNil }
      guard others.isEmpty else {
        throw LuaError(
          .badArgument, "a restart with \(others.joined(separator: ", ")) needs an address",
          hint:
            "say where the server is reached by ssh: address = \"10.0.0.5\"; or by its guest agent: agent = {}"
        )
      }
      return .restart(service: service)
    }
    guard let command = try command(options, service) else {
      throw LuaError(.badArgument, "a restart by ssh needs a service or a command")
    }
    return .remoteRestart(address: try late(address), RemoteCommand(command, try RemoteLogin(options)))
  }

  private static func agentRestart(_ options: LuaArguments, _ service: String?, _ address: String?) throws
    -> Action
  {
    let others = (["address"] + RemoteLogin.parameters.map(\.name)).filter { !options[$0].isNil }
    guard others.isEmpty else {
      throw LuaError(
        .badArgument, "a restart goes by ssh to the server or by its guest agent, not by both",
        hint: "how the hypervisor is reached is said in `agent`: agent = { \(others[0]) = … }")
    }
    guard let command = try command(options, service) else {
      throw LuaError(.badArgument, "a restart by the guest agent needs a service or a command")
    }
    return .agentRestart(try GuestAgent(options.options("agent")), command: command)
  }

  /// What is run to restart; nil when nothing says what.
  private static func command(_ options: LuaArguments, _ service: String?) throws -> String? {
    if let command: String = try options.optional("command") { return command }
    guard let service else { return nil }
    guard service.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "@._-:".contains($0)) }) else {
      throw LuaError(.badArgument, "no service is called `\(service)`", hint: "such as httpd")
    }
    return "systemctl restart -- \(service)"
  }

  /// A function for each kind.
  var functions: [LuaFunctionDeclaration] {
    [
      maker(
        "restart",
        "Restarts the application inside its server; with an address by ssh, asking nobody; with `agent` by the QEMU guest "
          + "agent, which virsh asks on the hypervisor that Nova names to administrators.",
        [
          LuaParameter("service", .optional(.string), "What systemd calls it."),
          LuaParameter("address", .optional(.string), "Where the server is reached by ssh."),
          LuaParameter(
            "command", .optional(.string), "What is run there; `systemctl restart SERVICE` if not given."),
          LuaParameter(
            "agent", .optional(.options(GuestAgent.parameters)),
            "Lets the guest agent do it, and says how its hypervisor is reached; `{}` is enough. What a command leaves running "
              + "must have closed its output, as systemd's services have."),
        ] + RemoteLogin.parameters
      ) { try Self.restart($0) },
      maker("soft_reboot", "Asks the server to reboot.") { _ in .softReboot },
      maker("hard_reboot", "Pulls the server's plug and starts it again.") { _ in .hardReboot },
      maker("stop_start", "Stops the server and starts it.") { _ in .stopStart },
      maker("rebuild", "Gives the server a fresh disk from its image.") { _ in .rebuild },
      maker(
        "replace", "Replaces the server in its stack, and as much more as the strategy says.",
        [
          LuaParameter(
            "strategy", .optional(.string),
            "`one_for_one`: the server alone, and what refers to it is updated in place where that can be; "
              + "`rest_for_one`: also all that depends on it; `one_for_all`: all members at once. "
              + "`rest_for_one` if not given."),
          LuaParameter(
            "members", .optional(.list(.string)),
            "For `one_for_all` the logical IDs of the members; those of all parts of the same parent if not given."
          ),
        ]
      ) { .replace(try Self.replacement($0)) },
      maker("evacuate", "Makes the server anew on another host, as its own is down; only administrators may.")
      {
        _ in .evacuate
      },
      maker("fence", "Powers the server off, and makes sure that it is.") { _ in .fence },
      maker(
        "move_address",
        "Powers the server off, makes sure that it is, and leads a floating IP of the stack to another of its servers.",
        [
          LuaParameter("address", .string, "The floating IP's logical ID."),
          LuaParameter("to", .string, "The other server's."),
        ]
      ) { .moveAddress(try $0("address"), to: try $0("to")) },
      maker(
        "drain", "Lets a member of a load balancer's pool take no new connections.",
        [LuaParameter("member", .string, "Its logical ID.")]
      ) { .drain(try $0("member")) },
      maker(
        "admit", "Lets a member of a pool take connections again, as many as its template says.",
        [LuaParameter("member", .string, "Its logical ID.")]
      ) { .admit(try $0("member")) },
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
      handler,
    ]
  }

  private var handler: LuaFunctionDeclaration {
    AsyncFunction(
      "handler",
      "Runs a handler, of a policy plugin or given here; what it does is journaled, so that it goes on where it was "
        + "after a crash.",
      [
        LuaParameter(
          "options",
          .options(
            [
              LuaParameter(
                "name", .string,
                "`PLUGIN.HANDLER`, or the handler's name where only one has it; with `run` what events call it."
              ),
              LuaParameter(
                "run", .optional(.function),
                "The handler itself: it is given an `ha.Context`, and answers as a custom rung does."),
            ] + Self.common))
      ], returns: [LuaParameter("rung", .object("kiln.Rung"))]
    ) { [plugins, ambient, call] arguments in
      let options = arguments.options("options")
      let name: String = try options("name")
      let run: HandlerRun
      if let function: LuaFunction = try options.optional("run") {
        run = HandlerContext.run(function, ambient: ambient, call: call)
      } else {
        try await plugins.check(name)
        run = plugins.rung(name)
      }
      return [.object(RungObject(try Self.rung(.handler(name: name, run), options)))]
    }.declaration
  }

  private static func fields(of context: RungContext) -> [LuaField] {
    [
      LuaField("application", .string(context.application)), LuaField("stack", .string(context.target.stack)),
      LuaField("resource", .string(context.target.logicalID)), LuaField("reason", .string(context.reason)),
      LuaField("attempt", .integer(Int64(context.attempt))),
      LuaField("intensity", .integer(Int64(context.intensity))),
      LuaField("parts", .list(context.parts.map { .string($0) })),
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
