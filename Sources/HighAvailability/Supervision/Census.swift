/// How many applications there are and which of them fail, kept up with each change so that nobody need count a hundred
/// thousand of them.
struct Census: Sendable {
  /// Since when each failing application fails, also where that isn't decisive yet.
  private(set) var failing: [String: Duration] = [:]
  /// How many have been probed at all, and aren't in maintenance.
  private(set) var count = 0

  mutating func note(_ watched: inout Watched) {
    let watch = watched.watch
    guard watch.isWatched, !watch.isInMaintenance else { return forget(&watched) }
    if !watched.isCounted { count += 1 }
    watched.isCounted = true
    if let since = watch.failingSince {
      failing[watch.policy.name] = since
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
