import Ambience

extension OperationRun {
  private static let firstPause = Duration.seconds(1)
  private static let longestPause = Duration.seconds(15)

  /// Makes a call of a type, again and again while what keeps it from succeeding may pass.
  ///
  /// A type's calls may be made again, so the second goes on where the first was cut off. An event says what is
  /// waited for. The wait ends with the surroundings' patience, or when the operation fails elsewhere.
  func patiently<Outcome: Sendable>(
    on resource: ResourceRecord, _ body: @Sendable () async throws -> Outcome
  ) async throws -> Outcome {
    let end = ambient.uptime() + surroundings.patience
    var pause = Self.firstPause
    var told = ""
    while true {
      do {
        return try await body()
      } catch let error as any PassingError where error.mayPass && ambient.uptime() + pause < end {
        let sentence = sentence(of: error)
        if sentence != told {
          told = sentence
          let waits = event(
            of: resource, resource.status.rawValue, "waits, for \(sentence)", requests(behind: error))
          try await ledger.keep([.event(waits)])
        }
        try await rest(ambient.jitter(pause), else: error)
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  /// Sleeps; throws an error when the operation has failed elsewhere in the meantime.
  private func rest(_ span: Duration, else error: any Error) async throws {
    let end = ambient.uptime() + span
    while ambient.uptime() < end {
      // What goes back is patient to its end: nothing comes after it.
      if record.phase != .rollback, halted.isSet || cancellation.isSet { throw error }
      try await ambient.sleep(min(.seconds(1), end - ambient.uptime()))
    }
  }
}
