import Document

extension OperationRun {
  /// What is done about a step beside taking it.
  struct StepHandling {
    /// The resource as it is, for events.
    let resource: () -> ResourceRecord
    /// Leaves the resource as it is.
    let skip: () async throws -> Void
  }

  /// Takes a step; once it has failed, again if that is decided, where the operation waits after failures.
  ///
  /// - Returns: Whether the walk may go on to what needs it.
  func insist(
    _ logicalID: String, _ handling: StepHandling, take: () async throws -> Void
  ) async -> Bool {
    defer { contexts[logicalID] = nil }
    do {
      do {
        try await insist(logicalID, handling.resource, take)
      } catch is StepSkipped {
        try await handling.skip()
      }
      return true
    } catch is Ledger.Loss {
      return false
    } catch {
      note(error, on: logicalID)
      return false
    }
  }

  private func insist(
    _ logicalID: String, _ resource: () -> ResourceRecord, _ take: () async throws -> Void
  ) async throws {
    try await answerFailure(of: logicalID, resource)
    while true {
      do {
        return try await take()
      } catch  where waits(after: error) {
        let pause = PausePoint(.failure, logicalID)
        do {
          try await self.pause(at: pause, reason: sentence(of: error), of: resource())
        } catch let answer where answer is CancellationError || answer.isGivenUp {
          throw error
        }
      }
    }
  }

  /// Waits for what is to become of a step whose failure a dead process has left.
  private func answerFailure(of logicalID: String, _ resource: () -> ResourceRecord) async throws {
    let last = pauses.last { $0.point.moment == .failure && $0.logicalID == logicalID }
    guard isResumed, canPause, let last, last.decision != .retry else { return }
    do {
      try await wait(at: last, of: resource())
    } catch  where error.isGivenUp {
      throw EngineError(.operationFailed, last.reason)
    }
  }

  private func waits(after error: any Error) -> Bool {
    let isFailure =
      !(error is StepSkipped || error is CancellationError || error is Ledger.Loss || error.isGivenUp)
    return isFailure && canPause && record.options.pausesAtFailure && ledger.loss == nil
      && !halted.isSet && !takeover.isSet && !cancellation.isSet
  }
}

extension Error {
  fileprivate var isGivenUp: Bool { (self as? EngineError)?.code == .givenUp }
}
