import HighAvailability

/// Holds what happened in a healing life to the rules that no fault excuses.
package struct HealingAudit: Sendable {
  let history: HealingHistory

  /// What mustn't have happened, each in a sentence.
  var violations: [String] {
    doubled + missed + unreached + unfounded + overspent + overlapping + truceBreaches + ladderFaults
      + endingFaults
  }

  /// The acts of which something has come, but for those inside of handlers.
  var effectiveActs: [HealingHistory.Act] { history.acts.filter { $0.hasEffect && !$0.isInsideHandler } }

  func policy(_ name: String) -> ApplicationPolicy? { history.policies.first { $0.name == name } }
}

extension HealingHistory.Act {
  /// Whether it is a step of a handler's, which may go on after a crash.
  var isInsideHandler: Bool { tag.split(separator: "/").count > 2 }

  /// The incident that it belongs to.
  var incident: Substring { tag.prefix { $0 != "/" } }
}
