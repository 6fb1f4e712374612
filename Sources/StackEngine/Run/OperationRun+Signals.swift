import Ambience
import Document

extension OperationRun {
  /// What to keep of the signals that a logical ID has got before one of its resources is created: they are another's.
  func earlierSignals(_ resource: ResourceRecord) async throws -> [JournalEntry] {
    let earlier = try await signals.signals(to: resource.logicalID)
    if earlier.isEmpty { return [] }
    let ids = Value.list(earlier.map { .string($0.id) })
    return [.stepEnded(scope(of: resource), StepEntry(key: "before", record: .done(ids)))]
  }

  /// Waits for the signals that a resource's creation policy asks for; what goes back doesn't.
  ///
  /// - Throws: `signalled_failure` when more failures have come than it bears, `timed_out`, `CancellationError` when
  ///   the operation ends meanwhile.
  func awaitSignals(_ policy: CreationPolicy?, to resource: ResourceRecord) async throws {
    guard let policy, policy.required > 0, record.phase == .forward else { return }
    let earlier = try await idsBefore(resource)
    let end = ambient.uptime() + policy.timeout
    var isTold = false
    while true {
      let come = try await signals.signals(to: resource.logicalID).filter { !earlier.contains($0.id) }
      let failures = come.filter { !$0.isSuccess }
      if let failure = failures.first, failures.count > policy.count - policy.required {
        throw EngineError(
          .signalledFailure,
          "a guest signalled a failure: \(failure.reason.isEmpty ? "it gave no reason" : failure.reason)")
      }
      let successes = come.count - failures.count
      if successes >= policy.required { return }
      let left = end - ambient.uptime()
      if left <= .zero { throw tooFew(successes, policy, resource) }
      if !isTold {
        isTold = true
        let reason = "waits for \(policy.required - successes) of \(policy.count) signals"
        try await ledger.keep([.event(event(of: resource, resource.status.rawValue, reason))])
      }
      try await awaitSignal(to: resource.logicalID, left)
    }
  }

  private func awaitSignal(to logicalID: String, _ limit: Duration) async throws {
    try await withThrowingTaskGroup { [signals, halted] group in
      group.addTask { try await signals.awaitSignal(to: logicalID, timeout: limit) }
      group.addTask { await halted.wait() }
      try await group.next()
      group.cancelAll()
    }
    if halted.isSet { throw CancellationError() }
    try Task.checkCancellation()
  }

  private func idsBefore(_ resource: ResourceRecord) async throws -> Set<String> {
    let steps = try await ledger.journal.steps(of: scope(of: resource))
    guard case .done(let ids)? = steps.first?.record else { return [] }
    return Set((ids.list ?? []).compactMap(\.string))
  }

  private func scope(of resource: ResourceRecord) -> StepScope {
    StepScope(operation: resource.createdBy, physicalName: resource.physicalName, verb: "signals")
  }

  private func tooFew(_ come: Int, _ policy: CreationPolicy, _ resource: ResourceRecord) -> EngineError {
    EngineError(
      .timedOut,
      "\(come) of \(policy.required) signals of success came within \(policy.timeout.components.seconds) s",
      hint:
        "guests signal with cfn-signal; by hand: kiln stacks signal \(record.stack.name) \(resource.logicalID)"
    )
  }
}
