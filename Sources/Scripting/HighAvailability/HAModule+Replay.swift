import Ambience
import Document
import HighAvailability
import LuaRuntime
import OrderedCollections

extension LuaModule {
  /// `ha.replay`: a policy on virtual time.
  static func replay(_ ambient: Ambient) -> [Member] {
    [
      AsyncFunction(
        "replay",
        "Tries a policy on virtual time: says what its ladder would do if its checks said what is given.",
        [
          LuaParameter("policy", .object("kiln.Policy")),
          LuaParameter(
            "says",
            .list(
              .options([
                LuaParameter(
                  "at", Span.type, "When, from the start on; it holds until the check says something else."),
                LuaParameter("check", .optional(.string), "The check's name; all if not given."),
                LuaParameter("outcome", .string, "`up`, `down` or `unknown`."),
                LuaParameter("reason", .optional(.string)),
              ]))),
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter(
                  "span", .optional(Span.type),
                  "How long it goes on; an hour after the last line if not given."),
                LuaParameter(
                  "calls", .optional(.boolean),
                  "Whether the functions of custom rungs are called; else they have recovered it. True if not given."
                ),
              ]))),
        ],
        returns: [
          LuaParameter(
            "result", .table,
            "With `actions`, each with `at` in seconds, `action`, `rung` and `reason`; `events`, each with `at`, "
              + "`status` and `reason`; and the `state` at the end.")
        ]
      ) { arguments in
        let policy = try arguments.object("policy", as: PolicyObject.self).policy
        let options = arguments.options("options")
        let says = try arguments.items("says").flatMap { try sightings($0, of: policy) }
        let last = says.map(\.time).max() ?? origin
        let span = try options.optional("span", as: Span.self)?.duration
        let calls: Bool = try options.optional("calls") ?? true
        var replay = Replay(
          policy, says, from: origin, to: span.map { origin + $0 } ?? last + .seconds(3600))
        let (events, watch) = try await replay.run { step, context in
          guard calls, case .custom(_, let handler) = step.rung.action else {
            return (.done, Replay.duration(of: step.rung.action))
          }
          let began = ambient.uptime()
          let result = ActionResult(try await handler(context))
          return (result, ambient.uptime() - began)
        }
        return [.record(result(events, watch, policy))]
      }.member
    ]
  }

  /// Where the time of replays begins.
  private static let origin = Timestamp(milliseconds: 0)

  private static func sightings(_ line: LuaArguments, of policy: ApplicationPolicy) throws -> [Sighting] {
    let at: Span = try line("at")
    let word: String = try line("outcome")
    guard let outcome = Outcome(word: word, reason: try line.optional("reason") ?? "") else {
      throw LuaError(.badArgument, "an outcome is \"\(word)\"", hint: "it is up, down or unknown")
    }
    let name: String? = try line.optional("check")
    let names = policy.checks.map(\.name)
    if let name, !names.contains(name) {
      throw LuaError(
        .badArgument, "the policy of \(policy.name) has no check `\(name)`",
        hint: "it has \(names.joined(separator: ", "))")
    }
    return (name.map { [$0] } ?? names).map {
      Sighting(time: origin + at.duration, application: policy.name, check: $0, outcome: outcome)
    }
  }

  private static func result(_ events: [HAEvent], _ watch: Watch, _ policy: ApplicationPolicy) -> [LuaField] {
    let actions = events.filter(\.verb.isAction).map { event -> LuaValue in
      let rung = event.rung ?? 0
      return .record([
        LuaField("at", .number(seconds(event))),
        LuaField("action", .string(policy.ladder.rungs[rung].action.phrase)),
        LuaField("rung", .integer(Int64(rung + 1))), LuaField("reason", .string(event.reason)),
      ])
    }
    return [
      LuaField("actions", .list(actions)),
      LuaField(
        "events",
        .list(
          events.map {
            .record([
              LuaField("at", .number(seconds($0))), LuaField("status", .string($0.status)),
              LuaField("reason", .string($0.reason)),
            ])
          })),
      LuaField("state", .string(ApplicationStatus.State.of(watch).rawValue)),
    ]
  }

  private static func seconds(_ event: HAEvent) -> Double { Double(event.time.milliseconds) / 1000 }
}
