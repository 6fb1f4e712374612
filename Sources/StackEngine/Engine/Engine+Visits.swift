import Ambience

extension Engine {
  /// Starts to visit all that a stack has: to check, suspend or resume it.
  ///
  /// - Throws: `EngineError` with `suspended` when the stack is out of use, or isn't and was to be resumed.
  package func start(
    _ visit: Visit, on name: String, skipping skipped: Set<String> = []
  ) async throws -> Operation {
    let stack = try await describe(name)
    try checkKnown(skipped, in: stack)
    try checkThere(stack, to: visit.rawValue)
    try check(visit, on: stack.head)
    var record = OperationRecord(
      id: ambient.uuid(), stack: stack.identity, kind: visit.kind, goal: nil, origin: nil,
      options: OperationOptions(), started: ambient.now())
    record.options.skipped = skipped
    return try await start(record, plan: nil)
  }

  /// - Throws: `wrong_status` when a stack's creation was rolled back to nothing.
  func checkThere(_ stack: StackRecord, to verb: String) throws {
    guard stack.isRolledBackToNothing else { return }
    throw EngineError(
      .wrongStatus, "\(stack.identity.name) was rolled back to nothing, so there is nothing to \(verb)",
      hint: "create it anew")
  }

  private func check(_ visit: Visit, on head: StackHead) throws {
    let status = head.status
    switch visit {
    case .check where status.isSuspended:
      throw EngineError(.suspended, "\(head.identity.name) is suspended", hint: "resume it first")
    // A stack inside may be as it was, when the suspension of the outer one failed.
    case .resume where !status.isSuspended && status != .resumeFailed && head.parent == nil:
      throw EngineError(.suspended, "\(head.identity.name) isn't suspended, it is \(status.rawValue)")
    case .check, .suspend, .resume: break
    }
  }
}
