import Document
import EmbeddedCloud
import HTTP
import LuaRuntime

/// A fault of the embedded cloud as scripts ask for it.
struct FaultOptions {
  static let parameter = LuaParameter(
    "fault",
    .options([
      LuaParameter(
        "effect", .string,
        "`refuse`, `delay`, `lose_reply`, `lose_request` and `partition` strike requests; `fail_build` and "
          + "`stuck_build` new servers; `fail_guest` and `dead_guest` what runs in them."),
      LuaParameter("service", .optional(.string), "The service that it is meant for, such as `compute`."),
      LuaParameter("method", .optional(.string), "The method that it is meant for."),
      LuaParameter(
        "path", .optional(.string), "A part of the paths that it is meant for; `*` is any characters."),
      LuaParameter(
        "server", .optional(.string),
        "A part of the names of the servers that it is meant for, or all with `*`."),
      LuaParameter("status", .optional(.integer), "What `refuse` answers (default 503)."),
      LuaParameter("message", .optional(.string), "Why, in the refusal, the server or the guest's signal."),
      LuaParameter(
        "retry_after", .optional(.integer), "The seconds after which a refusal may be tried again."),
      LuaParameter("delay", .optional(Span.type), "How much longer half of the answers take at most."),
      LuaParameter(
        "tail", .optional(Span.type), "What one delay in a hundred exceeds; the same as `delay` if not given."
      ),
      LuaParameter(
        "times", .optional(.integer), "How many it strikes (default 1; no end of them for a partition)."),
      LuaParameter("skips", .optional(.integer), "How many go well first."),
      LuaParameter("chance", .optional(.number), "The share that it strikes, from 0 to 1 (default 1)."),
      LuaParameter(
        "span", .optional(Span.type), "For how long it strikes; until it is used up if not given."),
    ]))

  private let options: LuaArguments

  /// - Throws: `bad_argument` for what makes no sense.
  static func fault(_ arguments: LuaArguments) throws -> Fault {
    try FaultOptions(options: arguments.options("fault")).fault()
  }

  private func fault() throws -> Fault {
    let name: String = try options("effect")
    let isPartition = name == "partition"
    guard isPartition || Self.effects.contains(name) else {
      throw refusal("effect", name, among: Self.effects + ["partition"])
    }
    let times: Int64 = try options.optional("times") ?? (isPartition ? Int64(Int32.max) : 1)
    let skips: Int64 = try options.optional("skips") ?? 0
    let chance: Double = try options.optional("chance") ?? 1
    guard times > 0, skips >= 0 else {
      throw LuaError(.badArgument, "a fault can't strike \(times) times after \(skips)")
    }
    guard (0...1).contains(chance) else {
      throw LuaError(.badArgument, "chance is \(chance)", hint: "it is a share from 0 to 1")
    }
    return Fault(
      try method(), try pattern(), try effect(isPartition ? "lose_request" : name), skips: Int(skips),
      times: Int(clamping: times), chance: chance, span: try span("span"))
  }

  private static let effects = [
    "refuse", "delay", "lose_reply", "lose_request", "fail_build", "stuck_build", "fail_guest", "dead_guest",
  ]

  private func effect(_ name: String) throws -> Fault.Effect {
    let message: String? = try options.optional("message")
    switch name {
    case "refuse":
      let status: Int64 = try options.optional("status") ?? 503
      guard (400...599).contains(status) else {
        throw LuaError(
          .badArgument, "no service refuses with the status \(status)", hint: "give one from 400 to 599")
      }
      let wait: Int64? = try options.optional("retry_after")
      return .refuse(Int(status), message ?? "a fault on request", retryAfter: wait.map { Int(clamping: $0) })
    case "delay":
      guard let median = try span("delay") else {
        throw LuaError(.badArgument, "a delay needs to be told how long", hint: "give delay = \"2s\"")
      }
      return .delay(Latency(median: median, tail: try span("tail") ?? median))
    case "lose_reply": return .loseReply
    case "lose_request": return .loseRequest
    case "fail_build": return .failBuild(message ?? "No valid host was found. ")
    case "stuck_build": return .stuckBuild
    case "fail_guest": return .failGuest(message ?? "a fault on request")
    default: return .deadGuest
    }
  }

  private func method() throws -> Request.Method? {
    guard let name: String = try options.optional("method") else { return nil }
    if let method = Request.Method(rawValue: name.uppercased()) { return method }
    throw refusal("method", name, among: Request.Method.allCases.map(\.rawValue))
  }

  private func pattern() throws -> String {
    if let server: String = try options.optional("server") { return server }
    let path: String = try options.optional("path") ?? ""
    guard let name: String = try options.optional("service") else { return path }
    guard let service = Service(rawValue: name) else {
      throw refusal("service", name, among: Service.allCases.map(\.rawValue))
    }
    return service.path(matching: path)
  }

  private func span(_ name: String) throws -> Duration? {
    try options.optional(name, as: Span.self)?.duration
  }

  private func refusal(_ field: String, _ given: String, among known: [String]) -> LuaError {
    LuaError(
      .badArgument, "the embedded cloud knows no \(field) '\(given)'",
      hint: nearest(to: given, among: known).map { "did you mean '\($0)'?" }
        ?? "there are \(known.joined(separator: ", "))")
  }
}

extension CloudObject {
  static let faultSummary =
    "Makes something go wrong on the embedded cloud, to try out what a script, a stack or a policy does then."

  func fault(_ arguments: LuaArguments) async throws -> [LuaValue] {
    try await embedded().add(FaultOptions.fault(arguments))
    return []
  }

  func clearFaults() async throws -> [LuaValue] {
    try await embedded().removeFaults()
    return []
  }

  func expireTokens() async throws -> [LuaValue] {
    try await embedded().expireTokens()
    return []
  }
}
