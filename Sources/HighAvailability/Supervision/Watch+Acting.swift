/// What came of an attempt to act.
package enum ActionResult: Sendable, Hashable {
  case done
  case retry(after: Duration)
  case escalate(String)
  case hold(String)
  case failed(String)
  /// The cloud couldn't be asked; nothing was done.
  case unreachable(String)
  /// It was cut off before it was begun: nothing was done.
  case notBegun(String)
  /// It was cut off, and nobody knows whether it was taken.
  case unknown(String)
}

extension Watch {
  /// The wait before the same rung is tried again when its action failed at once.
  private static let retryPause = Duration.seconds(10)
  /// The least time before a plugin is asked again that wants a step to wait.
  private static let shortestWait = Duration.seconds(1)
  /// The wait before a target that couldn't be acted upon is asked again; it doubles up to a minute.
  private static let askAgain = Backoff(.seconds(15), maximum: .seconds(60), jitter: 0)

  /// The planned step when its time has come; then the target is to be asked.
  package mutating func ask(at now: Duration) -> Plan? {
    guard case .planned(let plan) = phase, plan.due <= now, !isInMaintenance, !isFlapping else { return nil }
    // It may have come up while an action that failed kept its checks from counting.
    if isUp, incident?.isOfPart != true {
      rise(at: now)
      return nil
    }
    phase = .asking(plan)
    return plan
  }

  /// Takes the target's answer, and what plugins say; returns the step when it is to be performed now.
  package mutating func answer(
    _ readiness: Readiness, _ advice: Advice = .proceed, at now: Duration
  ) -> Step? {
    guard case .asking(var plan) = phase else { return nil }
    switch readiness {
    case .ready where plan.wasBusy:
      incident?.waits = 0
      incident?.rounds += 1
      startChecksAfresh(grace: longestGrace, at: now)
      phase = .settling
      return nil
    case .ready: return heed(advice, plan, at: now)
    case .busy(let reason):
      plan.wasBusy = true
      wait(reason, plan, at: now)
      return nil
    case .gone(let reason):
      end(reason)
      return nil
    }
  }

  /// Does with a step that could be taken now what plugins say.
  private mutating func heed(_ advice: Advice, _ plan: Plan, at now: Duration) -> Step? {
    switch advice {
    case .proceed: return begin(plan.step, at: now)
    case .wait(let span, let reason):
      if incident?.waits == 0 { tell(.waiting, reason, rung: plan.step.index) }
      incident?.waits += 1
      phase = .planned(Plan(step: plan.step, due: now + max(span, Self.shortestWait)))
    case .skip(let reason):
      ladder.skip(plan.step)
      decide(why: reason, at: now)
    case .hold(let reason):
      phase = .held(reason)
      tell(.held, reason, rung: plan.step.index)
    }
    return nil
  }

  /// Lets the step wait, since the target couldn't be asked or nobody knows any more whether it is right.
  package mutating func answerLater(_ reason: String, at now: Duration) {
    if case .asking(let plan) = phase { wait(reason, plan, at: now) }
  }

  /// Takes the result of the step that is being performed.
  package mutating func finish(_ result: ActionResult, at now: Duration) {
    guard case .acting(let step) = phase else { return }
    if isInMaintenance { return rest(after: step, result, at: now) }
    switch result {
    case .done where step.rung.action.isNotice && incident?.isOfPart ?? false:
      // Its parts needn't try again what nothing has changed about.
      ladder.skip(step)
      decide(why: "\(step.rung.action.phrase) heals nothing", at: now)
    case .done:
      incident?.waits = 0
      settle(after: step, at: now)
    case .retry(let pause):
      goOn(after: pause, why: "\(step.rung.action.phrase) asked to be tried again", at: now)
    case .escalate(let reason):
      ladder.skip(step)
      goOn(why: reason, at: now)
    case .hold(let reason):
      phase = .held(reason)
      tell(.held, reason, rung: step.index)
    case .failed(let reason):
      tell(.failed, "\(step.rung.action.phrase) failed: \(reason)", rung: step.index)
      goOn(after: Self.retryPause, why: "\(step.rung.action.phrase) failed: \(reason)", at: now)
    case .notBegun:
      ladder.takeBack(step)
      incident?.lastStep = nil
      if incident?.isOfPart ?? false { decide(at: now) } else { judgeAnew(at: now) }
    case .unknown: settle(after: step, at: now)
    case .unreachable(let reason):
      ladder.takeBack(step)
      if isKnownDown { wait(reason, Plan(step: step, due: now), at: now) } else { judgeAnew(at: now) }
    }
    // Its parts may have recovered meanwhile.
    if isScope { rise(at: now) }
  }

  /// Lets the checks, and those of its parts, tell what came of a step.
  private mutating func settle(after step: Step, at now: Duration) {
    incident?.rounds += 1
    startChecksAfresh(grace: step.rung.settle, at: now)
    phase = .settling
  }

  /// Leaves it at the step that was under way when maintenance began: what comes of that is nobody's business.
  private mutating func rest(after step: Step, _ result: ActionResult, at now: Duration) {
    switch result {
    case .notBegun, .unreachable: ladder.takeBack(step)
    case .done, .retry, .escalate, .hold, .failed, .unknown: break
    }
    startChecksAfresh(grace: max(step.rung.settle, longestGrace), at: now)
    forgetIncident(at: now)
  }

  private mutating func forgetIncident(at now: Duration) {
    incident = nil
    healthySince = isScope ? now : nil
    phase = .watching
    ladder.recover()
  }

  /// Lets a step lapse that no check calls for any more, until those have told that are still undecided.
  mutating func waitForOthers() {
    switch phase {
    case .planned, .asking: if !isKnownDown { phase = .settling }
    case .watching, .acting, .settling, .held, .gaveUp: break
    }
  }

  /// Whether a check says here that it is down, or a part of it has given up.
  private var isKnownDown: Bool {
    healths.contains { $0.state == .down } || incident?.isOfPart ?? false
  }

  /// Goes on after a step that came to nothing; one that another process has begun is no word on how the application
  /// fares by now, so the checks have theirs first.
  private mutating func goOn(after delay: Duration = .zero, why: String, at now: Duration) {
    if isKnownDown { decide(after: delay, why: why, at: now) } else { judgeAnew(at: now) }
  }

  private mutating func judgeAnew(at now: Duration) {
    startChecksAfresh(grace: .zero, at: now)
    phase = .settling
  }

  /// Takes note that an action for another application has disturbed the same target.
  package mutating func disturb(settle: Duration, at now: Duration) {
    switch phase {
    case .watching: startChecksAfresh(grace: max(settle, longestGrace), at: now)
    case .planned, .asking, .settling:
      startChecksAfresh(grace: settle, at: now)
      // Its parts are told apart, and go on telling.
      if !(incident?.isOfPart ?? false) { phase = .settling }
    case .acting, .held, .gaveUp: break
    }
  }

  /// Begins or ends a time in which failures are nobody's business.
  package mutating func setMaintenance(_ isOn: Bool, at now: Duration) {
    guard isOn != isInMaintenance else { return }
    isInMaintenance = isOn
    tell(
      isOn ? .maintenanceBegan : .maintenanceEnded, isOn ? "no action is taken" : "actions are taken again")
    startChecksAfresh(grace: longestGrace, at: now)
    if !isActing { forgetIncident(at: now) }
  }

  /// Lets a planned step wait until every check can have said that there is nothing to do any more.
  package mutating func reconsider(at now: Duration) {
    guard case .planned(let plan) = phase else { return }
    let judgement = policy.checks.map { $0.every * $0.rise + $0.timeout }.max() ?? .zero
    phase = .planned(
      Plan(step: plan.step, due: max(plan.due, now + judgement), wasBusy: plan.wasBusy))
  }

  /// Takes a person's word to try all rungs again.
  package mutating func resume(at now: Duration) {
    ladder.reset()
    switch phase {
    case .held, .gaveUp:
      incident?.lastStep = nil
      decide(at: now)
    case .watching, .planned, .asking, .acting, .settling: break
    }
  }

  /// Takes note that what was under way has been cut short.
  package mutating func interrupt(at now: Duration) {
    switch phase {
    case .asking(let plan): phase = .planned(plan)
    case .acting:
      startChecksAfresh(grace: longestGrace, at: now)
      phase = .settling
    case .watching, .planned, .settling, .held, .gaveUp: break
    }
  }

  var longestGrace: Duration { policy.checks.map(\.grace).max() ?? .zero }

  private mutating func begin(_ step: Step, at now: Duration) -> Step {
    ladder.begin(step, at: now)
    incident?.lastStep = step
    tell(step.rung.action.verb, "\(incident?.reason ?? ""); \(step.phrase)", rung: step.index)
    phase = .acting(step)
    return step
  }

  mutating func wait(_ reason: String, _ plan: Plan, at now: Duration) {
    let waits = incident?.waits ?? 0
    if waits == 0 { tell(.waiting, reason, rung: plan.step.index) }
    incident?.waits = waits + 1
    let pause = Self.askAgain.delay(beforeAttempt: waits + 2)
    phase = .planned(Plan(step: plan.step, due: now + pause, wasBusy: plan.wasBusy))
  }

  /// Takes the word that the target is gone; false while it is being acted upon, of which the outcome will tell.
  package mutating func lose(_ reason: String) -> Bool {
    switch phase {
    case .asking, .acting: return false
    case .watching, .planned, .settling, .held, .gaveUp:
      end(reason)
      return true
    }
  }

  private mutating func end(_ reason: String) {
    tell(.ended, reason)
    incident = nil
    phase = .watching
  }
}
