/// What somebody has to say of a check, without being asked.
package enum Push: Sendable, Hashable {
  /// The application lives.
  case beat
  case outcome(Outcome)
  /// A sample of a metric; of the check's own where no name is given.
  case sample(Double, metric: String?)

  var phrase: String {
    switch self {
    case .beat: "a heartbeat"
    case .outcome(let outcome): outcome.description
    case .sample(let value, let metric): (metric.map { "\($0) " } ?? "") + "\(value)"
    }
  }
}

/// What became of what somebody had to say.
package struct PushReceipt: Sendable, Hashable {
  package enum Effect: Sendable, Hashable {
    case counted
    /// It counts as soon as it can, unless something newer is said before; why not yet.
    case kept(String)
    /// It counts for nothing, and why.
    case dropped(String)
  }

  package let push: Push
  package let effect: Effect
  /// How the application fares now.
  package let state: ApplicationStatus.State
}
