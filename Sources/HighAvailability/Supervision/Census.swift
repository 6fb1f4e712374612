/// How many applications there are and which of them fail, kept up with each change so that nobody need count a hundred
/// thousand of them.
struct Census: Sendable {
  /// When the failure of each failing application is decisive, also where it isn't yet; those that failed before this
  /// supervisor watched them are taken to have failed when it began.
  private(set) var failing: [String: Duration] = [:]
  /// How many have been probed at all, and aren't in maintenance.
  private(set) var count = 0

  mutating func note(_ watched: inout Watched, inherited: Duration? = nil) {
    let watch = watched.watch
    guard watch.isWatched, !watch.isInMaintenance else { return forget(&watched) }
    if !watched.isCounted { count += 1 }
    watched.isCounted = true
    if let since = watch.failingSince {
      failing[watch.policy.name] = max(since, inherited ?? since) + watch.policy.decisionTime
    } else {
      failing.removeValue(forKey: watch.policy.name)
    }
  }

  mutating func forget(_ watched: inout Watched) {
    if watched.isCounted { count -= 1 }
    watched.isCounted = false
    failing.removeValue(forKey: watched.watch.policy.name)
  }
}

extension ApplicationPolicy {
  /// How long it takes at most from its first failed probe until that is decisive.
  var decisionTime: Duration {
    checks.lazy.map { check in
      switch check.rules.fall {
      case .inARow(let count), .of(let count, _): check.every * count
      case .within(_, let span): span
      }
    }.max() ?? .zero
  }
}
