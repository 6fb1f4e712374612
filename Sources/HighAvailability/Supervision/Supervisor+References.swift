import OrderedCollections

// Whether the watcher's own network is at fault shows in what else it can reach. So where it looks after few
// servers, others are asked as references: applications in maintenance, and those that another supervisor leads.
// Nothing comes of what their checks say but doubt.
extension Supervisor {
  /// How many servers are asked, where there are so many: fewer tell too little.
  private static let sample = 32

  /// Chooses the references, and passes on to the judges what that means for them.
  func chooseReferences() {
    var servers = ownServers()
    // Who looks after nothing does nothing either.
    let isWanted = !servers.isEmpty && servers.count < Self.sample
    guard isWanted || hasReferences else { return }
    hasReferences = false
    for name in watches.keys {
      guard let watched = watches[name] else { continue }
      let isReference =
        isWanted && watched.mayBeReference && servers.count < Self.sample
        && servers.insert(watched.watch.policy.target).inserted
      if isReference { hasReferences = true }
      guard isReference != watched.isReference else { continue }
      watches[name]?.isReference = isReference
      if isReference { watches[name]?.watch.startChecksAfresh(grace: .zero, at: now) }
      attend(to: name)
    }
  }

  /// Servers that this supervisor looks after, as many as make a sample.
  private func ownServers() -> Set<Target> {
    var found: Set<Target> = []
    for watched in watches.values where watched.isOwn && !watched.watch.isScope {
      found.insert(watched.watch.policy.target)
      if found.count == Self.sample { break }
    }
    return found
  }
}

extension Watched {
  /// Whether this supervisor is the one that looks after it, and may.
  var isOwn: Bool { isLed && !watch.isInMaintenance }

  /// Whether it tells of the network when it is asked, and nothing else comes of that.
  var mayBeReference: Bool {
    guard !isOwn, !hasEnded else { return false }
    return watch.policy.checks.contains(where: \.asksByNetwork)
      && !watch.policy.checks.contains(where: \.runsSomething)
  }

  /// Whether its checks are asked.
  var isAsked: Bool { isOwn || isReference }

  /// Whether outcomes of its checks are wanted at present.
  var isListenedTo: Bool { !watch.isHeld || isReference }

  /// Whether nothing is known of it at present since it can't be asked from here.
  var isBlind: Bool {
    var asks = false
    for (index, check) in watch.policy.checks.enumerated() where check.asksByNetwork {
      guard watch.isObscure(index), !seats[index].isUnresolved else { return false }
      asks = true
    }
    return asks
  }

  /// What keeps its checks from telling whether it is still down; nil when they can, or never said so.
  var doubt: String? { watch.doubt { seats[$0].isUnresolved } }
}

extension Watch {
  /// What keeps the checks that said down from telling whether that is still so; nil when they can, or none did.
  ///
  /// Those that have nothing to ask now have nothing new to tell either.
  func doubt(unresolved: (Int) -> Bool = { _ in false }) -> String? {
    let down = healths.indices.filter { healths[$0].state == .down }
    guard let first = down.first, incident?.isOfPart != true,
      down.allSatisfy({ isObscure($0) && !unresolved($0) })
    else { return nil }
    return "check \(policy.checks[first].name) can't tell: \(healths[first].last?.reason ?? "")"
  }

  /// Whether the newest that a check says, where it asks, is that it can't tell.
  fileprivate func isObscure(_ check: Int) -> Bool {
    guard case .unknown = healths[check].last else { return false }
    return policy.checks[check].isAsked
  }
}

extension Check {
  /// Whether it asks; others wait for what is pushed.
  fileprivate var isAsked: Bool {
    switch kind {
    case .metric, .heartbeat, .reported: false
    case .tcp, .http, .dns, .ssh, .guestAgent, .server, .cloud, .custom: true
    }
  }

  /// Whether it runs what others have written, which may do more than ask.
  fileprivate var runsSomething: Bool {
    switch kind {
    case .ssh, .custom: true
    case .guestAgent(_, _, let command): command != nil
    case .tcp, .http, .dns, .server, .cloud, .metric, .heartbeat, .reported: false
    }
  }

  /// Whether it asks by a network of which it notices when there is no way.
  fileprivate var asksByNetwork: Bool {
    switch kind {
    case .tcp, .http, .dns: true
    case .metric, .heartbeat, .reported, .ssh, .guestAgent, .server, .cloud, .custom: false
    }
  }
}
