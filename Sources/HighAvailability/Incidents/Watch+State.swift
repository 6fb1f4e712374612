import OrderedCollections

extension Watch {
  /// What of it must outlive the process.
  package var state: WatchState<Duration> {
    let phase: WatchState<Duration>.Phase =
      switch phase {
      case .watching: .watching
      case .planned, .asking: .planned
      case .acting(let step): .acting(.init(step))
      case .settling: .settling
      case .held(let reason): .held(reason)
      case .gaveUp(let reason): .gaveUp(reason)
      }
    return WatchState(
      rungs: policy.ladder.rungs.map(\.action.phrase), tries: ladder.tries, lowest: ladder.lowest,
      phase: phase,
      failure: incident.map {
        .init(
          start: $0.start, reason: $0.reason, lastStep: $0.lastStep.map { .init($0) },
          parts: $0.parts, rounds: $0.rounds, told: $0.told)
      }, isInMaintenance: isInMaintenance, healthySince: healthySince)
  }

  /// Forgets all that happened: another supervisor watches from now on, or has until now.
  mutating func forget(at now: Duration) {
    phase = .watching
    incident = nil
    ladder.reset()
    healthySince = isScope ? now : nil
    isInMaintenance = false
    _ = takeNotices()
    startChecksAfresh(grace: longestGrace, at: now)
  }

  /// That nothing more is done, and why, as another process has left it; nil where something is.
  var lastWord: Notice? {
    let (verb, why): (HAEvent.Verb, String)
    switch phase {
    case .gaveUp(let reason): (verb, why) = (.gaveUp, reason)
    case .held(let reason): (verb, why) = (.held, reason)
    case .watching, .planned, .asking, .acting, .settling: return nil
    }
    let reason = "\(incident?.reason ?? ""); \(why), as the supervisor before found"
    return Notice(verb: verb, reason: reason, rung: incident?.lastStep?.index)
  }

  /// Goes on from what another process has left.
  ///
  /// The checks judge anew, at once where the application isn't known to be starting. A step that was cut off is
  /// given back, for somebody to look into; `finish` takes what comes of that.
  package mutating func restore(_ state: WatchState<Duration>, at now: Duration) -> Step? {
    ladder.restore(state, on: policy.ladder)
    isInMaintenance = state.isInMaintenance
    healthySince = state.healthySince
    guard let failure = state.failure else {
      if healthySince != nil { startChecksAfresh(grace: .zero, at: now) }
      return nil
    }
    incident = Incident(
      start: failure.start, reason: failure.reason, lastStep: failure.lastStep.flatMap { step($0, state) })
    incident?.parts = failure.parts
    incident?.rounds = failure.rounds
    incident?.told = failure.told
    startChecksAfresh(grace: .zero, at: now)
    switch state.phase {
    case .planned where !failure.parts.isEmpty: decide(at: now)
    case .watching, .planned, .settling: phase = .settling
    case .held(let reason): phase = .held(reason)
    case .gaveUp(let reason): phase = .gaveUp(reason)
    case .acting(let mark):
      guard let step = step(mark, state) else {
        phase = .settling
        return nil
      }
      phase = .acting(step)
      return step
    }
    return nil
  }

  /// The step that was marked; nil when the ladder has changed and its rung isn't there any more.
  private func step(_ mark: WatchState<Duration>.Mark, _ state: WatchState<Duration>) -> Step? {
    let rungs = policy.ladder.rungs
    guard rungs.indices.contains(mark.rung), state.rungs.indices.contains(mark.rung),
      rungs[mark.rung].action.phrase == state.rungs[mark.rung]
    else { return nil }
    return Step(index: mark.rung, rung: rungs[mark.rung], attempt: mark.attempt)
  }
}

extension WatchState.Mark {
  init(_ step: Step) { self.init(rung: step.index, attempt: step.attempt) }
}

extension LadderState {
  /// Takes over the tries of a ladder, each rung those of the one that does the same.
  ///
  /// A ladder whose rungs are others is climbed from its lowest rung again.
  mutating func restore(_ state: WatchState<Duration>, on ladder: Ladder) {
    let names = ladder.rungs.map(\.action.phrase)
    if names == state.rungs, state.tries.count == names.count {
      (tries, lowest) = (state.tries, min(max(0, state.lowest), names.count))
      return
    }
    makeRoom(names.count)
    var left = Array(zip(state.rungs, state.tries))
    for (index, name) in names.enumerated() {
      guard let found = left.firstIndex(where: { $0.0 == name }) else { continue }
      tries[index] = left.remove(at: found).1
    }
    lowest = 0
  }
}
