import Ambience
import Document
import LuaRuntime
import OrderedCollections
import StackEngine

// Where operations stop and wait to be told to go on.

extension StackObject {
  static let pausing: [LuaClass.Member] = [
    AsyncProperty(
      "pauses", .list(.any),
      "Where its operation waits: `resource`, `hook`, `reason`, `since`, and the `choices` for `clear`."
    ) { (stack: StackObject) in
      .list(try await stack.session.engine.pauses(of: stack.name).map(\.record))
    }.member,
    AsyncMethod(
      "clear", "Ends the wait of a resource's step, whichever process runs it.",
      [
        LuaParameter(
          "resource", .string, "Its logical ID; of a stack inside by its path, such as `Farm/Web`."),
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter("hook", .optional(.string), "At which hook; the one where it waits if not given."),
              LuaParameter(
                "decision", .optional(.string),
                "`go_on`, `skip` (leave it as it is), `fail`, or `retry` once it has failed."),
            ]))),
      ]
    ) { (stack: StackObject, arguments) in
      let options = arguments.options("options")
      try await stack.session.engine.clear(
        stack.name, arguments("resource"), at: options.moment, options.decision)
      return []
    }.member,
    AsyncMethod(
      "set_breakpoints", "Says where the operation in progress stops from now on, and that nowhere else.",
      [LuaParameter("breakpoints", .data, breakpointsHelp)]
    ) { (stack: StackObject, arguments) in
      try await stack.session.engine.setBreakpoints(arguments.breakpoints, of: stack.name)
      return []
    }.member,
  ]
}

let breakpointsHelp =
  "Where it stops until it is cleared: `\"pre-create:Web\"`, a list of such, or hooks by resource."

let breakpointsOption = LuaParameter("breakpoints", .optional(.data), breakpointsHelp)

extension WaitingPause {
  var record: LuaValue {
    .record([
      LuaField("resource", .string(path.joined(separator: "/"))), LuaField("stack", .string(stack.name)),
      LuaField("hook", .string(pause.point.moment.rawValue)), LuaField("reason", .string(pause.reason)),
      LuaField("since", .string(pause.since.description)),
      LuaField("choices", .list(pause.choices.map { .string($0.rawValue) })),
    ])
  }
}

extension LuaArguments {
  /// The breakpoints that are given; none if there aren't any.
  ///
  /// - Throws: `bad_breakpoint`, or `bad_argument` for what says none.
  var breakpoints: [Breakpoint] {
    get throws {
      guard let given = try optional("breakpoints", as: Value.self) else { return [] }
      if let text = given.string { return [try Breakpoint(text)] }
      if let list = given.list { return try list.map { try Breakpoint(Self.word($0)) } }
      return try (given.map ?? [:]).flatMap { resource, moments in
        try (moments.list ?? [moments]).map { try Breakpoint(Self.word($0), at: resource) }
      }
    }
  }

  private static func word(_ value: Value) throws -> String {
    if let word = value.string { return word }
    throw LuaError(
      .badArgument, "a breakpoint can't be \(value.kind)",
      hint: "write { \"pre-create:Web\" } or { Web = \"pre-create\" }")
  }

  /// What is decided at a pause, if that is said.
  ///
  /// - Throws: `bad_argument` for what can't be.
  var decision: PauseDecision? { get throws { try word("decision") } }

  /// At which hook, if that is said.
  ///
  /// - Throws: `bad_argument` for what is none.
  var moment: PausePoint.Moment? { get throws { try word("hook") } }

  private func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws -> Word? {
    guard let text: String = try optional(name) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    throw LuaError(
      .badArgument, "\(name) can't be '\(text)'",
      hint: nearest(to: text, among: words).map { "did you mean '\($0)'?" }
        ?? "it is one of \(words.joined(separator: ", "))")
  }
}
