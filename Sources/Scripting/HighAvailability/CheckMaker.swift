import Document
import HighAvailability
import LuaRuntime
import OrderedCollections

/// `ha.check`: a function for each kind of check.
struct CheckMaker {
  private let call: LuaCall
  init(call: @escaping LuaCall) { self.call = call }

  var module: LuaModule {
    LuaModule(name: "kiln.ha.check", summary: "Makes checks.", members: functions.map { .function($0) })
  }

  private func maker(
    _ name: String, _ summary: String, _ own: [LuaParameter], pace: CheckOptions.Pace = .usual,
    _ kind: @escaping @Sendable (LuaArguments) throws -> Check.Kind
  ) -> LuaFunctionDeclaration {
    Function(
      name, summary, [LuaParameter("options", .options(own + CheckOptions.declared(pace)))],
      returns: [LuaParameter("check", .object("kiln.Check"))]
    ) { arguments in
      let options = arguments.options("options")
      let kind = try kind(options)
      var check = try CheckOptions.check(name, kind, options, pace)
      check.keepsConnection = try options.optional("keep_alive") ?? false
      check.vantage = try CheckOptions.vantage(options)
      try check.validate()
      return [.object(CheckObject(check))]
    }.declaration
  }

  /// A function for each kind.
  var functions: [LuaFunctionDeclaration] {
    [
      maker(
        "tcp", "Checks that something accepts connections.",
        [LuaParameter("address", .string), LuaParameter("port", .integer)] + CheckOptions.vantage
      ) { .tcp(address: try late($0, "address"), port: try $0("port")) },
      maker(
        "http", "Checks that a page is served.",
        [
          LuaParameter("url", .string),
          LuaParameter(
            "status", .optional(.list(.integer)), "The statuses that are fine; 200 to 399 if not given."),
          LuaParameter(
            "headers", .optional(.map),
            "Header fields that the response must have, with their values; `*` stands for anything."),
          LuaParameter(
            "contains", .optional(.string),
            "A text that the page must contain; `*` in it stands for anything."),
          LuaParameter(
            "keep_alive", .optional(.boolean),
            "Whether a connection over plain HTTP is kept for the next probe; false if not given."),
          LuaParameter(
            "valid_for", .optional(Span.type),
            "How long the certificate of an https server must be good for yet."),
          LuaParameter(
            "verify", .optional(.boolean),
            "Whether a certificate must be trusted and be for the host's name; true if not given."),
        ] + CheckOptions.vantage
      ) { .http(url: try late($0, "url"), try Self.expectation($0)) },
      maker("server", "Checks that Nova calls a server active.", [LuaParameter("id", .string)]) {
        .server(id: try late($0, "id"))
      },
    ] + ofCloud + [
      maker(
        "dns", "Checks that a name server answers for a name.",
        [
          LuaParameter("server", .string, "The name server's address."),
          LuaParameter("query", .string, "The name."),
          LuaParameter(
            "record", .optional(.string), "The kind of record, such as `AAAA` or `MX`; `A` if not given."),
          LuaParameter("address", .optional(.string), "An address that must be among the answers."),
          LuaParameter("port", .optional(.integer), "53 if not given."),
        ]
      ) { .dns(server: try late($0, "server"), try Self.query($0)) },
      maker(
        "ssh",
        "Checks by a command on another machine, run by ssh without asking anybody: the exit status 0 is up; a "
          + "machine that can't be reached, or a command that isn't there, is unknown.",
        [
          LuaParameter("address", .string), LuaParameter("command", .string),
        ] + RemoteLogin.parameters
      ) { options in
        .ssh(
          address: try late(options, "address"),
          RemoteCommand(try options("command"), try RemoteLogin(options)))
      },
      guestAgent,
      metric,
      maker(
        "reported",
        "Goes by what others report, by `supervisor:report` or, with `kiln ha run --listen`, at the addresses that "
          + "`kiln ha webhook` prints; a silence means that nothing has changed.", []
      ) { _ in .reported },
      maker(
        "heartbeat",
        "Waits for the application to say that it lives, by `supervisor:heartbeat` or as to `reported` checks; `every` "
          + "is the longest silence that counts as none.", []
      ) { _ in .heartbeat },
      maker(
        "custom",
        "Checks by a function: true is up; false or nil, with a reason, is down; an error is unknown.",
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

  private var guestAgent: LuaFunctionDeclaration {
    maker(
      "guest_agent",
      "Checks that the QEMU guest agent inside a server answers, or with a command by what that comes to in the guest: "
        + "the exit status 0 is up. It is asked by virsh, which ssh runs on the hypervisor that Nova names to "
        + "administrators; what keeps it from being asked is unknown, and so is a command that isn't there.",
      [
        LuaParameter("server", .optional(.string), "The server's id; the policy's `resource` if not given."),
        LuaParameter(
          "command", .optional(.string), "What the agent runs by the guest's shell, as `guest-exec` may."),
      ] + GuestAgent.parameters, pace: .ofGuestAgents
    ) { options in
      let server: String? = try options.optional("server")
      return .guestAgent(
        server: try server.map { try late($0) }, try GuestAgent(options),
        command: try options.optional("command"))
    }
  }

  /// The checks of what the cloud says of its own things.
  private var ofCloud: [LuaFunctionDeclaration] {
    func maker(_ name: String, _ summary: String, _ thing: WatchedThing, _ parameter: LuaParameter)
      -> LuaFunctionDeclaration
    {
      self.maker(name, summary, [parameter]) { .cloud(thing, try late($0, parameter.name)) }
    }
    return [
      maker(
        "compute_service", "Checks that Nova calls the `nova-compute` of a host up; for administrators.",
        .computeService, LuaParameter("host", .string)),
      maker(
        "hypervisor", "Checks that Nova calls a hypervisor up; for administrators.", .hypervisor,
        LuaParameter("hypervisor", .string, "The hypervisor's host name.")),
      maker(
        "hypervisor_of", "Checks that Nova calls the hypervisor of a server up; for administrators.",
        .hypervisorOfServer, LuaParameter("server", .string, "The server's id.")),
      self.maker(
        "pool_member", "Checks that the health monitor of a load balancer's pool calls a member well.",
        [
          LuaParameter("pool", .string, "The pool's id."),
          LuaParameter("member", .string, "The member's id."),
        ]
      ) { .cloud(.poolMember, try late("\(try $0("pool") as String)/\(try $0("member") as String)")) },
    ]
  }

  private static func query(_ options: LuaArguments) throws -> NameQuery {
    let kind: String = try options.optional("record") ?? "A"
    guard let record = NameRecord(name: kind) else {
      throw LuaError(
        .badArgument, "there is no kind of record named \(kind)",
        hint: "there are " + NameRecord.allCases.map { "\($0)".uppercased() }.joined(separator: ", "))
    }
    return NameQuery(
      try options("query"), record, address: try options.optional("address"),
      port: try options.optional("port") ?? 53)
  }

  private static func expectation(_ options: LuaArguments) throws -> HTTPExpectation {
    var expectation = HTTPExpectation(bodyContains: try options.optional("contains"))
    if case .list(let statuses) = options["status"] {
      expectation.statuses = Set(statuses.compactMap { Int(lua: $0) })
    }
    expectation.certificateValidity = try options.optional("valid_for", as: Span.self)?.duration
    expectation.verifiesServer = try options.optional("verify") ?? true
    guard case .map(let fields) = try options.optional("headers", as: Value.self) else { return expectation }
    for (name, value) in fields {
      guard let text = value.scalarText else {
        throw LuaError(
          .badArgument, "the header \(name) is wanted to be neither a string nor a number",
          hint: "give its value, such as \"text/*\", or \"*\" for any")
      }
      expectation.fields.append(.init(name, TextPattern(text)))
    }
    return expectation
  }
}
