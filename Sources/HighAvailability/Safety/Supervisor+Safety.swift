import OrderedCollections

extension Supervisor {
  /// Why a step mustn't be taken now, though its time has come; nil when it may be.
  func obstacle(to step: Step, of policy: ApplicationPolicy) -> Obstacle? {
    if let need = unhealedNeed(of: policy) {
      return Obstacle(reason: "\(need), which it needs, is healed first", changesMuch: true)
    }
    guard step.rung.action.disturbsServer else { return nil }
    return options.budgets.lazy.compactMap { self.excess($0, policy) }.first
      .map { Obstacle(reason: $0, changesMuch: false) }
  }

  /// The application that must be healed first, for this one can't work without it.
  private func unhealedNeed(of policy: ApplicationPolicy) -> String? {
    policy.relations.needs.first { name in
      guard let watched = watches[name], watched.isOwn, case let watch = watched.watch else { return false }
      switch watch.phase {
      case .held, .gaveUp: return false
      case .watching, .planned, .asking, .acting, .settling: return watch.failingSince != nil
      }
    }
  }

  /// What a budget has against one more of an application's family being out of service.
  private func excess(_ budget: Budget, _ policy: ApplicationPolicy) -> String? {
    guard let family = budget.family(of: policy) else { return nil }
    let members = watches.values.filter { budget.family(of: $0.watch.policy) == family }
    let targets = Set(members.map(\.watch.policy.target))
    let healed = Set(members.filter(\.watch.isOutOfService).map(\.watch.policy.target))
      .subtracting([policy.target])
    let allowance = budget.allowance(of: targets.count)
    guard healed.count >= allowance else { return nil }
    return "\(healed.count) of \(targets.count) of \(budget.phrase(family)) are being healed,"
      + " and \(allowance) may be at once"
  }

  // MARK: - Parents

  /// Tells the parent of an application that has given up, which counts that as a failure of its own.
  func tellParent(of name: String, _ reason: String) {
    guard let parent = watches[name]?.watch.policy.relations.parent, leads(parent) else { return }
    watches[parent]?.watch.count(failureOf: name, reason, at: now)
    attend(to: parent)
  }

  /// Tells parents of what has given up while nobody led both: the application that is led now, or parts of it.
  func tellParents(by name: String) {
    guard hasParents else { return }
    for (part, watched) in watches where part == name || watched.watch.policy.relations.parent == name {
      if leads(part), case .gaveUp(let reason) = watched.watch.phase { tellParent(of: part, reason) }
    }
  }

  /// Looks anew at the parts of an application for which something was done: they may be healed.
  func lookAgainAtParts(of name: String, settle: Duration) {
    for (part, watched) in watches where watched.watch.policy.relations.parent == name {
      watches[part]?.watch.lookAgain(settle: settle, at: now)
      attend(to: part)
    }
  }

  /// Whether an application needs or belongs to itself, by way of others.
  func isCircular(_ policy: ApplicationPolicy, by next: (ApplicationPolicy) -> [String]) -> Bool {
    var open = next(policy)
    var seen: Set<String> = []
    while let name = open.popLast() {
      if name == policy.name { return true }
      guard seen.insert(name).inserted, let other = watches[name]?.watch.policy else { continue }
      open += next(other)
    }
    return false
  }
}

/// What keeps a step from being taken for now.
struct Obstacle {
  let reason: String
  /// Whether things may be quite different once it is out of the way, so that the checks judge anew then.
  let changesMuch: Bool
}

extension Watch {
  /// Whether its server is out of service for being healed.
  var isOutOfService: Bool {
    switch phase {
    case .acting(let step): step.rung.action.disturbsServer
    case .asking(let plan): plan.step.rung.action.disturbsServer
    case .settling: incident?.lastStep?.rung.action.disturbsServer ?? false
    case .watching, .planned, .held, .gaveUp: false
    }
  }

  /// Lets a planned step wait for an obstacle to go.
  package mutating func postpone(_ reason: String, changesMuch: Bool, at now: Duration) {
    guard case .planned(var plan) = phase else { return }
    plan.wasBusy = plan.wasBusy || changesMuch
    wait(reason, plan, at: now)
  }

  /// Counts that one of its parts has given up as one failure of its own.
  package mutating func count(failureOf part: String, _ reason: String, at now: Duration) {
    guard !isInMaintenance else { return }
    fall("\(part) gave up: \(reason)", since: now, at: now)
    incident?.isOfPart = true
  }

  /// Goes on after giving up, since something was done that may have helped.
  package mutating func lookAgain(settle: Duration, at now: Duration) {
    guard case .gaveUp = phase else { return }
    startChecksAfresh(grace: settle, at: now)
    phase = .settling
  }
}
