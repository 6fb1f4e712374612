internal import Synchronization

/// A result that comes once, and that many can wait for.
final class Completion<Success: Sendable, Failure: Error>: Sendable {
  private struct State {
    var result: Result<Success, Failure>?
    var waiters: [Int: CheckedContinuation<Result<Success, Failure>?, Never>] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  /// The result, when it is there.
  var result: Result<Success, Failure>? { state.withLock(\.result) }

  func finish(_ result: Result<Success, Failure>) {
    let waiters = state.withLock { state in
      if state.result == nil { state.result = result }
      defer { state.waiters.removeAll() }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume(returning: result) }
  }

  /// Waits for the result; a cancelled task stops waiting.
  func value() async throws -> Success {
    let key = state.withLock { state in
      state.next += 1
      return state.next
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in wait(key, continuation) }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: key) }?.resume(returning: nil)
    }
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  /// Waits for the end whatever it is, also in a cancelled task.
  func settled() async -> Result<Success, Failure> {
    while true {
      let result = await withCheckedContinuation { continuation in
        wait(
          state.withLock {
            $0.next += 1
            return $0.next
          }, continuation, evenCancelled: true)
      }
      if let result { return result }
    }
  }

  private func wait(
    _ key: Int, _ continuation: CheckedContinuation<Result<Success, Failure>?, Never>,
    evenCancelled: Bool = false
  ) {
    let early: Result<Success, Failure>?? = state.withLock { state in
      if let result = state.result { return .some(result) }
      // Cancelled before it was noted: the handler has found no waiter.
      if !evenCancelled && Task.isCancelled { return .some(nil) }
      state.waiters[key] = continuation
      return .none
    }
    if let early { continuation.resume(returning: early) }
  }
}
