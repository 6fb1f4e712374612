/// What a supervisor has seen and done since it was made, counted.
package struct Tally: Sendable {
  /// A rung's action and what came of it, such as `done`.
  package struct Deed: Sendable, Hashable {
    package let rung: Int
    package let action: String
    package let result: String
  }

  package private(set) var deeds: [Deed: Int] = [:]
  /// How often each application was found to be down.
  package private(set) var detections: [String: Int] = [:]
  /// How long it took from the first failed probe until it was decisive.
  package private(set) var detectionDelay = Spans()

  mutating func detect(_ application: String, after delay: Duration) {
    detections[application, default: 0] += 1
    detectionDelay.add(delay)
  }

  mutating func count(_ result: ActionResult, of step: Step) {
    let deed = Deed(rung: step.index, action: step.rung.action.phrase, result: result.word)
    deeds[deed, default: 0] += 1
  }
}

/// Spans of time as a histogram, and their sum.
package struct Spans: Sendable {
  private var histogram = Histogram()
  package private(set) var sum = Duration.zero

  package var count: Int { histogram.count }

  package mutating func add(_ span: Duration) {
    histogram.add(span.nanoseconds)
    sum += span
  }

  /// The span that a share of all doesn't exceed, to within 3%.
  package func quantile(_ share: Double) -> Duration { .nanoseconds(histogram.quantile(share)) }
}

extension ActionResult {
  /// What came of an attempt, in a word.
  package var word: String {
    switch self {
    case .done: "done"
    case .retry: "retry"
    case .escalate: "escalated"
    case .hold: "held"
    case .failed: "failed"
    case .unreachable: "unreachable"
    case .notBegun: "not begun"
    case .unknown: "unknown"
    }
  }
}

extension Supervisor {
  /// What it has seen and done, counted.
  package var counts: Tally { tally }

  /// How many servers may be out of service for being healed at once, from now on.
  package func set(budgets: [Budget]) {
    options.budgets = budgets
    ring()
  }
}
