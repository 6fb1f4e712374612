/// Sees when so many servers fail at once that the watcher's own network is the likelier culprit.
package struct MassFailureGuard: Sendable {
  package struct Limits: Sendable, Hashable {
    /// The share of the watched servers that may fail at once.
    package var share: Double
    /// With fewer servers than this there is no guard.
    package var minimum: Int
    /// How close together failures must begin to count as one.
    package var window: Duration
    /// How many actions may be taken within a window all the same.
    package var allowance: Int

    package init(
      share: Double = 0.5, minimum: Int = 4, window: Duration = .seconds(120), allowance: Int = 0
    ) {
      self.share = share
      self.minimum = minimum
      self.window = window
      self.allowance = allowance
    }
  }

  package enum Change: Sendable, Hashable {
    case froze(String)
    case thawed(String)
  }

  package let limits: Limits
  /// Why nothing is done; nil where actions are taken.
  package private(set) var suspicion: String?
  package var isFrozen: Bool { suspicion != nil }
  private var isOverruled = false
  /// Whether it has to see how failures go on, also where nothing is to be done: it has frozen, or a person's word holds
  /// until they are over.
  var isConcerned: Bool { isFrozen || isOverruled }
  private var allowed: [Duration] = []

  package init(_ limits: Limits) { self.limits = limits }

  /// Looks at all servers again: since when each failing one fails, or when that is decisive at the latest, and how many
  /// have been probed at all.
  ///
  /// What has failed for long tells nothing of the network now, so those that fail at once are compared with the others.
  /// Those that can't be asked from here count like them, for however long that has been so. References are those about
  /// which nothing is to be done: of them what has failed for long is left out altogether, for it may have been stopped
  /// on purpose.
  package mutating func judge(
    failures: [Duration], references: [Duration] = [], blind: Int = 0, of watched: Int, at now: Duration
  ) -> Change? {
    let failing = failures.count + references.count
    let lately = { [window = limits.window] (failure: Duration) in now - failure <= window }
    let recent = failures.count(where: lately) + references.count(where: lately)
    // Once there was reason to doubt, that fewer are watched by now is none to believe.
    let isLikely = Double(failing + blind) > limits.share * Double(watched)
    if !isLikely { isOverruled = false }
    if isFrozen && !isLikely {
      suspicion = nil
      return .thawed(
        "\(failing) of \(watched) servers fail now" + (blind > 0 ? ", and \(blind) can't be asked" : ""))
    }
    guard !isFrozen, !isOverruled else { return nil }
    let stopped = references.count { !lately($0) }
    guard isTooMany(recent + blind, of: watched - stopped, without: failing - recent - stopped) else {
      return nil
    }
    let reason =
      "\(recent) of \(watched) servers failed within \(limits.window.phrase)"
      + (blind > 0 ? ", and \(blind) can't be asked" : "")
      + ": the fault may be in the network between, so nothing is done; `kiln ha thaw` says that it isn't"
    suspicion = reason
    return .froze(reason)
  }

  mutating func judge(_ toll: Census.Toll, at now: Duration) -> Change? {
    judge(
      failures: toll.failures, references: toll.references, blind: toll.blind, of: toll.servers, at: now)
  }

  /// Whether an action may be taken now; counts it when it is allowed while frozen.
  package mutating func mayAct(at now: Duration) -> Bool {
    guard isFrozen else { return true }
    allowed.removeAll { now - $0 >= limits.window }
    guard allowed.count < limits.allowance else { return false }
    allowed.append(now)
    return true
  }

  /// A person's word that the failures are real.
  package mutating func overrule() -> Change? {
    isOverruled = true
    guard isFrozen else { return nil }
    suspicion = nil
    return .thawed("someone said so")
  }

  private func isTooMany(_ count: Int, of watched: Int, without others: Int) -> Bool {
    watched >= limits.minimum && Double(count) > limits.share * Double(watched - others)
  }
}
