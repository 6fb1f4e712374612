import Document
package import HTTP

/// Something that goes wrong on purpose, with the requests or the servers that it is meant for.
package struct Fault: Sendable {
  package enum Effect: Sendable {
    /// The service refuses with a status and a message, and does nothing.
    case refuse(Int, String, retryAfter: Int? = nil)
    /// The answer takes longer; when that is longer than the client waits, nothing is done.
    case delay(Latency)
    /// The service does what it is asked, but its answer is lost.
    case loseReply
    /// The request is lost: nothing is done, and the client waits for as long as it does.
    case loseRequest
    /// A new server ends in ERROR with this message.
    case failBuild(String)
    /// A new server stays in BUILD.
    case stuckBuild
    /// A guest's script fails, and signals so with this reason.
    case failGuest(String)
    /// A guest never boots: its server is active, but nothing answers.
    case deadGuest
    /// A reboot or a rebuild ends in ERROR with this message.
    case failAction(String)
    /// A reboot or a rebuild never ends.
    case stuckAction
  }

  /// What a request's method must be; nil for any.
  package let method: Request.Method?
  /// A part of the request's path, such as `/servers`, or all of it with `*` for any characters; for servers and
  /// guests a part of the server's name, or all of it.
  package let path: String
  package let effect: Effect
  /// The share of those it is meant for that it strikes, by chance.
  package let chance: Double
  /// How many go well first.
  package var skips: Int
  /// How many it strikes.
  package var times: Int
  /// How long after it was asked for it still strikes; nil for as long as it takes.
  package let span: Duration?

  package init(
    _ method: Request.Method?, _ path: String, _ effect: Effect, skips: Int = 0, times: Int = 1,
    chance: Double = 1, span: Duration? = nil
  ) {
    self.method = method
    self.path = path
    self.effect = effect
    self.skips = skips
    self.times = times
    self.chance = chance
    self.span = span
  }

  /// No request reaches a service, until the span is over or the faults are removed.
  package static func partition(_ service: Service, for span: Duration? = nil) -> Fault {
    Fault(nil, service.path(matching: ""), .loseRequest, times: .max, span: span)
  }

  /// A fault of every new server, or of those whose names match.
  package static func servers(_ name: String = "", _ effect: Effect, skips: Int = 0, times: Int = 1) -> Fault
  {
    Fault(nil, name, effect, skips: skips, times: times)
  }
}

extension Service {
  /// The pattern of its paths that have a part, or of all.
  package func path(matching part: String) -> String { "/\(rawValue)/*\(part)" + (part.isEmpty ? "" : "*") }
}

extension Fault.Effect {
  /// What strikes at which time.
  enum Target { case request, build, guest, action }

  var target: Target {
    switch self {
    case .refuse, .delay, .loseReply, .loseRequest: .request
    case .failBuild, .stuckBuild: .build
    case .failGuest, .deadGuest: .guest
    case .failAction, .stuckAction: .action
    }
  }

  var refusal: Refusal? {
    guard case .refuse(let status, let message, let delay) = self else { return nil }
    var refusal = Refusal(status, message)
    if let delay { refusal.headers["Retry-After"] = String(delay) }
    return refusal
  }
}
