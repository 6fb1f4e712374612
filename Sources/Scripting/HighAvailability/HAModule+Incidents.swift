import Ambience
import Document
import HighAvailability
import LuaRuntime

extension LuaModule {
  /// What `kiln.ha` tells of the past.
  static func incidents(_ sessions: Sessions) -> [Member] {
    [
      AsyncFunction(
        "incidents", "Lists the incidents of watched applications that the store has, the newest first.",
        [
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter("application", .optional(.string), "Only those of this application."),
                LuaParameter("open", .optional(.boolean), "Whether only those are wanted that aren't over."),
              ])))
        ],
        returns: [
          LuaParameter(
            "incidents", .list(.any),
            "Each with `id`, `application`, `stack`, `resource`, `began`, `ended`, `state` and `reason`.")
        ]
      ) { arguments in
        let options = arguments.options("options")
        let application: String? = try options.optional("application")
        let isOpen: Bool = try options.optional("open") ?? false
        let journal = IncidentJournal(try await sessions.session().surroundings.journal)
        let found = try await journal.incidents().filter { incident in
          (application == nil || incident.application == application)
            && !(isOpen && incident.state.isOver)
        }
        return [.list(found.map(\.record))]
      }.member,
      AsyncFunction(
        "explain",
        "Says of an incident why each action was taken, down to the operation and the request that it came to.",
        [LuaParameter("id", .string, "The incident's id.")],
        returns: [LuaParameter("explanation", .object("kiln.Explanation"))]
      ) { arguments in
        let journal = IncidentJournal(try await sessions.session().surroundings.journal)
        return [.object(ExplanationObject(try await journal.explanation(of: arguments("id"))))]
      }.member,
    ]
  }
}

extension Incident {
  fileprivate var record: LuaValue {
    .record([
      LuaField("id", .string(id)), LuaField("application", .string(application)),
      LuaField("stack", .string(target.stack)), LuaField("resource", .string(target.logicalID)),
      LuaField("began", .string(began.description)),
      LuaField("ended", ended.map { .string($0.description) } ?? .nil),
      LuaField("state", .string(state.rawValue)), LuaField("reason", .string(reason)),
    ])
  }
}
