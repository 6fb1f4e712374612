import Document
import OrderedCollections

extension Plan {
  /// The plan with what a policy forbids of it, as it starts from a stack.
  ///
  /// What values known only later decide is held to the policy when they are known.
  func held(to policy: StackPolicy?, from stack: StackRecord) -> Plan {
    var plan = self
    plan.policy = policy
    guard let policy else { return plan }
    let stack = stack.renamed(moves)
    plan.refusals = steps.compactMap { step in
      guard !step.isConditional, let action = step.governed(by: stack),
        let reason = policy.refusal(of: action, on: step.logicalID, type: step.type)
      else { return nil }
      return Diagnostic(
        "policy_denies", "the stack policy protects \(step.logicalID): \(reason)",
        hint: "change the policy, or override it for this update")
    }
    return plan
  }
}

extension Step {
  /// What a stack policy calls it; nil for what none is about, such as all that is done to what doesn't exist.
  fileprivate func governed(by stack: StackRecord) -> StackPolicy.Action? {
    guard let resource = stack.resources[logicalID], resource.physical != nil,
      resource.physicalName == physicalName
    else { return nil }
    return switch (action, phase) {
    case (.update, _): .modify
    case (.replace, _): .replace
    case (.delete, .cleanup), (.retain, .cleanup): .delete
    case (.create, _), (.keep, _), (.restore, _), (.skip, _), (.import, _), (.delete, _), (.retain, _): nil
    }
  }
}
