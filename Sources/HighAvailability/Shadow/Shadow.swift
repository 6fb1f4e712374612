import StackEngine

// A dry run decides all that it would decide, and does nothing of it.
extension Supervisor.Surroundings {
  /// The same world for a supervisor that only says what it would do.
  ///
  /// It looks at applications, targets and maintenance as ever. Each action is held to have been done as soon as it is
  /// decided on; what is kept of it is kept apart, and stacks aren't told.
  package var shadow: Supervisor.Surroundings {
    var shadow = self
    shadow.remedies = ShadowRemedies(base: remedies)
    shadow.journal = ShadowJournal(journal)
    shadow.record = { _ in }
    return shadow
  }
}

extension ApplicationPolicy {
  /// The policy without the functions that act.
  package var shadow: ApplicationPolicy {
    var shadow = self
    for index in ladder.rungs.indices {
      switch ladder.rungs[index].action {
      case .custom(let name, _), .handler(let name, _):
        shadow.ladder.rungs[index].action = .custom(name: name) { _ in .recovered }
      case .remoteRestart, .agentRestart: shadow.ladder.rungs[index].action = .restart(service: nil)
      case .notify(let whom, _): shadow.ladder.rungs[index].action = .notify(whom)
      default: break
      }
    }
    return shadow
  }
}

private struct ShadowRemedies: Remedies {
  let base: any Remedies

  func readiness(of target: Target) async throws -> Readiness { try await base.readiness(of: target) }
  func reach(of action: Action, on target: Target) async throws -> Set<Target> {
    try await base.reach(of: action, on: target)
  }
  func tags(of target: Target) async throws -> [String: String] { try await base.tags(of: target) }
  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {}
  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? { nil }
}

extension HAEvent {
  /// The event as a dry run tells it.
  package var shadow: HAEvent {
    guard verb.isAction else { return self }
    return HAEvent(
      time: time, application: application, target: target, verb: verb,
      reason: "would have acted: \(reason)", rung: rung)
  }
}
