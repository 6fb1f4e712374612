/// What becomes of a process that owes an answer, by its silence and by what it has used of the processor.
///
/// Another process's clock lags by up to a tick of the system, which is 4 ms at most.
struct Vigil {
  enum Verdict: Hashable {
    /// To be looked at again after so long a silence.
    case waits(Duration)
    /// It has used half of what it may, and others go before it from now on.
    case givesWay
    case overran
    case silent
  }

  /// What it may take to tell that an answer will be none: on the clock, and of the processor.
  private static let grace = (silence: Duration.milliseconds(3), effort: Duration.microseconds(2500))

  let allowance: Allowance
  private(set) var hasGivenWay: Bool

  init(_ allowance: Allowance, hasGivenWay: Bool) {
    self.allowance = allowance
    self.hasGivenWay = hasGivenWay
  }

  /// The verdict on one that has said nothing for a while, and has used so much of the processor meanwhile.
  mutating func look(silence: Duration, used: Duration) -> Verdict {
    if silence >= allowance.patience { return .silent }
    let half = allowance.effort / 2
    if !hasGivenWay, used >= half {
      hasGivenWay = true
      return .givesWay
    }
    let limit = allowance.effort + Self.grace.effort
    let least = allowance.effort + Self.grace.silence
    if silence >= least, used >= limit { return .overran }
    // It can't have come to its next mark before it has used as much as it lacks.
    let next = silence + max(.milliseconds(1), (hasGivenWay ? limit : half) - used)
    return .waits(min(hasGivenWay ? max(next, least) : next, allowance.patience))
  }

  /// After what silence there may be something to see at first.
  var first: Duration {
    min(hasGivenWay ? allowance.effort + Self.grace.silence : allowance.effort / 2, allowance.patience)
  }
}
