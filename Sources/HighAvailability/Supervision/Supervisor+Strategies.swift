import OrderedCollections

extension Supervisor {
  /// What a step does, with the members of what belongs together where its rung doesn't name them.
  func action(of step: Step, for policy: ApplicationPolicy) -> Action {
    guard case .replace(var replacement) = step.rung.action, replacement.members.isEmpty else {
      return step.rung.action
    }
    let family: [String]
    switch replacement.strategy {
    case .oneForAll:
      guard let head = parts[policy.name] == nil ? policy.relations.parent : policy.name else {
        return step.rung.action
      }
      family = [head] + descendants(of: head)
    case .oneForOne, .restForOne:
      guard policy.target.isStack else { return step.rung.action }
      family = failingParts(of: policy.name)
    }
    let targets = Set(family.compactMap { watches[$0]?.watch.policy.target })
    let members = targets.filter { $0.stack == policy.target.stack && !$0.isStack }
    replacement.members = members.map(\.logicalID).sorted()
    replacement.areFamily = true
    return .replace(replacement)
  }

  /// The parts of an application that have given up, and in their place the parts of theirs where they have no resource.
  func failingParts(of name: String) -> [String] {
    (watches[name]?.watch.incident?.parts.keys ?? []).flatMap { part in
      watches[part]?.watch.policy.target.isStack ?? false ? failingParts(of: part) : [part]
    }
  }

  /// What is in maintenance of all that a step would take along, which nobody is to touch.
  func rest(within answer: Answer, _ ticket: ActionTicket) -> String? {
    guard answer.reach.count > 1 else { return nil }
    let resting = watches.values.first { other in
      let target = other.watch.policy.target
      return other.watch.isInMaintenance && target != ticket.target && answer.reach.contains(target)
    }
    return resting.map { "\($0.watch.policy.name), which this would take along, is in maintenance" }
  }

  /// What the budgets have against all that a step would take along; of its own target they were asked before.
  func excess(of answer: Answer, _ ticket: ActionTicket) -> String? {
    guard answer.readiness == .ready, answer.reach.count > 1,
      let policy = watches[ticket.application]?.watch.policy
    else { return nil }
    return excess(of: answer.reach, policy)
  }
}
