import Ambience
import OrderedCollections

extension Supervisor {
  /// The time allowed for asking a target whether it may be acted upon.
  static let askingTime = Duration.seconds(60)
  /// How long after its deadline an action that ignores it is given up on.
  private static let actionPatience = Duration.seconds(5)

  /// Passes on what an application's watch has to tell, and sees to its planned step.
  func attend(to name: String) {
    guard var watched = watches[name] else { return }
    let notices = watched.watch.takeNotices()
    passOn(&watched)
    census.note(&watched)
    watches[name] = watched
    for notice in notices { publish(notice, of: watched.watch.policy) }
    if notices.contains(where: { $0.verb == .ended }) {
      dismiss(&watched)
      watches[name] = nil
      planning.remove(name)
      return
    }
    if case .planned(let plan) = watched.watch.phase {
      planning.append(name)
      timers.add(.step, due: plan.due)
    } else {
      planning.remove(name)
    }
  }

  /// Takes the planned steps whose time has come, one for a target, as many as may be under way.
  func askTargets() -> [Work] {
    var work: [Work] = []
    for name in planning {
      guard actionsUnderWay.count < options.actionsAtOnce else { break }
      guard let watched = watches[name], case .planned(let plan) = watched.watch.phase, plan.due <= now else {
        continue
      }
      let target = watched.watch.policy.target
      guard !actionsUnderWay.values.contains(where: { $0.target == target }) else { continue }
      guard !watched.watch.isInMaintenance, massFailures.mayAct(at: now) else { continue }
      _ = watches[name]?.watch.ask(at: now)
      planning.remove(name)
      lastTicket += 1
      actionsUnderWay[lastTicket] = ActionTicket(
        application: name, generation: watched.generation, target: target)
      timers.add(.overdue(ticket: lastTicket), due: now + Self.askingTime + Self.actionPatience)
      work.append(.ask(lastTicket, target))
    }
    return work
  }

  func finishAsking(_ key: UInt64, _ answer: Result<Readiness, RemedyError>) {
    guard let ticket = actionsUnderWay.removeValue(forKey: key) else { return }
    guard watches[ticket.application]?.generation == ticket.generation else { return }
    switch answer {
    case .failure(let error): watches[ticket.application]?.watch.answerUnreachable(error.message, at: now)
    case .success(let readiness):
      if let step = watches[ticket.application]?.watch.answer(readiness, at: now) { perform(step, ticket) }
    }
    attend(to: ticket.application)
  }

  private func perform(_ step: Step, _ ticket: ActionTicket) {
    guard let watch = watches[ticket.application]?.watch else { return }
    lastTicket += 1
    actionsUnderWay[lastTicket] = ticket
    timers.add(.overdue(ticket: lastTicket), due: now + step.rung.timeout + Self.actionPatience)
    let context = RungContext(
      application: ticket.application, target: ticket.target, reason: watch.incident?.reason ?? "",
      attempt: step.attempt, intensity: step.rung.intensity)
    stepsToPerform.append(.act(lastTicket, step, context))
  }

  func finishAction(_ key: UInt64, _ result: ActionResult) {
    guard let ticket = actionsUnderWay.removeValue(forKey: key) else { return }
    guard let watched = watches[ticket.application], watched.generation == ticket.generation else { return }
    guard case .acting(let step) = watched.watch.phase else { return }
    watches[ticket.application]?.watch.finish(result, at: now)
    attend(to: ticket.application)
    guard step.rung.action.disturbsServer, result == .done else { return }
    for (name, other) in watches where other.watch.policy.target == ticket.target {
      guard name != ticket.application else { continue }
      watches[name]?.watch.disturb(settle: step.rung.settle, at: now)
      attend(to: name)
    }
  }

  /// Goes on without a probe or an action that hasn't ended although its time is up.
  func giveUpOn(_ key: UInt64) {
    if probesUnderWay[key] != nil {
      finishProbe(key, .found(.unknown("the check didn't end when it was cancelled"), text: nil))
    }
    guard let ticket = actionsUnderWay[key] else { return }
    guard case .acting(let step) = watches[ticket.application]?.watch.phase else {
      return finishAsking(key, .failure(RemedyError(.unreachable, "the target couldn't be asked")))
    }
    let reason = "\(step.rung.action.phrase) didn't end when it was cancelled"
    finishAction(key, .escalate(reason))
  }

  /// Lets go of all that was under way when the loop ended.
  func letGo() {
    probesUnderWay = [:]
    actionsUnderWay = [:]
    stepsToPerform = []
    sleepingUntil = nil
    stopLoop()
    monitor.interrupt()
    for name in watches.keys {
      watches[name]?.watch.interrupt(at: now)
      attend(to: name)
    }
    probesWaiting = []
    isRunning = false
  }
}

// MARK: - Many failures at once

extension Supervisor {
  func guardAgainstMassFailure() {
    let failures = Array(census.failing.values)
    guard let change = massFailures.judge(failures: failures, of: census.count, at: now) else { return }
    if case .thawed = change { reconsider(frozenApplications) }
    publish(change)
  }

  /// Gives applications that may be back already the time to show it.
  private func reconsider(_ names: Set<String>) {
    for name in names {
      watches[name]?.watch.reconsider(at: now)
      attend(to: name)
    }
  }

  func publish(_ change: MassFailureGuard.Change) {
    switch change {
    case .froze(let reason):
      frozenApplications = Set(
        watches.values.filter { $0.watch.failingSince != nil }.map(\.watch.policy.name))
      publish(.frozen, reason)
    case .thawed(let reason):
      publish(.thawed, reason)
      frozenApplications = []
    }
  }

  private func publish(_ verb: HAEvent.Verb, _ reason: String) {
    for (name, watched) in watches where frozenApplications.contains(name) {
      publish(Watch.Notice(verb: verb, reason: reason, rung: nil), of: watched.watch.policy)
    }
  }
}
