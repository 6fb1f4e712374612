import Document

extension OperationRun {
  /// What led to the failure of a call: the step that it was at, and the request that went wrong.
  ///
  /// What was cut off has the failure that came first for its cause.
  func causes(of error: any Error, _ call: ResourceCall, _ verb: String) async -> [Cause] {
    if error is CancellationError {
      return failures.first.map { [.resource($0.logicalID)] } ?? []
    }
    // A journal that can't be read has worse to tell than where a step stood.
    let begun = (try? await call.journal.entries()) ?? []
    let step = begun.last { $0.record == .interrupted }.map { Cause.step($0.key, verb: verb) }
    return [step].compactMap(\.self) + requests(behind: error)
  }

  func requests(behind error: any Error) -> [Cause] {
    failedRequest(behind: error).map { [.request($0)] } ?? []
  }
}

/// The request that an error comes from, through what it led to.
private func failedRequest(behind error: any Error) -> FailedRequest? {
  if let request = (error as? any RequestError)?.failedRequest { return request }
  return (error as? EngineError)?.cause.flatMap(failedRequest(behind:))
}
