import Ambience
import OrderedCollections

extension Supervisor {
  /// Watches an application from now on; its first probes follow within each check's interval.
  package func add(_ policy: ApplicationPolicy) throws(HAError) {
    guard watches[policy.name] == nil else {
      throw HAError(
        .duplicateApplication, "an application named \(policy.name) is watched already",
        hint: "remove it first, or give this one another name")
    }
    try Self.validate(policy)
    if isCircular(policy, by: \.relations.needs)
      || isCircular(policy, by: { $0.relations.parent.map { [$0] } ?? [] })
    {
      throw HAError(
        .invalidPolicy, "\(policy.name) would need or be a part of itself, by way of others",
        hint: "take one of them out of `needs` or `parent`")
    }
    adopt(policy)
    var policy = policy
    for index in policy.checks.indices { policy.checks[index].share(&manners) }
    lastTicket += 1
    let watch = Watch(policy, at: now, jitter: jitter)
    var watched = Watched(watch: watch, generation: lastTicket, seats: .many([]))
    seat(&watched)
    watches[policy.name] = watched
    awaitClaim(now)
    ring()
  }

  /// Makes room for so many applications, which takes less of it than to grow again and again.
  package func reserve(_ count: Int) {
    watches.reserveCapacity(count)
    native.reserve(count)
  }

  /// Watches an application no longer; an action that is under way is let finish.
  package func remove(_ name: String) throws(HAError) {
    guard var watched = watches.removeValue(forKey: name) else { throw unknown(name) }
    dismiss(&watched)
    departures.append((name, watched))
    if let parent = watched.watch.policy.relations.parent, leads(parent) {
      watches[parent]?.watch.relieve(of: name, at: now)
      attend(to: parent)
    }
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

  /// Why nothing is done; nil where actions are taken.
  package var suspicion: String? { massFailures.suspicion }

  /// Takes a sample that a guest pushed for an alarm.
  ///
  /// - Throws: `unknownAlarm` when no application has such an alarm. A sample of another metric than the alarm's
  ///   is dropped silently, as guests push several at once.
  package func metric(alarm: String, name: String, value: Double) throws(HAError) {
    var isKnown = false
    for key in watches.keys {
      for (index, check) in (watches[key]?.watch.policy.checks ?? []).enumerated() {
        guard case .metric(let definition) = check.kind,
          definition.name == alarm || definition.reference == alarm
        else { continue }
        isKnown = true
        _ = hear(.sample(value, metric: name), at: index, of: key)
      }
    }
    guard isKnown else {
      throw HAError(.unknownAlarm, "no application is watched by an alarm named \(alarm)")
    }
    ring()
  }

  /// Takes the word of a guest that an application lives, for its heartbeat checks, or for the one that is named.
  ///
  /// - Throws: `unknownApplication`; `unknownCheck` when it has no such check.
  package func heartbeat(_ name: String, check: String? = nil) throws(HAError) {
    guard let watched = watches[name] else { throw unknown(name) }
    var isKnown = false
    for (index, own) in watched.watch.policy.checks.enumerated() where check == nil || check == own.name {
      guard case .heartbeat = own.kind else { continue }
      isKnown = true
      _ = hear(.beat, at: index, of: name)
    }
    guard isKnown else {
      throw HAError(
        .unknownCheck, "the application \(name) has no heartbeat check" + (check.map { " named \($0)" } ?? "")
      )
    }
    ring()
  }

  /// Takes what others report on a check of their own, such as the holder of a webhook's address.
  ///
  /// - Throws: `unknownApplication`; `unknownCheck` when it has no such check.
  package func report(_ outcome: Outcome, of name: String, check: String) throws(HAError) {
    guard let watched = watches[name] else { throw unknown(name) }
    let index = watched.watch.policy.checks.firstIndex { own in
      if case .reported = own.kind { own.name == check } else { false }
    }
    guard let index else {
      throw HAError(
        .unknownCheck, "the application \(name) has no check named \(check) that others report on")
    }
    _ = hear(.outcome(outcome), at: index, of: name)
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
    if policy.checks.isEmpty, policy.relations.scope == .application {
      throw HAError(
        .invalidPolicy, "the policy of \(policy.name) has no checks",
        hint: "what has parts only is of another scope: service, server, group or stack")
    }
    guard !policy.target.isStack || policy.relations.scope == .stack else { throw refuse("has no resource") }
    for check in policy.checks {
      try check.validate()
      guard !check.asksTarget || !policy.target.isStack else {
        throw HAError(
          .invalidPolicy,
          "the policy of \(policy.name) has no resource whose guest agent \(check.name) could ask",
          hint: "name the check's `server`, such as server = \"${Web}\"")
      }
    }
    for rung in policy.ladder.rungs {
      let name = rung.action.phrase
      guard rung.intensity >= 1, rung.intensity <= 1000 else {
        throw refuse("gives \(name) an intensity that is not from 1 to 1000")
      }
      guard rung.timeout > .zero, rung.period > .zero else { throw refuse("allows no time for \(name)") }
      if policy.target.isStack, !rung.action.suitsStacks {
        throw HAError(
          .invalidPolicy, "the policy of \(policy.name) has no resource for \(name) to act on",
          hint: "name its `resource`, or use replace, notify or a handler")
      }
      guard rung.settle >= .zero else { throw refuse("has a negative settle time for \(name)") }
      try validate(rung, of: policy.name)
    }
  }

  private static func validate(_ rung: Rung, of application: String) throws(HAError) {
    func refuse(_ what: String, _ hint: String?) -> HAError {
      HAError(.invalidPolicy, "the restart of \(application) \(what)", hint: hint)
    }
    switch rung.action {
    case .remoteRestart(_, let command): try command.validate(refuse)
    case .agentRestart(let agent, let command):
      try agent.validate(refuse)
      try GuestAgent.validate(command: command, refuse)
      guard rung.timeout >= GuestAgent.leastTime else {
        throw refuse(
          "has \(rung.timeout.phrase) for a guest agent's answer",
          "libvirt itself waits for it for up to 5 s: a timeout of \(GuestAgent.leastTime.phrase) or more")
      }
    default: break
    }
  }
}
