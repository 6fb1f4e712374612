/// The judge of one check: turns single outcomes into up and down.
///
/// A streak of `fall` failures makes it down, of `rise` successes up; what is unknown counts for neither and
/// breaks no streak.
package struct Health: Sendable, Hashable {
  package enum State: String, Sendable {
    /// Not judged yet, since the start or since the last action.
    case pending
    case up
    case down
  }

  package enum Transition: Sendable, Hashable {
    case wentUp
    /// Says what failed, how often and in what time: `connection refused 3 times in 20 s`.
    case wentDown(String)
  }

  package private(set) var state = State.pending
  package private(set) var last: Outcome?
  /// When the present streak of failures began, also of those that don't count yet.
  package private(set) var failingSince: Duration?
  private let fall: Int
  private let rise: Int
  private var failures = 0
  private var successes = 0
  private var streakStart = Duration.zero
  private var graceEnd: Duration

  /// A judge whose grace begins now.
  package init(fall: Int, rise: Int, grace: Duration, at now: Duration) {
    self.fall = max(1, fall)
    self.rise = max(1, rise)
    graceEnd = now + grace
  }

  /// Counts one outcome, and returns the change of state that it made, if any.
  package mutating func observe(_ outcome: Outcome, at now: Duration) -> Transition? {
    last = outcome
    switch outcome {
    case .unknown: return nil
    case .up: return succeed()
    case .down(let reason): return fail(reason, at: now)
    }
  }

  /// Forgets all counts, and lets failures pass for a while: something was done that takes time to show.
  package mutating func startAfresh(grace: Duration, at now: Duration) {
    state = .pending
    failures = 0
    successes = 0
    failingSince = nil
    graceEnd = now + grace
  }

  private mutating func succeed() -> Transition? {
    failures = 0
    failingSince = nil
    successes += 1
    guard state != .up, successes >= rise else { return nil }
    state = .up
    return .wentUp
  }

  private mutating func fail(_ reason: String, at now: Duration) -> Transition? {
    successes = 0
    if failingSince == nil { failingSince = now }
    guard state == .up || now >= graceEnd else { return nil }
    if failures == 0 { streakStart = now }
    failures += 1
    guard state != .down, failures >= fall else { return nil }
    state = .down
    if failures == 1 { return .wentDown(reason) }
    return .wentDown("\(reason) \(failures) times in \((now - streakStart).phrase)")
  }
}
