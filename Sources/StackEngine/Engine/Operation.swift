internal import Synchronization

/// An operation on a stack that runs by itself.
package final class Operation: Sendable {
  package let id: String
  package let kind: OperationRecord.Kind
  package let stack: StackIdentity
  /// The operation's events from its start on, for one reader; ends with the operation.
  package let events: AsyncStream<Event>

  private let feed: AsyncStream<Event>.Continuation
  private let state = Mutex<State>(State())

  private struct State {
    var outcome: Result<StackRecord, any Error>?
    var waiters: [AsyncStream<Never>.Continuation] = []
  }

  init(_ record: OperationRecord) {
    id = record.id
    kind = record.kind
    stack = record.stack
    (events, feed) = AsyncStream.makeStream()
  }

  /// Waits for the end.
  ///
  /// - Returns: The stack as the operation left it.
  /// - Throws: `EngineError` when the operation didn't do what it was for, though its rollback went well;
  ///   `CancellationError` when the waiting task is cancelled, which the operation doesn't notice.
  package func result() async throws -> StackRecord {
    let (stream, waiter) = AsyncStream<Never>.makeStream()
    let isOver = state.withLock { state in
      if state.outcome == nil { state.waiters.append(waiter) }
      return state.outcome != nil
    }
    if !isOver { for await _ in stream {} }
    guard let outcome = state.withLock({ $0.outcome }) else { throw CancellationError() }
    return try outcome.get()
  }

  /// Whether it has ended.
  package var isOver: Bool { state.withLock { $0.outcome != nil } }

  func tell(_ happened: [Event]) {
    for event in happened { feed.yield(event) }
  }

  func end(_ outcome: Result<StackRecord, any Error>) {
    let waiters = state.withLock { state in
      state.outcome = outcome
      defer { state.waiters = [] }
      return state.waiters
    }
    feed.finish()
    for waiter in waiters { waiter.finish() }
  }
}
