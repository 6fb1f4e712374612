import Ambience
import HighAvailability

// Applications are parts of others, whose ladders go on where theirs end.
extension HealingAudit {
  var familyFaults: [String] { usurped + simultaneous + beyondProduct + wronglyReplaced }

  /// Whether a person has had somebody of a family tried again.
  private func isResumed(_ name: String) -> Bool {
    ([name] + kin.ancestors(of: name)).contains { history.resumed[$0] != nil }
  }

  /// How the incidents of an application went, in the order in which that was kept.
  private func turns(of name: String) -> [HealingHistory.Turn] {
    let own = Set(history.incidents.lazy.map(\.incident).filter { $0.application == name }.map(\.id))
    return history.turns.filter { own.contains($0.incident) }
  }

  /// Actions for what has only parts to tell how it fares, while none of these had given up.
  private var usurped: [String] {
    effectiveActs.compactMap { act in
      guard isScope(act.application), !isResumed(act.application) else { return nil }
      let hasReason = kin.parts(of: act.application).contains { part in
        turns(of: part).last { $0.time <= act.span.from }?.kind == .gaveUp
      }
      if hasReason { return nil }
      return "\(act.action) for \(act.application) at \(act.span.from), of which no part had given up"
    }
  }

  /// Actions for a part while something was being done for what it is a part of, and the other way round.
  private var simultaneous: [String] {
    let acts = effectiveActs
    return acts.flatMap { act in
      let family = kin.ancestors(of: act.application) + kin.descendants(of: act.application)
      return acts.filter { family.contains($0.application) && $0.span.covers(act.span.from) }.map { other in
        "\(act.action) for \(act.application) at \(act.span.from), during \(other.action) for "
          + "\(other.application)"
      }
    }
  }

  /// More actions for an application within the shortest period of its ladder, and of those above it, than these allow
  /// together: each try of a rung lets all below be tried anew.
  private var beyondProduct: [String] {
    history.policies.compactMap { policy in
      let above = kin.ancestors(of: policy.name)
      guard !above.isEmpty, !isResumed(policy.name) else { return nil }
      let rungs = policy.ladder.rungs + above.compactMap { self.policy($0) }.flatMap(\.ladder.rungs)
      let product = rungs.reduce(1) { $0 * (1 + $1.intensity) } - 1
      let period = rungs.map(\.period).min() ?? .zero
      let times = effectiveActs.filter { $0.application == policy.name }.map(\.span.from)
      // What was in the way has changed much, too.
      let anew = turns(of: policy.name).filter { $0.kind == .startedOver }.map(\.time)
      let done = history.acts.filter { above.contains($0.application) }.map(\.span.from)
      // After maintenance what had given up begins anew: somebody has worked on it.
      let rests = history.truces.filter { $0.applications.contains(policy.name) }.compactMap(\.span.to)
      for end in times {
        let isNear = { (time: Duration) in time <= end && end - time < period }
        let others = max(0, anew.count(where: isNear) - done.count(where: isNear))
        let most = product * (1 + others + rests.count(where: isNear))
        let count = times.count(where: isNear)
        if count > most {
          return "\(count) actions for \(policy.name) within \(period.phrase), of \(most)"
        }
      }
      return nil
    }
  }

  /// Replacements that have replaced more than their strategies say, or less.
  private var wronglyReplaced: [String] {
    history.acts.compactMap { act in
      guard let exchange = act.replacement, let replaced = exchange.replaced else { return nil }
      let wanted = servers(of: act, exchange).intersection(exchange.whole)
      // What was broken before is made again with it.
      guard replaced.intersection(exchange.whole) != wanted else { return nil }
      return "\(exchange.strategy.rawValue) of \(act.target) for \(act.application) replaced "
        + "\(replaced.sorted()), and was to replace \(wanted.sorted())"
    }
  }

  /// What a replacement is to replace, by logical IDs.
  private func servers(of act: HealingHistory.Act, _ exchange: HealingHistory.Exchange) -> Set<String> {
    var servers = exchange.members
    if !act.target.isStack { servers.insert(act.target.logicalID) }
    switch exchange.strategy {
    case .oneForOne: break
    case .restForOne:
      var open = Array(servers)
      while let next = open.popLast() {
        let need = Target(stack: act.target.stack, logicalID: next)
        for (server, other) in history.needs where other == need && servers.insert(server.logicalID).inserted
        {
          open.append(server.logicalID)
        }
      }
    case .oneForAll:
      let head =
        kin.parts(of: act.application).isEmpty
        ? kin.ancestors(of: act.application).first ?? act.application : act.application
      let family = Set([head] + kin.descendants(of: head))
      let targets = history.policies.filter { family.contains($0.name) }.map(\.target)
      servers.formUnion(
        targets.filter { !$0.isStack && $0.stack == act.target.stack }.map(\.logicalID))
    }
    return servers
  }
}
