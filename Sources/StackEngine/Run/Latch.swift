internal import Synchronization

/// Something that happens at most once, and that many may wait for.
final class Latch: Sendable {
  private let state = Mutex<(isSet: Bool, waiters: [AsyncStream<Never>.Continuation])>((false, []))

  var isSet: Bool { state.withLock { $0.isSet } }

  func set() {
    let waiters = state.withLock { state in
      defer { state = (true, []) }
      return state.waiters
    }
    for waiter in waiters { waiter.finish() }
  }

  /// Returns when it is set or the task is cancelled.
  func wait() async {
    let (stream, waiter) = AsyncStream<Never>.makeStream()
    let isSet = state.withLock { state in
      if !state.isSet { state.waiters.append(waiter) }
      return state.isSet
    }
    if !isSet { for await _ in stream {} }
  }
}
