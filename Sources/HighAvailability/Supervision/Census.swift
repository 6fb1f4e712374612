/// How many applications there are and which of them fail, kept up with each change so that nobody need count a hundred
/// thousand of them.
struct Census: Sendable {
  /// When the failure of each failing application is decisive, also where it isn't yet; those that failed before this
  /// supervisor watched them are taken to have failed when it began.
  private(set) var failing: [String: Duration] = [:]
  /// The same of references.
  private(set) var failingReferences: [String: Duration] = [:]
  /// Those that can't be asked from here.
  private(set) var blind: Set<String> = []
  /// How many are asked and have been probed at all.
  private(set) var count = 0

  /// Counts an application as its checks have it; as it was counted while none has said anything since they began anew.
  mutating func note(_ watched: inout Watched, inherited: Duration? = nil) {
    let watch = watched.watch
    guard watched.isAsked, watch.isWatched else { return forget(&watched) }
    guard watch.hasSpoken else { return }
    let name = watch.policy.name
    drop(name)
    if !watched.isCounted { count += 1 }
    watched.isCounted = true
    if watched.isBlind {
      blind.insert(name)
    } else if let since = watch.failingSince {
      let decisive = max(since, inherited ?? since) + watch.policy.decisionTime
      if watched.isOwn { failing[name] = decisive } else { failingReferences[name] = decisive }
    }
  }

  mutating func forget(_ watched: inout Watched) {
    if watched.isCounted { count -= 1 }
    watched.isCounted = false
    drop(watched.watch.policy.name)
  }

  private mutating func drop(_ name: String) {
    failing.removeValue(forKey: name)
    failingReferences.removeValue(forKey: name)
    blind.remove(name)
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
