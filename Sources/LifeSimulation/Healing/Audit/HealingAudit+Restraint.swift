import Ambience
import HighAvailability

// What mustn't be done, whatever seems to be broken.
extension HealingAudit {
  /// How long it may take until a supervisor can know that it can't reach a server: until all applications on that have
  /// been asked.
  private func knowledge(_ target: Target) -> Duration {
    let checks = history.policies.filter { $0.target == target }.flatMap(\.checks)
    return checks.map { $0.every + $0.timeout }.max().map { $0 + .seconds(2) } ?? .zero
  }

  /// The servers that are asked at a time: what is gone is not; what is in maintenance tells of the network, too.
  private func asked(at time: Duration) -> Set<Target> {
    let asked = history.policies.filter { policy in
      !policy.checks.isEmpty && history.gone[policy.name].map { $0 > time } ?? true
    }
    return Set(asked.map(\.target))
  }

  /// For how long a person's word is taken to count that failures are real.
  private static let credit = Duration.seconds(3600)

  /// Actions while more than half of the servers couldn't be reached, unless a person has asked for them.
  ///
  /// It is servers that a network leads to, however many applications are on each. One that nobody could reach before the
  /// cut, as it was deleted long ago, is evidence of nothing. With fewer than the guard's minimum there is none: one that
  /// is in maintenance, and was out before the cut, may have been stopped on purpose and isn't counted.
  var unreached: [String] {
    effectiveActs.compactMap { act in
      let watched = asked(at: act.span.from)
      guard let machine = history.machines[act.process] else { return nil }
      let cuts = history.cuts.filter { $0.machine == machine && $0.span.covers(act.span.from) }
      let isAskedFor = history.thaws.contains {
        $0.machine == machine && $0.time <= act.span.from && act.span.from - $0.time < Self.credit
          && !haveRecovered(watched, from: $0.time, to: cuts.map(\.span.from).min() ?? .zero)
      }
      if isAskedFor { return nil }
      let silent = watched.intersection(cuts.flatMap(\.silent))
      let excused = silent.filter { isInMaintenance($0, at: act.span.from) }
      guard watched.count - excused.count >= history.massFailures.minimum else { return nil }
      let away = watched.subtracting(silent).filter { target in
        cuts.contains {
          $0.targets.contains(target) && $0.span.from + knowledge(target) <= act.span.from
        }
      }
      let count = watched.count - silent.count
      guard Double(away.count) > history.massFailures.share * Double(count) else { return nil }
      return
        "\(act.action) of \(act.target) at \(act.span.from) by process \(act.process), which could reach "
        + "\(count - away.count) of \(count) servers"
    }
  }

  /// Whether all applications on a server were in maintenance.
  private func isInMaintenance(_ target: Target, at time: Duration) -> Bool {
    let resting = history.truces.filter {
      $0.reason == HealingHistory.Truce.maintenance && $0.span.covers(time)
    }
    .flatMap(\.applications)
    return history.policies.filter { $0.target == target }.allSatisfy { resting.contains($0.name) }
  }

  /// Whether more than half of some servers have recovered within a time, so that what a person said of them before is over.
  private func haveRecovered(_ servers: Set<Target>, from: Duration, to end: Duration) -> Bool {
    let recovered = history.recoveries.filter { from <= $0.time && $0.time < end }.map(\.application)
    let well = Set(history.policies.filter { recovered.contains($0.name) }.map(\.target))
    return Double(well.intersection(servers).count) > history.massFailures.share * Double(servers.count)
  }

  /// Actions of supervisors whose own probes had not found the application down, unless a person has asked for them:
  /// that a clock jumped, or that nobody looked for a while, is no reason to act.
  ///
  /// What has only parts goes by these.
  var unfounded: [String] {
    history.acts.compactMap { act in
      if act.isFounded || act.isInsideHandler || isScope(act.application) { return nil }
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
      history.truces.filter { truce in
        truce.span.covers(act.span.from)
          && (truce.applications.contains(act.application) || !truce.servers.isDisjoint(with: act.reach))
      }.map {
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
        let servers = Set(members.map(\.target).filter { !$0.isStack })
        // What is done for all of them stands in the way of none.
        let own = Set(members.map(\.name)).subtracting(kin.ancestors(of: act.application))
        let others = acts.filter { own.contains($0.application) && $0.span.covers(act.span.from) }
        let taken = act.servers.intersection(servers)
        let healed = taken.union(others.flatMap(\.servers)).intersection(servers)
        let allowance = budget.allowance(of: servers.count)
        // What takes more along than there may be at once is taken alone.
        if healed != taken, healed.count > allowance {
          found.append(
            "\(healed.count) of \(members.count) were being healed at \(act.span.from), and \(allowance) may be"
          )
        }
      }
    }
    return found
  }
}
