import OrderedCollections

/// One application under watch: judges its checks, and walks its ladder.
///
/// It is pure: outcomes and results go in with the time, notices come out, and `phase` says what is wanted.
package struct Watch: Sendable {
  package enum Phase: Sendable {
    /// No incident.
    case watching
    /// A step is decided and waits for its time.
    indirect case planned(Plan)
    /// The target is being asked whether it may be acted upon.
    indirect case asking(Plan)
    indirect case acting(Step)
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
    /// The incident of a part that this comes from.
    package var source: String? = nil
  }

  /// What is known of the present failure.
  package struct Incident: Sendable {
    package let start: Duration
    /// Why the application is held to be down, by the newest judgement.
    package var reason: String
    package var lastStep: Step?
    /// How often in a row a step couldn't be taken.
    var waits = 0
    /// The parts that have given up and aren't well yet, of which its own checks tell nothing, and when each did first.
    var parts: OrderedDictionary<String, Duration> = [:]
    /// How often something was done that its parts can tell; those that gave up before that begin anew.
    var rounds = 0
    /// How many rounds its parent had behind it when that was told that this has given up.
    var told: Int?
    var isOfPart: Bool { !parts.isEmpty }
    /// Since when all that fails does: what was done before wasn't for all of it.
    var lastBegan: Duration { parts.values.max() ?? start }
  }

  package let policy: ApplicationPolicy
  /// What is known of each check's judge.
  package internal(set) var healths: Few<Judge>
  // What is small stands behind what leaves room in its last word: there may be a hundred thousand.
  package internal(set) var isInMaintenance = false
  /// Whether another supervisor watches the application, so that nothing counts here.
  package internal(set) var isStandingBy = false
  package internal(set) var phase = Phase.watching
  @Rare package internal(set) var incident: Incident?
  var ladder = LadderState()
  var alarms: [Int: AlarmState] = [:]
  @Brief var healthySince: Duration?
  /// What there is to say since somebody asked last.
  private var messages: [Message] = []
  let jitter: Jitter

  package init(_ policy: ApplicationPolicy, at now: Duration, jitter: Jitter = .none) {
    self.policy = policy
    self.jitter = jitter
    healthySince = policy.checks.isEmpty ? now : nil
    healths = Few(policy.checks.map { Judge($0.rules, at: now.nanoseconds) })
    for (index, check) in policy.checks.enumerated() {
      if case .metric(let alarm) = check.kind { alarms[index] = AlarmState(alarm, at: now) }
    }
  }

  private enum Message: Sendable {
    case notice(Notice)
    /// All judges are to begin anew, with a grace.
    case renewal(Duration)

    var notice: Notice? { if case .notice(let notice) = self { notice } else { nil } }
    var renewal: Duration? { if case .renewal(let grace) = self { grace } else { nil } }
  }

  /// Takes what there is to tell since the last time.
  package mutating func takeNotices() -> [Notice] {
    defer { messages.removeAll { $0.notice != nil } }
    return messages.compactMap(\.notice)
  }

  /// Takes the graces with which all judges are to begin anew since the last time, wherever they are.
  package mutating func takeRenewals() -> [Duration] {
    defer { messages.removeAll { $0.renewal != nil } }
    return messages.compactMap(\.renewal)
  }

  /// Whether outcomes don't count at present.
  package var isHeld: Bool { isActing || isInMaintenance || isStandingBy }

  /// Whether a step is being taken.
  var isActing: Bool { if case .acting = phase { true } else { false } }

  /// Whether a check changes to and fro so often that nothing is done.
  package var isFlapping: Bool { healths.contains(where: \.isFlapping) }

  /// Whether all checks say up, but for those that can't tell.
  package var isUp: Bool {
    if isScope { return incident?.parts.isEmpty ?? true }
    return healths.contains { $0.state == .up }
      && healths.indices.allSatisfy { healths[$0].state == .up || isSilent($0) }
  }

  /// Whether a check has nothing to say since it began anew: it can't tell, or others report on it, whose silence
  /// means that nothing has changed.
  private func isSilent(_ index: Int) -> Bool {
    guard healths[index].state == .pending else { return false }
    if case .unknown = healths[index].last { return true }
    guard case .reported = policy.checks[index].kind else { return false }
    return healths[index].last?.isDown != true
  }

  /// Whether any probe has told anything.
  var isWatched: Bool { healths.contains { $0.last != nil } }

  /// Whether any has since the checks began anew.
  var hasSpoken: Bool { healths.contains { !$0.isFresh } }

  /// Since when it fails, also where that isn't decisive yet.
  var failingSince: Duration? { incident?.start ?? healths.compactMap(\.failingSince).min() }

  // MARK: - What comes in

  /// Counts the outcome of a check, where no one else judges it.
  package mutating func observe(_ outcome: Outcome, ofCheck index: Int, at now: Duration) {
    guard healths.indices.contains(index), !isHeld else { return }
    let since = healths[index].failingSince
    let verdict = healths[index].observe(outcome, by: policy.checks[index].rules, at: now.nanoseconds)
    heed(verdict, ofCheck: index, since: since ?? now, at: now)
  }

  /// Takes what a judge has made of an outcome; one who has begun anew since then is not listened to.
  package mutating func take(_ judge: Judge, _ verdict: Judge.Verdict, ofCheck index: Int, at now: Duration) {
    guard healths.indices.contains(index), judge.epoch == healths[index].epoch else { return }
    healths[index] = judge
    guard !isHeld else { return }
    heed(verdict, ofCheck: index, since: judge.failingSince ?? now, at: now)
  }

  /// Lets a check be judged by another judge from now on.
  package mutating func appoint(_ judge: Judge, toCheck index: Int) {
    if healths.indices.contains(index) { healths[index] = judge }
  }

  private mutating func heed(_ verdict: Judge.Verdict, ofCheck index: Int, since: Duration, at now: Duration)
  {
    if let isFlapping = verdict.flapping { tellFlapping(isFlapping, ofCheck: index, at: now) }
    guard !isFlapping else { return }
    switch verdict.transition {
    case .wentDown(let reason): fall("check \(policy.checks[index].name): \(reason)", since: since, at: now)
    case .wentUp:
      rise(at: now)
      waitForOthers()
    case nil: break
    }
  }

  private mutating func tellFlapping(_ isFlapping: Bool, ofCheck index: Int, at now: Duration) {
    let check = policy.checks[index].name
    let percent = Int((healths[index].flapScore * 100).rounded())
    if isFlapping {
      return tell(
        .flapping,
        "check \(check) changes to and fro (\(percent)% of late): nothing is done until it is steady")
    }
    tell(.steadied, "check \(check) is steady again (\(percent)% of late)")
    guard !self.isFlapping else { return }
    // What happened meanwhile counts now.
    if isUp { return rise(at: now) }
    guard let down = healths.firstIndex(where: { $0.state == .down }) else { return }
    let reason = healths[down].last?.reason ?? "down"
    fall("check \(policy.checks[down].name): \(reason)", since: healths[down].failingSince ?? now, at: now)
  }

  /// Takes a pushed sample; returns what its alarm says now.
  package mutating func push(_ value: Double, toCheck index: Int, at now: Duration) -> Outcome? {
    alarms[index]?.push(value, at: now)
    return alarms[index]?.evaluate(at: now)
  }

  mutating func fall(_ reason: String, since: Duration, from source: String? = nil, at now: Duration) {
    switch phase {
    case .watching:
      if let healthySince, now - healthySince >= policy.ladder.resetAfter { ladder.reset() }
      healthySince = nil
      incident = Incident(start: since, reason: reason)
      tell(.detected, reason, from: source)
      decide(at: now)
    case .settling:
      incident?.reason = reason
      decide(at: now)
    case .planned, .asking, .acting, .held, .gaveUp: break
    }
  }

  mutating func rise(at now: Duration) {
    guard isUp, incident?.parts.isEmpty ?? true else { return }
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
    switch ladder.decide(on: policy.ladder, since: incident?.lastBegan ?? now, at: now) {
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

  mutating func tell(
    _ verb: HAEvent.Verb, _ reason: String, rung: Int? = nil, from source: String? = nil
  ) {
    messages.append(.notice(Notice(verb: verb, reason: reason, rung: rung, source: source)))
  }

  /// Lets the checks judge anew what has been changed under them.
  mutating func startChecksAfresh(grace: Duration, at now: Duration) {
    for index in healths.indices { healths[index].startAfresh(grace: grace, at: now.nanoseconds) }
    messages.append(.renewal(grace))
    for index in alarms.keys { alarms[index]?.clear(at: now) }
  }
}
