import OrderedCollections

extension Supervisor {
  /// Why a step mustn't be taken now, though its time has come; nil when it may be.
  func obstacle(to step: Step, of policy: ApplicationPolicy) -> Obstacle? {
    if let obstacle = familyObstacle(to: policy) { return obstacle }
    if let need = unhealedNeed(of: policy) {
      return Obstacle(reason: "\(need), which it needs, is healed first", changesMuch: true)
    }
    guard step.rung.action.disturbsServer else { return nil }
    return excess(of: [policy.target], policy).map { Obstacle(reason: $0, changesMuch: false) }
  }

  /// What the budgets have against some targets being out of service for an application's sake.
  func excess(of reach: Set<Target>, _ policy: ApplicationPolicy) -> String? {
    options.budgets.lazy.compactMap { self.excess($0, policy, reach) }.first
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

  /// What a budget has against more of an application's family being out of service; a step that takes more along than
  /// there may be at once is taken alone.
  private func excess(_ budget: Budget, _ policy: ApplicationPolicy, _ reach: Set<Target>) -> String? {
    guard let family = budget.family(of: policy) else { return nil }
    let members = watches.values.filter { budget.family(of: $0.watch.policy) == family }
    let targets = Set(members.map(\.watch.policy.target).filter { !$0.isStack })
    // What was done for all of them stands in the way of none, and what was done for parts not in that of the whole: they
    // wait for what is done for it.
    let kin = Set(ancestors(of: policy) + descendants(of: policy.name))
    let others = watches.values.filter {
      $0.watch.isOutOfService && !kin.contains($0.watch.policy.name) && !waits($0.watch, for: policy)
    }
    let healed = Set(others.flatMap { reaches[$0.watch.policy.name] ?? [$0.watch.policy.target] })
      .intersection(targets).subtracting(reach)
    let allowance = budget.allowance(of: targets.count)
    let own = max(1, reach.intersection(targets).count)
    guard !healed.isEmpty, healed.count + own > allowance else { return nil }
    return "\(healed.count) of \(targets.count) of \(budget.phrase(family)) are being healed,"
      + " and \(allowance) may be at once" + (own > 1 ? ": this would take \(own) more" : "")
  }

  /// Whether what was done for a scope has no effect yet as its parts wait until an application, or a part of that, is
  /// healed.
  private func waits(_ watch: Watch, for policy: ApplicationPolicy) -> Bool {
    guard watch.isScope, case .settling = watch.phase else { return false }
    let healed = Set([policy.name] + descendants(of: policy.name))
    return descendants(of: watch.policy.name).contains { part in
      watches[part].map { leads($0.watch.policy, to: healed, by: \.relations.needs) } ?? false
    }
  }

  /// Whether an application needs or belongs to itself, by way of others.
  func isCircular(_ policy: ApplicationPolicy, by next: (ApplicationPolicy) -> [String]) -> Bool {
    leads(policy, to: [policy.name], by: next)
  }

  /// Whether an application leads to one of some, by way of others.
  private func leads(
    _ policy: ApplicationPolicy, to names: Set<String>, by next: (ApplicationPolicy) -> [String]
  ) -> Bool {
    var open = next(policy)
    var seen: Set<String> = []
    while let name = open.popLast() {
      if names.contains(name) { return true }
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
}
