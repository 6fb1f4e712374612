/// What becomes of a process that owes an answer, by its silence and by what it has used of the processor.
///
/// Another process's clock lags by up to a tick of the system, which is 4 ms at most.
struct Vigil {
  enum Verdict: Hashable {
    /// To be looked at again after so long a silence.
    case waits(Duration)
    case overran
    case silent
  }

  /// What it may take to tell that an answer will be none: on the clock, and of the processor.
  ///
  /// Who stops by himself keeps what he knows; Lua, which ends a collection before it stops, takes up to 4 ms for that.
  private static let grace = (silence: Duration.milliseconds(4), effort: Duration.milliseconds(4))

  let allowance: Allowance

  init(_ allowance: Allowance) { self.allowance = allowance }

  /// The verdict on one that has said nothing for a while, and has used so much of the processor meanwhile.
  func look(silence: Duration, used: Duration) -> Verdict {
    if silence >= allowance.patience { return .silent }
    let limit = allowance.effort + Self.grace.effort
    if silence >= first, used >= limit { return .overran }
    // It can't have come to its limit before it has used as much as it lacks.
    return .waits(min(max(silence + max(.milliseconds(1), limit - used), first), allowance.patience))
  }

  /// After what silence there may be something to see at first.
  var first: Duration { min(allowance.effort + Self.grace.silence, allowance.patience) }
}
