/// How many servers there are and which of them fail, kept up with each change so that nobody need count a hundred
/// thousand of them.
///
/// The network between is judged by servers, not by applications: those on one server fail together when that does,
/// which says nothing of the way to the others, and as long as one of them answers there is a way to it. A server
/// is whatever is the target of applications.
struct Census: Sendable {
  /// What the guard against mass failures goes by.
  struct Toll: Sendable {
    /// When the failure of each failing server is decisive at the latest, also where it isn't yet.
    fileprivate(set) var failures: [Duration] = []
    /// The same of servers about which nothing is to be done.
    fileprivate(set) var references: [Duration] = []
    /// How many can't be asked from here.
    fileprivate(set) var blind = 0
    /// How many there are.
    fileprivate(set) var servers: Int
  }

  /// What is wrong with an application.
  private struct Trouble: Sendable, Hashable {
    let server: Int
    /// When its failure is decisive; nil where it can't be asked from here.
    let decisive: Duration?
    let isOwn: Bool
  }

  /// What is wrong with all applications of a server.
  private struct Outage {
    var applications: Int32 = 0
    var isBlind = false
    var isOwn = false
    var decisive = Duration.zero

    mutating func add(_ trouble: Trouble) {
      applications += 1
      isOwn = isOwn || trouble.isOwn
      // Until the last of them failed there was an answer.
      if let time = trouble.decisive { decisive = max(decisive, time) } else { isBlind = true }
    }
  }

  private var troubles: [String: Trouble] = [:]
  /// How many applications are asked and have been probed at all, by the hash of their server, which takes less room than
  /// that.
  private var crews: [Int: Int32] = [:]
  /// What was last counted; nil when that isn't so any more.
  private var known: Toll?

  /// Counts an application as its checks have it; as it was counted while none has said anything since they began anew.
  ///
  /// One that is known to have failed counts so until they say otherwise, also where another supervisor has found that.
  /// A failure that counts anew is taken to have begun then.
  mutating func note(_ watched: inout Watched, anew: Duration? = nil) {
    let watch = watched.watch
    let hasFailed = watch.incident != nil && !watch.healths.isEmpty
    guard watched.isAsked, watch.isWatched || hasFailed else { return forget(&watched) }
    guard watch.hasSpoken || hasFailed else { return }
    let server = watch.policy.target.hashValue
    if !watched.isCounted {
      watched.isCounted = true
      crews[server, default: 0] += 1
      known = nil
    }
    if watched.isBlind {
      set(Trouble(server: server, decisive: nil, isOwn: watched.isOwn), of: watch.policy.name)
    } else if let since = watch.failingSince {
      let decisive = max(since, anew ?? since) + watch.policy.decisionTime
      set(Trouble(server: server, decisive: decisive, isOwn: watched.isOwn), of: watch.policy.name)
    } else {
      set(nil, of: watch.policy.name)
    }
  }

  mutating func forget(_ watched: inout Watched) {
    let policy = watched.watch.policy
    if watched.isCounted {
      watched.isCounted = false
      let left = crews[policy.target.hashValue, default: 1] - 1
      crews[policy.target.hashValue] = left > 0 ? left : nil
      known = nil
    }
    set(nil, of: policy.name)
  }

  private mutating func set(_ trouble: Trouble?, of name: String) {
    guard troubles[name] != trouble else { return }
    troubles[name] = trouble
    known = nil
  }

  /// Counts the servers of which no application answers.
  mutating func toll() -> Toll {
    if let known { return known }
    var outages: [Int: Outage] = [:]
    for trouble in troubles.values { outages[trouble.server, default: Outage()].add(trouble) }
    var toll = Toll(servers: crews.count)
    for (server, outage) in outages where outage.applications == crews[server] {
      if outage.isBlind {
        toll.blind += 1
      } else if outage.isOwn {
        toll.failures.append(outage.decisive)
      } else {
        toll.references.append(outage.decisive)
      }
    }
    known = toll
    return toll
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
