import HighAvailability
import LuaRuntime

/// The options that all checks have.
enum CheckOptions {
  /// How often checks are asked, and for how long, where nothing else is said.
  struct Pace {
    let every: Duration
    let timeout: Duration

    static let usual = Pace(every: .seconds(10), timeout: .seconds(5))
    /// Each time somebody logs in at a hypervisor.
    static let ofGuestAgents = Pace(every: .seconds(30), timeout: .seconds(15))
  }

  static func declared(_ pace: Pace) -> [LuaParameter] {
    [
      LuaParameter("name", .optional(.string), "What events call it."),
      LuaParameter("every", .optional(Span.type), "The interval; \(pace.every.phrase) if not given."),
      LuaParameter(
        "timeout", .optional(Span.type), "The time allowed for a probe; \(pace.timeout.phrase) if not given."),
    ] + judged
  }

  private static let judged = [
    LuaParameter(
      "fall", .optional(.integer),
      "How many failures in a row make it down; 3 if not given, but 1 of what others report."),
    LuaParameter(
      "of", .optional(.integer), "Lets `fall` failures among so many of the last probes make it down."),
    LuaParameter("within", .optional(Span.type), "Lets `fall` failures within this span make it down."),
    LuaParameter(
      "rise", .optional(.integer),
      "How many successes in a row make it up; 2 if not given, but 1 of what others report."),
    LuaParameter("min_samples", .optional(.integer), "With fewer probes than this nothing makes it down."),
    LuaParameter(
      "grace", .optional(Span.type), "How long failures at the start don't count; none if not given."),
    LuaParameter(
      "flap",
      .optional(
        .options([
          LuaParameter("low", .optional(.number), "Below this score it is steady again; 0.2 if not given."),
          LuaParameter("high", .optional(.number), "From this score on it flaps; 0.5 if not given."),
        ])),
      "Lets a check that changes to and fro freeze the ladder; the score is the share of changes among the last 21 "
        + "probes, where newer ones weigh more."),
  ]

  /// The options of checks that may be asked from elsewhere.
  static let vantage = [
    LuaParameter(
      "vantage", .optional(.list(.string)),
      "Where it is asked from: `here`, or machines as ssh knows them, `user@host:port`, with bash and curl."),
    LuaParameter("agree", .optional(.integer), "How many of them must see it down; all if not given."),
  ]

  static func vantage(_ options: LuaArguments) throws -> Vantage? {
    guard case .list(let names) = options["vantage"] else { return nil }
    let places = try names.map { name in
      guard let text = name.string, let place = place(text) else {
        throw LuaError(
          .badArgument, "a vantage point is \(name.string.map { "\"\($0)\"" } ?? name.kind)",
          hint: "give \"here\", or a machine as user@host:port, of which the host is enough")
      }
      return place
    }
    return Vantage(places, agreeing: try options.optional("agree") ?? places.count)
  }

  private static func place(_ text: String) -> Vantage.Place? {
    if text == "here" { return .here }
    var rest = text[...]
    var host = RemoteHost("")
    if let at = rest.firstIndex(of: "@") {
      host.user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    // More than one colon is an IPv6 address.
    if let colon = rest.firstIndex(of: ":"), colon == rest.lastIndex(of: ":") {
      guard let port = Int(rest[rest.index(after: colon)...]), (1...65_535).contains(port) else { return nil }
      host.port = port
      rest = rest[..<colon]
    }
    host.address = String(rest)
    return host.address.isEmpty || host.address.hasPrefix("-") || host.user?.isEmpty == true
      ? nil : .host(host)
  }

  /// A check of a kind with these options.
  static func check(_ name: String, _ kind: Check.Kind, _ options: LuaArguments, _ pace: Pace) throws -> Check
  {
    func span(_ name: String, _ otherwise: Duration) throws -> Duration {
      try options.optional(name, as: Span.self)?.duration ?? otherwise
    }
    return Check(
      try options.optional("name") ?? name, kind, every: try span("every", pace.every),
      timeout: try span("timeout", pace.timeout), rules: try rules(kind, options))
  }

  private static func rules(_ kind: Check.Kind, _ options: LuaArguments) throws -> JudgeRules {
    // Who reports has judged already, and says it once.
    let isReported = if case .reported = kind { true } else { false }
    let count: Int = try options.optional("fall") ?? (isReported ? 1 : 3)
    let last: Int? = try options.optional("of")
    let within: Span? = try options.optional("within")
    if last != nil && within != nil {
      throw LuaError(
        .badArgument, "a check is down by `of` or by `within`, not by both",
        hint: "give `fall` and one of them, such as fall = 3, of = 5")
    }
    var rules = JudgeRules(
      fall: last.map { .of(count, last: $0) } ?? within.map { .within(count, $0.duration) } ?? .inARow(count),
      rise: try options.optional("rise") ?? (isReported ? 1 : 2),
      minSamples: try options.optional("min_samples") ?? 0,
      grace: try options.optional("grace", as: Span.self)?.duration ?? .zero)
    if !options["flap"].isNil {
      let flap = options.options("flap")
      rules.flapping = JudgeRules.Flapping(
        low: try flap.optional("low") ?? 0.2, high: try flap.optional("high") ?? 0.5)
    }
    return rules
  }
}
