internal import CLua
internal import Synchronization

/// Why a strand was stopped.
enum StopReason: Sendable {
  case stopped, cancelled
  case timeout(Duration)

  var error: LuaError {
    switch self {
    case .stopped: LuaError(.stopped, "the script was stopped")
    case .cancelled: LuaError(.cancelled, "the task was cancelled")
    case .timeout(let limit): LuaError(.timeout, "it took longer than \(limit)")
    }
  }
}

/// One coroutine that Swift drives: a run, a call, or a task of `kiln.task`.
final class Strand: Sendable {
  private struct Inner {
    var reason: StopReason?
    var operation: Task<[LuaValue], any Error>?
    var childFailure: LuaError?
    var children: [Strand] = []
    var hasEnded = false
  }

  typealias Outcome = Result<[LuaValue], LuaError>

  nonisolated(unsafe) let pointer: OpaquePointer
  let completion = Completion<[LuaValue], LuaError>()
  let parent: Strand?
  /// Whether somebody waits for its outcome, so that a failure needn't be told to the parent.
  private let observers = Mutex(0)
  private let inner = Mutex(Inner())

  init(pointer: OpaquePointer, parent: Strand?) {
    self.pointer = pointer
    self.parent = parent
  }

  deinit { kl_strand_free(pointer) }

  var reason: StopReason? { inner.withLock(\.reason) }
  var children: [Strand] { inner.withLock(\.children) }
  var isObserved: Bool { observers.withLock { $0 > 0 } }
  func observe() { observers.withLock { $0 += 1 } }
  func unobserve() { observers.withLock { $0 -= 1 } }

  /// Stops it and its children, from any thread; it ends as soon as it has cleaned up.
  func stop(_ reason: StopReason) {
    let (operation, children) = inner.withLock { inner -> (Task<[LuaValue], any Error>?, [Strand]) in
      if inner.hasEnded { return (nil, []) }
      if inner.reason == nil { inner.reason = reason }
      kl_stop(pointer)
      return (inner.operation, inner.children)
    }
    operation?.cancel()
    for child in children { child.stop(.cancelled) }
  }

  /// Lets other threads go first, from any thread.
  func makeWay() {
    inner.withLock { inner in
      if !inner.hasEnded { kl_make_way(pointer) }
    }
  }

  /// Ends at once what it still does after a stop, from any thread.
  func insist() {
    inner.withLock { inner in
      if !inner.hasEnded { kl_insist(pointer) }
    }
  }

  /// Cancels only what it awaits.
  func cancelOperation() {
    inner.withLock(\.operation)?.cancel()
  }

  /// Marks the end, after which `stop` no longer touches the coroutine, and lets go of it.
  func end() {
    inner.withLock { inner in
      inner.hasEnded = true
      kl_strand_close(pointer)
    }
  }

  // MARK: Children

  func adopt(_ child: Strand) {
    let reason = inner.withLock { inner in
      inner.children.append(child)
      return inner.reason
    }
    if reason != nil { child.stop(.cancelled) }
  }

  func forget(_ child: Strand) {
    inner.withLock { $0.children.removeAll { $0 === child } }
  }

  /// Hears of a child that failed while nobody waited for it: its siblings stop, and the parent gets the
  /// error.
  func fail(of child: Strand, _ error: LuaError) {
    let (operation, siblings) = inner.withLock { inner in
      if inner.childFailure == nil { inner.childFailure = error }
      return (inner.operation, inner.children)
    }
    for sibling in siblings where sibling !== child { sibling.stop(.cancelled) }
    operation?.cancel()
  }

  func takeChildFailure() -> LuaError? {
    inner.withLock { inner in
      defer { inner.childFailure = nil }
      return inner.childFailure
    }
  }

  // MARK: Awaiting

  /// Waits for an operation, unless the strand is stopped or a child fails.
  func perform(
    _ operation: @escaping LuaFunctionDeclaration.Operation
  ) async -> Result<[LuaValue], any Error> {
    if let reason { return .failure(reason.error) }
    if let failure = takeChildFailure() { return .failure(failure) }
    let task = Task { @concurrent in try await operation() }
    let mustCancel = inner.withLock { inner in
      inner.operation = task
      return inner.reason != nil || inner.childFailure != nil
    }
    if mustCancel { task.cancel() }
    let result = await task.result
    inner.withLock { $0.operation = nil }
    if let failure = takeChildFailure() { return .failure(failure) }
    if case .failure = result, let reason { return .failure(reason.error) }
    return result
  }
}
