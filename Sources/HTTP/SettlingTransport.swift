package import Ambience

/// A transport that doesn't let go of a change that is on its way: a sender who is cancelled still hears what came of it,
/// if that comes soon.
///
/// So what is done next, such as taking the change back, can't overtake it.
package struct SettlingTransport: Transport {
  private let base: any Transport
  private let ambient: Ambient
  /// How long a cancelled sender waits for the answer.
  private let patience: Duration

  package init(_ base: any Transport, ambient: Ambient, patience: Duration = .seconds(10)) {
    self.base = base
    self.ambient = ambient
    self.patience = patience
  }

  package var movesFiles: Bool { base.movesFiles }

  package func send(_ request: Request) async throws -> Response {
    if request.method.onlyReads || request.movesFile { return try await base.send(request) }
    try Task.checkCancellation()
    // On the executor that the caller prefers, on which a simulation depends.
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    let sending = Task(executorPreference: executor) { try await base.send(request) }
    return try await withTaskCancellationHandler {
      try await sending.value
    } onCancel: {
      Task(executorPreference: executor) {
        try? await ambient.sleep(patience)
        sending.cancel()
      }
    }
  }
}
