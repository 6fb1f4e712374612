import HighAvailability

/// Holds what happened in a healing life to the rules that no fault excuses.
package struct HealingAudit: Sendable {
  let history: HealingHistory
  let kin: Kinship

  init(history: HealingHistory) {
    self.history = history
    kin = Kinship(history.policies)
  }

  /// What mustn't have happened, each in a sentence.
  var violations: [String] {
    doubled + missed + unreached + unfounded + overspent + overlapping + truceBreaches + ladderFaults
      + familyFaults + endingFaults
  }

  /// The acts of which something has come, but for those inside of handlers.
  var effectiveActs: [HealingHistory.Act] { history.acts.filter { $0.hasEffect && !$0.isInsideHandler } }

  func policy(_ name: String) -> ApplicationPolicy? { history.policies.first { $0.name == name } }

  /// Whether an application has parts and no checks.
  func isScope(_ name: String) -> Bool { policy(name)?.checks.isEmpty ?? false }
}

extension HealingHistory.Act {
  /// The servers that it takes out of service.
  var servers: Set<Target> { reach.isEmpty ? [target] : reach }

  /// Whether it is a step of a handler's, which may go on after a crash.
  var isInsideHandler: Bool { tag.split(separator: "/").count > 2 }

  /// The incident that it belongs to.
  var incident: Substring { tag.prefix { $0 != "/" } }
}
