import Document
package import HighAvailability

/// A policy that is tried under faults: how its checks judge, and its ladder.
///
/// What its checks ask is left out, as simulated applications have pages of their own.
package struct HealingTrial: Sendable {
  let checks: [Check]
  let ladder: Ladder

  /// - Throws: `HAError` for a policy with rungs that only its own script or stack has.
  package init(_ policy: ApplicationPolicy) throws(HAError) {
    var ladder = policy.ladder
    for (index, rung) in ladder.rungs.enumerated() {
      switch rung.action {
      case .restart, .softReboot, .hardReboot, .stopStart, .rebuild, .replace: break
      case .remoteRestart, .agentRestart: ladder.rungs[index].action = .restart(service: nil)
      case .notify(let whom, _): ladder.rungs[index].action = .notify(whom)
      case .fence, .evacuate, .moveAddress, .drain, .admit, .custom, .handler:
        throw HAError(
          .invalidPolicy, "the rung \(rung.action.phrase) of \(policy.name) can't be simulated",
          hint: "simulated are restart, reboots, stop and start, rebuild, replace and notify")
      }
    }
    self.ladder = ladder
    checks = policy.checks.filter { check in
      switch check.kind {
      case .metric, .heartbeat, .reported: false
      default: true
      }
    }
    guard !checks.isEmpty else {
      throw HAError(
        .invalidPolicy, "all checks of \(policy.name) wait for what others push, which isn't simulated",
        hint: "simulated are checks that ask")
    }
  }
}
