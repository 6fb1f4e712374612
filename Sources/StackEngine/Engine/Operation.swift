internal import Synchronization

/// An operation on a stack that runs by itself.
package final class Operation: Sendable {
  package let id: String
  package let kind: OperationRecord.Kind
  package let stack: StackIdentity
  /// What it is going to do, as far as its plan says that before.
  package let outline: [OutlineItem]
  /// The operation's events from its start on, for one reader; ends with the operation.
  package let events: AsyncStream<Event>

  private let feed: AsyncStream<Event>.Continuation
  private let state = Mutex<State>(State())

  private struct State {
    var outcome: Result<StackHead, any Error>?
    var waiters: [AsyncStream<Never>.Continuation] = []
  }

  init(_ record: OperationRecord, plan: Plan? = nil) {
    id = record.id
    kind = record.kind
    stack = record.stack
    outline = plan?.outline ?? []
    (events, feed) = AsyncStream.makeStream()
  }

  /// Waits for the end.
  ///
  /// - Returns: The stack as the operation left it, without its resources: whoever keeps the operation keeps this.
  /// - Throws: `EngineError` when the operation didn't do what it was for, though its rollback went well;
  ///   `CancellationError` when the waiting task is cancelled, which the operation doesn't notice.
  package func result() async throws -> StackHead {
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

  func end(_ outcome: Result<StackHead, any Error>) {
    let waiters = state.withLock { state in
      state.outcome = outcome
      defer { state.waiters = [] }
      return state.waiters
    }
    feed.finish()
    for waiter in waiters { waiter.finish() }
  }
}

/// A resource that an operation is going to work on.
package struct OutlineItem: Sendable, Hashable {
  package let logicalID: String
  package let type: String
  /// The logical IDs of those of the operation that come first.
  package let needs: [String]

  package init(_ logicalID: String, type: String, needs: [String]) {
    self.logicalID = logicalID
    self.type = type
    self.needs = needs
  }
}

extension Plan {
  /// The resources that it does something to, each once.
  var outline: [OutlineItem] {
    var seen: Set<String> = []
    return steps.enumerated().compactMap { index, step in
      guard step.action != .keep, seen.insert(step.logicalID).inserted else { return nil }
      let needs = edges[index].map { steps[$0] }.filter { $0.action != .keep }.map(\.logicalID)
      return OutlineItem(step.logicalID, type: step.type, needs: needs)
    }
  }
}
