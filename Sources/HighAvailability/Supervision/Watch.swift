/// One application under watch: judges its checks, and walks its ladder.
///
/// It is pure: outcomes and results go in with the time, notices come out, and `phase` says what is wanted.
package struct Watch: Sendable {
  package enum Phase: Sendable {
    /// No incident.
    case watching
    /// A step is decided and waits for its time.
    case planned(Plan)
    /// The target is being asked whether it may be acted upon.
    case asking(Plan)
    case acting(Step)
    /// Something was done; the checks will tell.
    case settling
    case held(String)
    case gaveUp(String)
  }

  /// A step that is to be taken.
  package struct Plan: Sendable {
    package let step: Step
    package let due: Duration
    /// Whether the target was found busy since the decision.
    package var wasBusy = false
  }

  /// Something to tell.
  package struct Notice: Sendable, Hashable {
    package let verb: HAEvent.Verb
    package let reason: String
    package let rung: Int?
  }

  /// What is known of the present failure.
  package struct Incident: Sendable {
    package let start: Duration
    /// Why the application is held to be down, by the newest judgement.
    package var reason: String
    package var lastStep: Step?
    /// How often in a row a step couldn't be taken.
    var waits = 0
  }

  package let policy: ApplicationPolicy
  package internal(set) var healths: [Health]
  package internal(set) var phase = Phase.watching
  package internal(set) var incident: Incident?
  package internal(set) var isInMaintenance = false
  /// Whether another supervisor watches the application, so that nothing counts here.
  package internal(set) var isStandingBy = false
  var ladder: LadderState
  var alarms: [Int: AlarmState] = [:]
  var healthySince: Duration?
  var notices: [Notice] = []
  let jitter: @Sendable (Duration, Double) -> Duration

  package init(
    _ policy: ApplicationPolicy, at now: Duration,
    jitter: @escaping @Sendable (Duration, Double) -> Duration = { span, _ in span }
  ) {
    self.policy = policy
    self.jitter = jitter
    ladder = LadderState(policy.ladder)
    healths = policy.checks.map { Health(fall: $0.fall, rise: $0.rise, grace: $0.grace, at: now) }
    for (index, check) in policy.checks.enumerated() {
      if case .metric(let alarm) = check.kind { alarms[index] = AlarmState(alarm, at: now) }
    }
  }

  /// Takes what there is to tell since the last time.
  package mutating func takeNotices() -> [Notice] {
    defer { notices = [] }
    return notices
  }

  /// Whether all checks say up, but for those that can't tell.
  package var isUp: Bool {
    healths.contains { $0.state == .up }
      && healths.allSatisfy { health in
        if health.state == .pending, case .unknown = health.last { true } else { health.state == .up }
      }
  }

  /// Whether any probe has told anything.
  var isWatched: Bool { healths.contains { $0.last != nil } }

  /// Since when it fails, also where that isn't decisive yet.
  var failingSince: Duration? { incident?.start ?? healths.compactMap(\.failingSince).min() }

  // MARK: - What comes in

  /// Counts the outcome of a check.
  package mutating func observe(_ outcome: Outcome, ofCheck index: Int, at now: Duration) {
    guard healths.indices.contains(index), !isInMaintenance, !isStandingBy else { return }
    if case .acting = phase { return }
    let since = healths[index].failingSince
    switch healths[index].observe(outcome, at: now) {
    case .wentDown(let reason):
      fall("check \(policy.checks[index].name): \(reason)", since: since ?? now, at: now)
    case .wentUp: rise(at: now)
    case nil: break
    }
  }

  /// Takes a pushed sample, and judges its alarm at once.
  package mutating func push(_ value: Double, toCheck index: Int, at now: Duration) {
    alarms[index]?.push(value, at: now)
    if let outcome = alarms[index]?.evaluate(at: now) { observe(outcome, ofCheck: index, at: now) }
  }

  mutating func fall(_ reason: String, since: Duration, at now: Duration) {
    switch phase {
    case .watching:
      if let healthySince, now - healthySince >= policy.ladder.resetAfter { ladder.reset() }
      healthySince = nil
      incident = Incident(start: since, reason: reason)
      tell(.detected, reason)
      decide(at: now)
    case .settling:
      incident?.reason = reason
      decide(at: now)
    case .planned, .asking, .acting, .held, .gaveUp: break
    }
  }

  private mutating func rise(at now: Duration) {
    guard isUp else { return }
    healthySince = now
    guard let incident else { return }
    let means = incident.lastStep.map { "after \($0.phrase)" } ?? "by itself"
    tell(.recovered, "\(means), down for \((now - incident.start).phrase)", rung: incident.lastStep?.index)
    self.incident = nil
    phase = .watching
    ladder.recover()
  }

  // MARK: - What is decided

  /// Plans the next step of the ladder, or gives up.
  ///
  /// The delay is the least time to wait when the step is another try of the same rung; `why` is what came of the
  /// last step, when that is the reason to go on.
  mutating func decide(after delay: Duration = .zero, why: String? = nil, at now: Duration) {
    let last = incident?.lastStep
    switch ladder.decide(at: now) {
    case .giveUp(let reason):
      phase = .gaveUp(reason)
      tell(.gaveUp, "\(why ?? incident?.reason ?? ""); \(reason)", rung: last?.index)
    case .act(let step):
      if step.index > last?.index ?? 0 { tellEscalation(from: last, to: step, why: why) }
      let backoff = step.rung.backoff
      let wait = jitter(backoff.delay(beforeAttempt: step.attempt), backoff.jitter)
      let pause = step.index == last?.index ? max(delay, wait) : wait
      phase = .planned(Plan(step: step, due: now + pause))
    }
  }

  private mutating func tellEscalation(from last: Step?, to step: Step, why: String?) {
    let left = last?.rung ?? policy.ladder.rungs[0]
    let judgement = last == nil ? "is used up" : "didn't help"
    let reason = why ?? "\(left.action.phrase) \(judgement) (\(left.intensity) within \(left.period.phrase))"
    tell(.escalated, "\(reason); next is \(step.rung.action.phrase)", rung: step.index)
  }

  mutating func tell(_ verb: HAEvent.Verb, _ reason: String, rung: Int? = nil) {
    notices.append(Notice(verb: verb, reason: reason, rung: rung))
  }

  /// Lets the checks judge anew what has been changed under them.
  mutating func startChecksAfresh(grace: Duration, at now: Duration) {
    for index in healths.indices { healths[index].startAfresh(grace: grace, at: now) }
    for index in alarms.keys { alarms[index]?.clear(at: now) }
  }
}
