import Ambience
import OrderedCollections
import StackEngine

/// What a handler works with in one run of its rung.
struct HandlerTools: Sendable {
  let powers: any HandlerPowers
  let journal: any HandlerJournal
}

/// The powers of a handler that a supervisor runs.
private struct SupervisorPowers: HandlerPowers {
  let supervisor: Supervisor
  let remedies: any Remedies

  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
    try await Fence.current?.ascertain()
    try await remedies.perform(action, on: target, for: application, tag: tag)
  }

  func trail(of tag: String, on target: Target) async throws -> OperationTrail? {
    try await remedies.trail(of: tag, on: target, waits: true)
  }

  func isHealthy(_ application: String, within span: Duration) async throws -> Bool {
    try await supervisor.isHealthy(application, within: span)
  }
}

extension Supervisor {
  func tools(of context: RungContext) -> HandlerTools {
    HandlerTools(
      powers: SupervisorPowers(supervisor: self, remedies: surroundings.remedies),
      journal: StoredHandlerJournal(
        context, store: incidents.store, lease: watches[context.application]?.lease,
        ambient: surroundings.ambient))
  }

  /// Whether an application's checks say up when they are asked now, or at some time within a span.
  ///
  /// What is pushed isn't asked. While a handler acts nothing else asks: outcomes don't count then.
  func isHealthy(_ name: String, within span: Duration) async throws -> Bool {
    let end = now + span
    while watches[name] != nil {
      // What has parts is healthy when all of them are, too.
      let family = ([name] + descendants(of: name)).compactMap { watches[$0]?.watch.policy }
        .filter { !$0.checks.isEmpty }
      if await surroundings.areUp(family) { return true }
      guard now < end else { return false }
      let pause = family.flatMap(\.checks).map(\.every).min() ?? .seconds(1)
      try await surroundings.ambient.sleep(min(max(pause, .seconds(1)), end - now))
    }
    return false
  }
}

extension Supervisor.Surroundings {
  fileprivate func areUp(_ policies: [ApplicationPolicy]) async -> Bool {
    for policy in policies where await !isUp(policy) { return false }
    return !policies.isEmpty
  }

  private func isUp(_ policy: ApplicationPolicy) async -> Bool {
    var isUp = false
    for check in policy.checks {
      let task = ProbeTask(target: policy.target, text: nil, handsOver: false)
      guard case .found(let outcome, _) = await check.probe(task, by: self) else { continue }
      if outcome.isDown { return false }
      if outcome == .up { isUp = true }
    }
    return isUp
  }
}
