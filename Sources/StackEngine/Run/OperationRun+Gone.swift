extension OperationRun {
  /// Takes note that what couldn't be updated or acted upon isn't there any more, so that whatever comes next makes it
  /// again: going back, another try, or the replacement of something else.
  ///
  /// - Returns: Whether that is so.
  @discardableResult
  func markIfGone(
    _ resource: ResourceRecord, _ type: any ResourceType, _ call: ResourceCall, after error: any Error
  ) async throws -> Bool {
    let isNotFound = requests(behind: error).contains {
      if case .request(let request) = $0 { request.status == 404 } else { false }
    }
    // It may be something else that wasn't found.
    guard isNotFound, let physical = resource.physical,
      let seen = try? await type.observe(physical, call), seen.condition == .gone
    else { return false }
    var gone = resource
    gone.status = .checkFailed
    gone.reason = ResourceRecord.goneFromCloud
    try await keep(gone)
    return true
  }
}
