/// What to do about a failed application, from the gentlest action to the last.
package struct Ladder: Sendable {
  package var rungs: [Rung]
  /// After being healthy for this long, all counts are forgotten.
  package var resetAfter: Duration

  package init(_ rungs: [Rung], resetAfter: Duration = .seconds(1800)) {
    self.rungs = rungs
    self.resetAfter = resetAfter
  }

  /// Restart, soft reboot, hard reboot, rebuild, replace.
  package static func standard(service: String? = nil) -> Ladder {
    Ladder([
      Rung(.restart(service: service), intensity: 3, period: .seconds(600), settle: .seconds(60)),
      Rung(.softReboot),
      Rung(.hardReboot),
      Rung(.rebuild, period: .seconds(86_400), settle: .seconds(600), timeout: .seconds(1800)),
      Rung(.replace(), period: .seconds(86_400), settle: .seconds(900), timeout: .seconds(3600)),
    ])
  }
}

/// One step of a ladder, and how often it may be tried.
package struct Rung: Sendable {
  package var action: Action
  /// How many tries are allowed within `period` and within an incident; each ages by itself once that is over.
  package var intensity: Int
  package var period: Duration
  /// How long after the action failures don't count, unless it has been up meanwhile.
  package var settle: Duration
  package var backoff: Backoff
  /// The time allowed for the action.
  package var timeout: Duration

  package init(
    _ action: Action, intensity: Int = 1, period: Duration = .seconds(3600),
    settle: Duration = .seconds(180),
    backoff: Backoff = .none, timeout: Duration = .seconds(600)
  ) {
    self.action = action
    self.intensity = intensity
    self.period = period
    self.settle = settle
    self.backoff = backoff
    self.timeout = timeout
  }
}

/// The wait before the second and each later try of a rung: doubled each time up to a cap, and jittered.
package struct Backoff: Sendable, Hashable {
  package var initial: Duration
  package var maximum: Duration
  /// The share by which a wait varies either way.
  package var jitter: Double

  package init(_ initial: Duration, maximum: Duration = .seconds(300), jitter: Double = 0.25) {
    self.initial = initial
    self.maximum = maximum
    self.jitter = jitter
  }

  package static let none = Backoff(.zero, maximum: .zero, jitter: 0)

  /// The wait before an attempt counted from 1, before jitter.
  package func delay(beforeAttempt attempt: Int) -> Duration {
    guard attempt > 1 else { return .zero }
    return min(maximum, initial * (1 << min(attempt - 2, 20)))
  }
}
