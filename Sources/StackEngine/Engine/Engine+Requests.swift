import Ambience
import Document

/// What the process that runs an operation is asked for by another.
///
/// It is kept where signals to resources are, under the operation's id, which no logical ID is.
enum OperationRequest: Sendable, Hashable {
  /// To stop what goes on; the policy, if there is one, says what becomes of the stack.
  case cancel(OperationOptions.FailurePolicy?)
  /// To begin nothing new, and to end where it is: another operation takes over.
  case giveWay
  /// What becomes of the step that waits at the pause of a number.
  case decide(Int, PauseDecision)
  /// To stop where these say, and nowhere else.
  case breakpoints([Breakpoint])

  private static let decision = "decision/"

  static func address(_ operation: String) -> String { "operation/\(operation)" }

  var signal: Signal {
    switch self {
    case .cancel(let policy):
      Signal(id: "cancel", isSuccess: true, reason: "", data: policy?.rawValue ?? "")
    case .giveWay: Signal(id: "give_way", isSuccess: true, reason: "", data: "")
    case .decide(let number, let decision):
      Signal(id: Self.decision + String(number), isSuccess: true, reason: "", data: decision.rawValue)
    case .breakpoints(let breakpoints):
      Signal(
        id: "breakpoints", isSuccess: true, reason: "",
        data: Value.list(breakpoints.map { .string($0.description) }).jsonText())
    }
  }

  init?(_ signal: Signal) {
    switch signal.id {
    case "cancel": self = .cancel(OperationOptions.FailurePolicy(rawValue: signal.data))
    case "give_way": self = .giveWay
    case "breakpoints":
      let texts = (try? Value.json(signal.data))?.list?.compactMap(\.string) ?? []
      self = .breakpoints(texts.compactMap { try? Breakpoint($0) })
    default:
      guard signal.id.hasPrefix(Self.decision), let number = Int(signal.id.dropFirst(Self.decision.count)),
        let decision = PauseDecision(rawValue: signal.data)
      else { return nil }
      self = .decide(number, decision)
    }
  }
}

extension Engine {
  /// How often requests of other processes are looked for, and whether they were followed.
  private static let pause = Duration.seconds(1)
  /// For how long the running steps of another process's operation are waited for.
  private static let longestTakeover = Duration.seconds(3600)

  /// Stops the operation in progress on a stack, whichever process runs it.
  ///
  /// What goes on in the cloud is broken off. The stack then goes back or stays, as `policy` says, or else the
  /// operation's options. Returns when the operation is asked to stop, not when it has.
  package func cancel(
    _ name: String, _ policy: OperationOptions.FailurePolicy? = nil
  ) async throws {
    guard let record = try await operationInProgress(on: name) else {
      throw EngineError(
        .noOperation, "no operation on \(name) is in progress",
        hint: "`rollback` goes back from one that has failed")
    }
    let status = try await journal.head(id: record.stack.id)?.status
    let isDone = status == .updateCleanupInProgress || status == .updateRollbackCleanupInProgress
    if isDone || record.phase == .rollback {
      throw EngineError(
        .wrongStatus, "\(name) is \(status?.rawValue ?? "going back"), which can't be cancelled",
        hint: isDone ? "it is done but for deleting what is left over" : "an update may supersede it")
    }
    try await ask(.cancel(policy), of: record)
  }

  /// Makes the operation in progress on a stack end where it is, whichever process runs it, and returns when it has:
  /// the steps that run go on to their ends, and no other is begun.
  ///
  /// - Throws: `operation_in_progress` when it is one that can't be superseded, such as a deletion.
  package func takeOver(_ name: String) async throws {
    guard let record = try await operationInProgress(on: name) else { return }
    guard record.kind.givesWay else {
      throw EngineError(
        .operationInProgress, "the \(record.kind.rawValue) of \(name) in progress can't be superseded",
        hint: "wait until it has ended")
    }
    try await ask(.giveWay, of: record)
    let wasElsewhere = running[record.stack.id] == nil
    let end = ambient.uptime() + Self.longestTakeover
    while ambient.uptime() < end {
      if let run = running[record.stack.id] { _ = try? await run.operation.result() }
      try Task.checkCancellation()
      // A new operation's record may not be there yet; then it runs here, and has ended by now.
      guard try await journal.operation(record.id)?.isUnfinished ?? false else {
        // Its process lets go of the stack a moment later.
        if wasElsewhere { try await ambient.sleep(Self.pause) }
        return
      }
      if try await !isTakenUp(record) { try await ambient.sleep(Self.pause) }
    }
    throw EngineError(
      .timedOut,
      "the operation on \(name) didn't end within \(Self.longestTakeover.components.seconds) seconds",
      hint: "cancel it, or wait")
  }

  /// Takes up an operation that a dead process has left; false when a live one has it.
  private func isTakenUp(_ record: OperationRecord) async throws -> Bool {
    do {
      return try await takeUp(record.stack.name) != nil
    } catch let error as EngineError where error.code == .operationInProgress {
      return false
    }
  }

  /// The operation on a stack that has begun and not ended.
  package func operationInProgress(on name: String) async throws -> OperationRecord? {
    if let run = running.values.first(where: { $0.operation.stack.name == name }) { return await run.record }
    let stack = try await describe(name)
    return try await journal.operations(of: stack.identity.id).last(where: \.isUnfinished)
  }

  func ask(_ request: OperationRequest, of record: OperationRecord) async throws {
    // It is kept even for this process's own: whoever takes the operation up after a crash heeds it.
    try await journal.append([
      .signal(
        request.signal, logicalID: OperationRequest.address(record.id), stack: record.stack.id,
        time: ambient.now())
    ])
    await running[record.stack.id]?.heed(request)
    await bells.ring(record.stack.id)
  }

  /// Looks for what other processes ask of an operation until it ends.
  nonisolated func heedRequests(to run: OperationRun) async {
    let address = OperationRequest.address(run.operation.id)
    var pause = run.isResumed ? Duration.zero : Self.pause
    while !Task.isCancelled {
      do { try await ambient.sleep(pause) } catch { return }
      pause = Self.pause
      // What can't be read now can be in a second.
      let signals = try? await journal.signals(to: address, of: run.operation.stack.id)
      for request in (signals ?? []).compactMap(OperationRequest.init) { await run.heed(request) }
    }
  }
}

extension OperationRun {
  func heed(_ request: OperationRequest) {
    switch request {
    case .cancel(let policy): cancel(policy)
    case .giveWay: takeover.set()
    case .decide(let number, let decision): decide(number, decision)
    case .breakpoints(let breakpoints): record.options.breakpoints = breakpoints
    }
  }
}

extension OperationRecord.Kind {
  /// Whether another operation may take it over.
  fileprivate var givesWay: Bool {
    switch self {
    case .create, .update, .replace, .rollback: true
    case .delete, .act, .check, .suspend, .resume, .snapshot, .deleteSnapshot: false
    }
  }
}
