import Ambience
import OrderedCollections

extension Supervisor {
  /// The time allowed for asking a target whether it may be acted upon.
  static let askingTime = Duration.seconds(60)
  /// How long after its deadline an action that ignores it is given up on.
  static let actionPatience = Duration.seconds(5)

  /// Passes on what an application's watch has to tell, and sees to its planned step.
  func attend(to name: String) {
    guard var watched = watches[name] else { return }
    let notices = watched.watch.takeNotices()
    passOn(&watched)
    if watched.watch.incident == nil, !countedAnew.isEmpty { countedAnew[name] = nil }
    census.note(&watched, anew: countedAnew[name])
    watches[name] = watched
    touched.append(name)
    for notice in notices { publish(notice, of: watched.watch.policy) }
    if let end = notices.first(where: { $0.verb == .ended }) {
      // It goes once that is kept.
      watches[name]?.hasEnded = true
      planning.remove(name)
      relieveParent(of: name)
      endParent(of: name, for: end.reason)
      return
    }
    noteDecision(of: name)
    tellFamily(notices, of: name)
    // Its family may have had news for it, too.
    if case .planned(let plan) = watches[name]?.watch.phase {
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
      guard leads(name), !watched.watch.isInMaintenance else { continue }
      if let obstacle = obstacle(to: plan.step, of: watched.watch.policy) {
        watches[name]?.watch.postpone(obstacle.reason, changesMuch: obstacle.changesMuch, at: now)
        attend(to: name)
        continue
      }
      let isAllowed = massFailures.isFrozen
      guard massFailures.mayAct(at: now) else { continue }
      _ = watches[name]?.watch.ask(at: now)
      reaches[name] = nil
      planning.remove(name)
      lastTicket += 1
      actionsUnderWay[lastTicket] = ActionTicket(
        application: name, generation: watched.generation, target: target, isAllowed: isAllowed)
      timers.add(.overdue(ticket: lastTicket), due: now + Self.askingTime + Self.actionPatience)
      work.append(
        .ask(
          lastTicket, StepProposal(plan.step, of: watched.watch, at: now),
          action(of: plan.step, for: watched.watch.policy)))
    }
    return work
  }

  func finishAsking(_ key: UInt64, _ answer: Result<Answer, RemedyError>) {
    guard let ticket = actionsUnderWay.removeValue(forKey: key) else { return }
    guard watches[ticket.application]?.generation == ticket.generation else { return }
    switch answer {
    case .failure(let error): watches[ticket.application]?.watch.answerLater(error.message, at: now)
    case .success(let answer):
      let rounds = watches[ticket.application]?.watch.incident?.rounds
      let doubt =
        answer.readiness == .ready
        ? excess(of: answer, ticket) ?? rest(within: answer, ticket) ?? doubt(of: ticket) : nil
      if let doubt {
        watches[ticket.application]?.watch.answerLater(doubt, at: now)
      } else if let step = watches[ticket.application]?.watch.answer(answer.readiness, answer.advice, at: now)
      {
        if answer.reach.count > 1 { reaches[ticket.application] = answer.reach }
        perform(step, ticket)
      } else if watches[ticket.application]?.watch.incident?.rounds != rounds {
        startPartsOver(
          of: ticket.application, after: "\(ticket.application) waited for something else", settle: .zero)
      }
    }
    attend(to: ticket.application)
  }

  /// What speaks against taking a step that was right when its target was asked.
  private func doubt(of ticket: ActionTicket) -> String? {
    if let doubt = watches[ticket.application]?.doubt { return doubt }
    guard !ticket.isAllowed else { return nil }
    guardAgainstMassFailure()
    return massFailures.isFrozen ? "so many servers fail by now that nothing is done" : nil
  }

  private func perform(_ step: Step, _ ticket: ActionTicket) {
    attend(to: ticket.application)
    lastTicket += 1
    actionsUnderWay[lastTicket] = ticket
    timers.add(.overdue(ticket: lastTicket), due: now + step.rung.timeout + Self.actionPatience)
    var whole = step
    if let policy = watches[ticket.application]?.watch.policy {
      whole.rung.action = action(of: step, for: policy)
    }
    stepsToPerform.append(.act(lastTicket, whole, context(of: step, for: ticket)))
  }

  func finishAction(_ key: UInt64, _ deed: Deed) {
    let result = deed.result
    guard let ticket = actionsUnderWay.removeValue(forKey: key) else { return }
    guard let watched = watches[ticket.application], watched.generation == ticket.generation else { return }
    guard case .acting(let step) = watched.watch.phase else { return }
    noteOutcome(result, deed.trail, of: step, for: ticket.application)
    watches[ticket.application]?.watch.finish(result, at: now)
    endIncidentOfMaintenance(of: ticket.application)
    let reach = reaches[ticket.application] ?? [ticket.target]
    if result == .done, case .replace = step.rung.action { countAnew(reach) }
    attend(to: ticket.application)
    let settles = watches[ticket.application]?.watch.incident?.rounds != watched.watch.incident?.rounds
    if settles, !step.rung.action.isNotice {
      startPartsOver(
        of: ticket.application, after: "\(step.rung.action.phrase) for \(ticket.application)",
        settle: step.rung.settle)
    }
    guard step.rung.action.disturbsServer else { return }
    for name in watches.keys {
      guard var other = watches[name], reach.contains(other.watch.policy.target) else { continue }
      if result != .done {
        // Even what failed may have left another server, while the old one still answers.
        forgetTexts(of: &other)
        watches[name] = other
      } else if name != ticket.application {
        watches[name]?.watch.disturb(settle: step.rung.settle, at: now)
        attend(to: name)
      }
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
    finishAction(key, Deed(.escalate(reason)))
  }

  /// Lets go of all that was under way when the loop ended.
  func letGo() {
    probesUnderWay = [:]
    actionsUnderWay = [:]
    stepsToPerform = []
    sweepDue = .zero
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

extension StepProposal {
  fileprivate init(_ step: Step, of watch: Watch, at now: Duration) {
    self.init(
      application: watch.policy.name, target: watch.policy.target, reason: watch.incident?.reason ?? "",
      action: step.rung.action.phrase, rung: step.index, attempt: step.attempt,
      intensity: step.rung.intensity, downFor: watch.incident.map { now - $0.start } ?? .zero)
  }
}

// MARK: - Many failures at once

extension Supervisor {
  /// Takes note that servers are others now: that they fail, too, tells of the network as the first failure of any does.
  private func countAnew(_ servers: Set<Target>) {
    for (name, watched) in watches where servers.contains(watched.watch.policy.target) {
      if watched.watch.incident != nil { countedAnew[name] = now }
    }
  }

  func guardAgainstMassFailure() {
    guard let change = massFailures.judge(census.toll(), at: now) else { return }
    if case .thawed = change { reconsider(frozenApplications.union(planning)) }
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
        watches.values.filter { $0.isOwn && $0.watch.failingSince != nil }.map(\.watch.policy.name))
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
