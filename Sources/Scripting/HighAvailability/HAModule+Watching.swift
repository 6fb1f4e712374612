import Ambience
import Document
import HighAvailability
import LuaRuntime
import OrderedCollections

extension LuaModule {
  private static let application = LuaParameter(
    "application", .optional(.string), "Only of this application.")

  /// What `kiln.ha` tells of all that is watched, whichever process does.
  static func watching(_ sessions: Sessions, _ ambient: Ambient) -> [Member] {
    [
      AsyncFunction(
        "status", "How every watched application fares, as the store has it, whichever process watches it.",
        [LuaParameter("options", .optional(.options([application])))],
        returns: [
          LuaParameter(
            "applications", .list(.any),
            "Each with `application`, `stack`, `resource`, `scope`, `parent`, `state`, `since`, `rung`, `reason`, "
              + "`incident`, `leader`, and `frozen` with the reason where nothing is done about its failure."
          )
        ]
      ) { arguments in
        let name: String? = try arguments.options("options").optional("application")
        let journal = IncidentJournal(try await sessions.session().surroundings.journal)
        let found = try await journal.status(at: ambient.now()).filter {
          name == nil || $0.application == name
        }
        return [.list(found.map { .data(.map($0.value.filter { !$0.value.isNull })) })]
      }.member,
      AsyncFunction(
        "report", "How available every watched application was of late, and what has healed it.",
        [
          LuaParameter(
            "options",
            .optional(
              .options([
                application, LuaParameter("since", .optional(Span.type), "How far back; 30 d if not given."),
              ])))
        ],
        returns: [
          LuaParameter(
            "reports", .list(.any),
            "Each with `application`, `availability` from 0 to 1, `incidents`, `open`, `healed_by`, and in seconds "
              + "`span`, `downtime`, `mttr`, `longest`.")
        ]
      ) { arguments in
        let options = arguments.options("options")
        let name: String? = try options.optional("application")
        let span = try options.optional("since", as: Span.self)?.duration ?? .seconds(30 * 86_400)
        let journal = IncidentJournal(try await sessions.session().surroundings.journal)
        let now = ambient.now()
        let reports = try await journal.reports(from: now + (.zero - span), to: now).filter {
          name == nil || $0.application == name
        }
        return [.list(reports.map { .data(.map($0.value.filter { !$0.value.isNull })) })]
      }.member,
    ]
  }
}
