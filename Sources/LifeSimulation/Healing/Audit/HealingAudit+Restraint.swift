import Ambience
import HighAvailability

// What mustn't be done, whatever seems to be broken.
extension HealingAudit {
  /// How long it may take until a supervisor can know that it can't reach an application.
  private func knowledge(_ policy: ApplicationPolicy) -> Duration {
    policy.checks.map { $0.every + $0.timeout }.max().map { $0 + .seconds(2) } ?? .zero
  }

  /// The applications that are watched at a time: what is gone is not, nor what is in maintenance.
  private func watched(at time: Duration) -> [ApplicationPolicy] {
    let resting = Set(history.truces.filter { $0.span.covers(time) }.flatMap(\.applications))
    return history.policies.filter { policy in
      !resting.contains(policy.name) && history.gone[policy.name].map { $0 > time } ?? true
    }
  }

  /// For how long a person's word is taken to count that failures are real.
  private static let credit = Duration.seconds(3600)

  /// Actions while more than half of the applications couldn't be reached, unless a person has asked for them.
  var unreached: [String] {
    effectiveActs.compactMap { act in
      let watched = watched(at: act.span.from)
      guard watched.count >= history.massFailures.minimum else { return nil }
      guard let machine = history.machines[act.process] else { return nil }
      let isAskedFor = history.thaws.contains {
        $0.machine == machine && $0.time <= act.span.from && act.span.from - $0.time < Self.credit
      }
      if isAskedFor { return nil }
      let cuts = history.cuts.filter { $0.machine == machine && $0.span.covers(act.span.from) }
      let away = watched.filter { policy in
        cuts.contains {
          $0.targets.contains(policy.target) && $0.span.from + knowledge(policy) <= act.span.from
        }
      }
      guard Double(away.count) > history.massFailures.share * Double(watched.count) else {
        return nil
      }
      return
        "\(act.action) of \(act.target) at \(act.span.from) by process \(act.process), which could reach "
        + "\(watched.count - away.count) of \(watched.count) applications"
    }
  }

  /// Actions of supervisors whose own probes had not found the application down, unless a person has asked for them:
  /// that a clock jumped, or that nobody looked for a while, is no reason to act.
  var unfounded: [String] {
    history.acts.compactMap { act in
      if act.isFounded || act.isInsideHandler { return nil }
      let isAskedFor = (history.resumed[act.application] ?? []).contains {
        $0 <= act.span.from && act.span.from - $0 < Self.credit
      }
      if isAskedFor { return nil }
      return
        "\(act.action) for \(act.application) at \(act.span.from) by process \(act.process), which hadn't found "
        + "it down"
    }
  }

  /// Actions on what was to be left alone.
  var truceBreaches: [String] {
    effectiveActs.flatMap { act in
      history.truces.filter { $0.applications.contains(act.application) && $0.span.covers(act.span.from) }.map
      {
        "\(act.action) for \(act.application) at \(act.span.from), which was \($0.reason)"
      }
    }
  }

  /// More servers out of service for being healed than a budget allows.
  var overspent: [String] {
    let acts = effectiveActs.filter(\.isDisturbing)
    var found: [String] = []
    for act in acts {
      for budget in history.budgets {
        guard let policy = policy(act.application), let family = budget.family(of: policy) else { continue }
        let members = history.policies.filter { budget.family(of: $0) == family }
        let own = Set(members.map(\.name))
        let healed = Set(
          acts.filter { own.contains($0.application) && $0.span.covers(act.span.from) }.map(\.target))
        let allowance = budget.allowance(of: Set(members.map(\.target)).count)
        if healed.count > allowance {
          found.append(
            "\(healed.count) of \(members.count) were being healed at \(act.span.from), and \(allowance) may be"
          )
        }
      }
    }
    return found
  }
}
