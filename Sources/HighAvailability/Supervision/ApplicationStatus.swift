package import Ambience

/// How an application fares, for tables.
package struct ApplicationStatus: Sendable, Hashable {
  package enum State: String, Sendable {
    /// Not judged yet.
    case starting
    case up
    case down
    /// A step is decided and waits.
    case planned
    case acting
    /// Something was done; the checks will tell.
    case settling
    case held
    case gaveUp = "gave up"
    case maintenance
    /// Another supervisor watches it.
    case standingBy = "standing by"
    /// Nobody does.
    case unwatched = "not watched"
  }

  package struct CheckStatus: Sendable, Hashable {
    package let name: String
    package let state: Judge.State
    package let last: Outcome?
  }

  package let name: String
  package let target: Target
  package let scope: ScopeLevel
  /// What it is a part of.
  package let parent: String?
  package let state: State
  package let checks: [CheckStatus]
  /// Why it is not up; nil when there is nothing to say.
  package let reason: String?
  /// The last or next step of the present incident, such as `restart 2 of 3 within 10 min`.
  package let step: String?
  /// When the present incident began.
  package let downSince: Timestamp?
}

extension ApplicationStatus {
  init(_ watch: Watch, wallTime: (Duration) -> Timestamp) {
    name = watch.policy.name
    target = watch.policy.target
    scope = watch.policy.relations.scope
    parent = watch.policy.relations.parent
    state = State(watch)
    checks = zip(watch.policy.checks, watch.healths).map {
      CheckStatus(name: $0.name, state: $1.state, last: $1.last)
    }
    reason = Self.reason(watch)
    step = Self.step(watch)
    downSince = watch.incident.map { wallTime($0.start) }
  }

  private static func reason(_ watch: Watch) -> String? {
    switch watch.phase {
    case .held(let reason), .gaveUp(let reason): reason
    default: watch.incident?.reason ?? watch.healths.lazy.compactMap(\.last?.reason).first
    }
  }

  private static func step(_ watch: Watch) -> String? {
    switch watch.phase {
    case .planned(let plan), .asking(let plan): plan.step.phrase
    case .acting(let step): step.phrase
    case .watching, .settling, .held, .gaveUp: watch.incident?.lastStep?.phrase
    }
  }
}

extension ApplicationStatus.State {
  init(_ watch: Watch) {
    if watch.isStandingBy || watch.isInMaintenance {
      self = watch.isStandingBy ? .standingBy : .maintenance
      return
    }
    self =
      switch watch.phase {
      case .planned, .asking: .planned
      case .acting: .acting
      case .settling: .settling
      case .held: .held
      case .gaveUp: .gaveUp
      case .watching: watch.isUp ? .up : watch.healths.contains { $0.state == .down } ? .down : .starting
      }
  }
}
