import Ambience
import OrderedCollections

extension Supervisor {
  /// Watches an application from now on; its first probes follow within a check's interval.
  package func add(_ policy: ApplicationPolicy) throws(HAError) {
    guard watches[policy.name] == nil else {
      throw HAError(
        .duplicateApplication, "an application named \(policy.name) is watched already",
        hint: "remove it first, or give this one another name")
    }
    try Self.validate(policy)
    if isCircular(policy, by: \.needs) || isCircular(policy, by: { $0.parent.map { [$0] } ?? [] }) {
      throw HAError(
        .invalidPolicy, "\(policy.name) would need or be a part of itself, by way of others",
        hint: "take one of them out of `needs` or `parent`")
    }
    lastTicket += 1
    let jitter = surroundings.ambient
    let watch = Watch(policy, at: now) { $1 > 0 ? jitter.jitter($0, by: $1) : $0 }
    watches[policy.name] = Watched(watch: watch, generation: lastTicket)
    awaitClaim(now)
    for (index, check) in policy.checks.enumerated() {
      let offset = check.every * surroundings.ambient.share()
      timers.add(
        .probe(application: policy.name, generation: lastTicket, check: index), due: now + offset)
    }
    ring()
  }

  /// Watches an application no longer; an action that is under way is let finish.
  package func remove(_ name: String) throws(HAError) {
    guard let watched = watches.removeValue(forKey: name) else { throw unknown(name) }
    departures.append((name, watched))
    ring()
  }

  /// Tries all rungs again for an application that is held or given up.
  package func resume(_ name: String) throws(HAError) {
    try change(name) { $0.resume(at: $1) }
  }

  /// Says that failures in great number are real, so that actions are taken.
  package func thaw() {
    if let change = massFailures.overrule() { publish(change) }
    ring()
  }

  /// Whether so many fail at once that nothing is done.
  package var isFrozen: Bool { massFailures.isFrozen }

  /// Takes a sample that a guest pushed for an alarm.
  ///
  /// - Throws: `unknownAlarm` when no application has such an alarm. A sample of another metric than the alarm's
  ///   is dropped silently, as guests push several at once.
  package func metric(alarm: String, name: String, value: Double) throws(HAError) {
    var isKnown = false
    for key in watches.keys {
      for (index, check) in (watches[key]?.watch.policy.checks ?? []).enumerated() {
        guard case .metric(let definition) = check.kind, definition.name == alarm else { continue }
        isKnown = true
        if definition.metric == name {
          watches[key]?.watch.push(value, toCheck: index, at: now)
        }
      }
      attend(to: key)
    }
    guard isKnown else {
      throw HAError(.unknownAlarm, "no application is watched by an alarm named \(alarm)")
    }
    ring()
  }

  /// How all applications fare, in the order they were added.
  package func status() -> [ApplicationStatus] {
    let wall = surroundings.ambient.now()
    let uptime = now
    return watches.values.map { watched in
      ApplicationStatus(watched.watch) { wall + ($0 - uptime) }
    }
  }

  private func change(_ name: String, _ body: (inout Watch, Duration) -> Void) throws(HAError) {
    guard var watched = watches[name] else { throw unknown(name) }
    body(&watched.watch, now)
    watches[name] = watched
    attend(to: name)
    ring()
  }

  func unknown(_ name: String) -> HAError {
    HAError(.unknownApplication, "no application named \(name) is watched")
  }

  private static func validate(_ policy: ApplicationPolicy) throws(HAError) {
    func refuse(_ what: String) -> HAError { HAError(.invalidPolicy, "the policy of \(policy.name) \(what)") }
    guard !policy.checks.isEmpty else { throw refuse("has no checks") }
    for check in policy.checks {
      guard check.every >= .milliseconds(10) else { throw refuse("checks \(check.name) too often") }
      guard check.timeout > .zero else { throw refuse("allows no time for \(check.name)") }
      guard check.fall >= 1, check.rise >= 1 else { throw refuse("has a fall or rise below 1") }
    }
    for rung in policy.ladder.rungs {
      let name = rung.action.phrase
      guard rung.intensity >= 1, rung.intensity <= 1000 else {
        throw refuse("gives \(name) an intensity that is not from 1 to 1000")
      }
      guard rung.timeout > .zero, rung.period > .zero else { throw refuse("allows no time for \(name)") }
      guard rung.settle >= .zero else { throw refuse("has a negative settle time for \(name)") }
    }
  }
}
