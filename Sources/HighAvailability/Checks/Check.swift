/// A question asked again and again to learn whether an application works, and how many answers decide.
package struct Check: Sendable {
  package enum Kind: Sendable {
    /// Something accepts TCP connections there.
    case tcp(address: LateText, port: Int)
    /// A GET is answered as expected.
    case http(url: LateText, HTTPExpectation)
    /// Nova says that the server of this id is active.
    case server(id: LateText)
    /// Samples that guests push decide.
    case metric(MetricAlarm)
    /// Anything else; what it throws counts as unknown.
    case custom(@Sendable () async throws -> Outcome)
  }

  package var name: String
  package var kind: Kind
  package var every: Duration
  /// The time allowed for one probe.
  package var timeout: Duration
  /// How many failures in a row make it down.
  package var fall: Int
  /// How many successes in a row make it up.
  package var rise: Int
  /// How long failures don't count after the start, unless it has been up meanwhile.
  package var grace: Duration

  package init(
    _ name: String, _ kind: Kind, every: Duration = .seconds(10), timeout: Duration = .seconds(5),
    fall: Int = 3,
    rise: Int = 2, grace: Duration = .seconds(120)
  ) {
    self.name = name
    self.kind = kind
    self.every = every
    self.timeout = timeout
    self.fall = fall
    self.rise = rise
    self.grace = grace
  }

  /// A check that goes by pushed samples.
  package static func metric(_ alarm: MetricAlarm) -> Check {
    Check(alarm.name, .metric(alarm), every: .seconds(60), fall: 1, rise: 1, grace: .zero)
  }
}

/// What a check wants of an HTTP response.
package struct HTTPExpectation: Sendable, Hashable {
  /// The statuses that are fine; empty allows 200 to 399.
  package var statuses: Set<Int>
  /// A text that the body must contain.
  package var bodyContains: String?

  package init(statuses: Set<Int> = [], bodyContains: String? = nil) {
    self.statuses = statuses
    self.bodyContains = bodyContains
  }

  /// Judges a response.
  package func outcome(status: Int, body: [UInt8]) -> Outcome {
    let isFine = statuses.isEmpty ? (200..<400).contains(status) : statuses.contains(status)
    guard isFine else { return .down("HTTP status \(status)") }
    guard let bodyContains else { return .up }
    let text = String(decoding: body, as: UTF8.self)
    return text.contains(bodyContains) ? .up : .down("the page doesn't contain \"\(bodyContains)\"")
  }
}
