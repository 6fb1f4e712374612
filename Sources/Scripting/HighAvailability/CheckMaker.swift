import HighAvailability
import LuaRuntime

/// `ha.check`: a function for each kind of check.
final class CheckMaker: LuaObject {
  private let call: LuaCall
  init(call: @escaping LuaCall) { self.call = call }

  static let luaClass = LuaClass("kiln.CheckMaker", "Makes checks.") {
    Fields(
      names: { (maker: CheckMaker) in maker.functions.map(\.name) },
      get: { maker, name in maker.functions.first { $0.name == name }.map { .native($0) } })
  }

  private static let common = [
    LuaParameter("name", .optional(.string), "What events call it."),
    LuaParameter("every", .optional(Span.type), "The interval; 10 s if not given."),
    LuaParameter("timeout", .optional(Span.type), "The time allowed for a probe; 5 s if not given."),
    LuaParameter("fall", .optional(.integer), "How many failures in a row make it down; 3 if not given."),
    LuaParameter("rise", .optional(.integer), "How many successes in a row make it up; 2 if not given."),
    LuaParameter("grace", .optional(Span.type), "How long failures at the start don't count; none if not given."),
  ]

  private func maker(
    _ name: String, _ summary: String, _ own: [LuaParameter],
    _ kind: @escaping @Sendable (LuaArguments) throws -> Check.Kind
  ) -> LuaFunctionDeclaration {
    Function(
      name, summary, [LuaParameter("options", .options(own + Self.common))],
      returns: [LuaParameter("check", .object("kiln.Check"))]
    ) { arguments in
      let options = arguments.options("options")
      func span(_ name: String, _ otherwise: Duration) throws -> Duration {
        try options.optional(name, as: Span.self)?.duration ?? otherwise
      }
      let check = Check(
        try options.optional("name") ?? name, try kind(options), every: try span("every", .seconds(10)),
        timeout: try span("timeout", .seconds(5)), fall: try options.optional("fall") ?? 3,
        rise: try options.optional("rise") ?? 2, grace: try span("grace", .zero))
      return [.object(CheckObject(check))]
    }.declaration
  }

  private var functions: [LuaFunctionDeclaration] {
    [
      maker(
        "tcp", "Checks that something accepts connections.",
        [LuaParameter("address", .string), LuaParameter("port", .integer)]
      ) { .tcp(address: LateText(.text(try $0("address"))), port: try $0("port")) },
      maker(
        "http", "Checks that a page is served.",
        [
          LuaParameter("url", .string),
          LuaParameter("status", .optional(.list(.integer)), "The statuses that are fine; 200 to 399 if not given."),
          LuaParameter("contains", .optional(.string), "A text that the page must contain."),
        ]
      ) { options in
        var expectation = HTTPExpectation(bodyContains: try options.optional("contains"))
        if case .list(let statuses) = options["status"] {
          expectation.statuses = Set(statuses.compactMap { Int(lua: $0) })
        }
        return .http(url: LateText(.text(try options("url"))), expectation)
      },
      maker("server", "Checks that Nova calls a server active.", [LuaParameter("id", .string)]) {
        .server(id: LateText(.text(try $0("id"))))
      },
      maker(
        "custom", "Checks by a function: true is up; false or nil, with a reason, is down; an error is unknown.",
        [LuaParameter("run", .function)]
      ) { [call] options in
        let function: LuaFunction = try options("run")
        return .custom {
          let answer = try await call(function, [])
          if answer.first?.bool ?? false { return .up }
          return .down(answer.dropFirst().first?.string ?? "the check says so")
        }
      },
    ]
  }
}
