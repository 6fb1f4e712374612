/// How long somebody may take for an answer before he is held to be lost.
package struct Allowance: Sendable, Hashable {
  /// Of the processor.
  package let effort: Duration
  /// On the clock, however busy the machine is.
  package let patience: Duration

  package init(effort: Duration, patience: Duration) {
    self.effort = effort
    self.patience = patience
  }

  /// The longer of each.
  package func joined(_ other: Allowance) -> Allowance {
    Allowance(effort: max(effort, other.effort), patience: max(patience, other.patience))
  }
}

/// What becomes of a process that owes an answer, by its silence and by what it has used of the processor.
///
/// Another process's clock lags by up to a tick of the system, which is 4 ms at most.
struct Vigil {
  enum Verdict: Hashable {
    /// To be looked at again after so long a silence.
    case waits(Duration)
    /// It computes for so long that others go before it from now on.
    case givesWay
    case overran
    case silent
  }

  /// How long answers take; who computes for longer gives way.
  static let answer = Duration.milliseconds(5)
  /// What it takes to tell that an answer will be none.
  private static let grace = Duration.milliseconds(3)

  let allowance: Allowance
  private(set) var hasGivenWay: Bool

  init(_ allowance: Allowance, hasGivenWay: Bool) {
    self.allowance = allowance
    self.hasGivenWay = hasGivenWay
  }

  /// The verdict on one that has said nothing for a while, and has used so much of the processor meanwhile.
  mutating func look(silence: Duration, used: Duration) -> Verdict {
    if silence >= allowance.patience { return .silent }
    if !hasGivenWay, silence >= Self.answer, used >= Self.answer / 2 {
      hasGivenWay = true
      return .givesWay
    }
    let limit = allowance.effort + Self.grace / 2
    let least = allowance.effort + Self.grace
    if silence >= least, used >= limit { return .overran }
    var next = silence < least ? least : silence + max(.milliseconds(1), limit - used)
    if !hasGivenWay {
      let sooner = silence + max(.milliseconds(1), Self.answer / 2 - used)
      next = min(next, max(Self.answer, sooner))
    }
    return .waits(min(next, allowance.patience))
  }
}
