import Ambience
import Document

/// A step is left out, as somebody has decided where it waited.
struct StepSkipped: Error {}

extension OperationRun {
  /// Whether anything holds steps up: what goes back has to get there by itself.
  var canPause: Bool { engine.heedsPauses && record.phase == .forward }

  /// Takes note of the pauses that a dead process has left, and of what was decided at them.
  func loadPauses() async throws {
    let address = OperationRequest.address(record.id)
    let signals = try await ledger.journal.signals(to: address, of: record.stack.id)
    pauses = Pause.all(in: signals)
    for case .breakpoints(let breakpoints) in signals.compactMap(OperationRequest.init) {
      record.options.breakpoints = breakpoints
    }
    for pause in pauses where pause.decision == .skip { record.options.skipped.insert(pause.logicalID) }
  }

  // MARK: - Before and after

  /// Lets a step come to the point before it; returns when it may be taken.
  ///
  /// - Throws: `StepSkipped` when it isn't to be taken, an error when it fails there or the operation ends.
  func pass(_ moment: PausePoint.Moment, _ context: StepContext, of resource: ResourceRecord) async throws {
    do {
      try await come(to: moment, context, of: resource)
    } catch let error where !(error is StepSkipped) && ledger.loss == nil {
      let failed = event(of: resource, moment.verb + "_FAILED", sentence(of: error))
      try await ledger.keep([.event(failed)])
      throw error
    }
  }

  /// Lets a step come to the point after it; returns when it counts as done.
  ///
  /// If the operation ends meanwhile it is done: all that it was for is there.
  func finish(_ moment: PausePoint.Moment, _ context: StepContext, of resource: ResourceRecord) async throws {
    do { try await come(to: moment, context, of: resource) } catch is CancellationError {}
  }

  private func come(
    to moment: PausePoint.Moment, _ context: StepContext, of resource: ResourceRecord
  ) async throws {
    guard canPause else { return }
    contexts[resource.logicalID] = context
    let isDeletion = moment == .preDelete || moment == .postDelete
    let point = PausePoint(
      moment, resource.logicalID, physicalName: isDeletion ? resource.physicalName : nil)
    if let earlier = pauses.last(where: { $0.point == point }) {
      if let decision = earlier.decision {
        try heed(decision, at: point)
      } else {
        try await wait(at: earlier, of: resource)
      }
    } else if record.options.breakpoints.contains(where: { $0.matches(point) }) {
      try await pause(at: point, reason: "", of: resource)
    }
    let verdict = try await engine.hooks?.verdict(at: moment, of: context) ?? .goOn
    // What was cleared there once isn't held up again.
    guard case .pause(let reason) = verdict, !pauses.contains(where: { $0.point == point }) else { return }
    try await pause(at: point, reason: reason, of: resource)
  }

  func context(
    of resource: ResourceRecord, _ properties: Properties, over old: ResourceRecord?
  ) -> StepContext {
    let isThere = resource.physical != nil
    return StepContext(
      stack: record.stack, logicalID: resource.logicalID, type: resource.type,
      physicalID: (old ?? resource).physical?.id, properties: properties,
      previous: isThere ? resource.properties : old?.properties,
      isReplacement: old.map { $0.physical != nil && !$0.isOfFailedCreation } ?? false)
  }

  /// What the creation that was cut off has superseded.
  func superseded(by begun: ResourceRecord?) -> ResourceRecord? {
    superseded.values.first { $0.logicalID == begun?.logicalID && !$0.isOfFailedCreation }
  }

  // MARK: - Waiting

  func pause(at point: PausePoint, reason: String, of resource: ResourceRecord) async throws {
    let pause = Pause(
      number: (pauses.last?.number ?? 0) + 1, point: point, reason: reason, since: ambient.now())
    pauses.append(pause)
    let kept = JournalEntry.signal(
      pause.signal, logicalID: OperationRequest.address(record.id), stack: record.stack.id, time: pause.since)
    try await ledger.keep([kept, .event(event(of: resource, status(at: point, resource), pause.sentence))])
    try await wait(at: pause, of: resource)
  }

  /// Waits at a pause until somebody decides what becomes of the step, and has it so.
  func wait(at pause: Pause, of resource: ResourceRecord) async throws {
    let gate = Latch()
    gates[pause.number] = gate
    defer { gates[pause.number] = nil }
    await engine.noteRest(of: record.stack.id)
    if decision(at: pause) == nil { await first(of: [gate, halted, takeover]) }
    guard let decision = decision(at: pause), !Task.isCancelled else { throw CancellationError() }
    let told = event(of: resource, status(at: pause.point, resource), pause.sentence(after: decision))
    try await ledger.keep([.event(told)])
    try heed(decision, at: pause.point)
  }

  private func first(of latches: [Latch]) async {
    await withTaskGroup { group in
      for latch in latches { group.addTask { await latch.wait() } }
      await group.next()
      group.cancelAll()
    }
  }

  private func status(at point: PausePoint, _ resource: ResourceRecord) -> String {
    point.moment == .failure ? resource.status.rawValue : point.moment.verb + "_IN_PROGRESS"
  }

  private func decision(at pause: Pause) -> PauseDecision? {
    pauses.first { $0.number == pause.number }?.decision
  }

  private func heed(_ decision: PauseDecision, at point: PausePoint) throws {
    switch decision {
    case .goOn, .retry: return
    case .skip:
      record.options.skipped.insert(point.logicalID)
      throw StepSkipped()
    case .fail: throw EngineError(.givenUp, "it was given up where it waited, at \(point.moment.rawValue)")
    }
  }

  /// Notes what was decided at a pause.
  func decide(_ number: Int, _ decision: PauseDecision) {
    guard let index = pauses.firstIndex(where: { $0.number == number && $0.decision == nil }) else { return }
    pauses[index].decision = decision
    gates[number]?.set()
  }

  // MARK: - At rest

  /// Takes note of how many steps run, once all are begun that can be.
  func note(running count: Int) async {
    running = count
    await engine.noteRest(of: record.stack.id)
  }

  /// How many steps run, and how many of them wait at a pause; nil before the first is begun.
  var standing: (running: Int, waiting: Int)? {
    guard let running, !halted.isSet, !takeover.isSet, !cancellation.isSet else { return nil }
    return (
      running, gates.keys.count { number in pauses.contains { $0.number == number && $0.decision == nil } }
    )
  }
}

extension PausePoint.Moment {
  /// What the step does, as statuses begin.
  var verb: String {
    switch self {
    case .preCreate, .postCreate: "CREATE"
    case .preUpdate, .postUpdate: "UPDATE"
    case .preDelete, .postDelete: "DELETE"
    case .failure: "FAILURE"
    }
  }
}

extension Pause {
  /// As Heat says it.
  fileprivate var sentence: String {
    let moment = point.moment
    if moment == .failure { return "\(reason); waits to be told whether to retry, skip or fail" }
    return "\(moment.verb) paused until Hook \(moment.rawValue) is cleared"
      + (reason.isEmpty ? "" : ": \(reason)")
  }

  fileprivate func sentence(after decision: PauseDecision) -> String {
    switch decision {
    case .goOn: "Hook \(point.moment.rawValue) is cleared"
    case .retry: "is tried again"
    case .skip: "is to be skipped"
    case .fail: "is given up"
    }
  }
}
