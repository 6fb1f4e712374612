import Ambience
import StackEngine
import Synchronization

/// All that a process reaches the world by, so that it can be cut off: what is dead does nothing any more.
///
/// A dead process isn't stopped in the middle of its own work, which nobody can see; but each of its journal
/// entries, requests and pauses fails from then on, so that its tasks end. Those of a paused one wait.
final class Gate: Sendable {
  /// What a process meets that is dead.
  struct Dead: Error {}
  /// What a process meets whose disk is full.
  struct DiskFull: Error, CustomStringConvertible { let description = "no space left on device" }

  enum Fate { case write, dieBefore, dieAfter, full, dead }

  private struct State {
    var isDead = false
    var isDiskFull = false
    var isPaused = false
    /// Those who wait for the end of a pause.
    var paused: [CheckedContinuation<Void, Never>] = []
    /// How many writes go well before the process dies; nil for all.
    var writesLeft: Int?
    var keepsLast = false
    var waiters: [AsyncStream<Never>.Continuation] = []
    var writes = 0
  }

  private let state = Mutex(State())

  var isDead: Bool { state.withLock { $0.isDead } }

  func check() throws { if isDead { throw Dead() } }

  /// Lets the process die at a write after so many others, which is kept or not.
  func die(after writes: Int, keepsLast: Bool) {
    state.withLock { ($0.writesLeft, $0.keepsLast) = (writes, keepsLast) }
  }

  func fillDisk(_ isFull: Bool) { state.withLock { $0.isDiskFull = isFull } }
  var isDiskFull: Bool { state.withLock { $0.isDiskFull } }

  /// How many writes there were.
  var writes: Int { state.withLock { $0.writes } }

  func kill() {
    let waiters = state.withLock { state in
      state.isDead = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.finish() }
    goOn()
  }

  var isPaused: Bool { state.withLock(\.isPaused) }

  /// Stops the process where it is, as SIGSTOP does, until `goOn`.
  func pause() { state.withLock { $0.isPaused = true } }

  func goOn() {
    let paused = state.withLock { state in
      state.isPaused = false
      defer { state.paused = [] }
      return state.paused
    }
    for waiter in paused { waiter.resume() }
  }

  /// Waits while the process is paused, even in a cancelled task.
  ///
  /// - Throws: `Dead`.
  func pass() async throws {
    await withCheckedContinuation { continuation in
      let isPaused = state.withLock { state in
        guard state.isPaused, !state.isDead else { return false }
        state.paused.append(continuation)
        return true
      }
      if !isPaused { continuation.resume() }
    }
    try check()
  }

  /// What becomes of a write.
  func fate() -> Fate {
    state.withLock { state in
      if state.isDead { return .dead }
      if state.isDiskFull { return .full }
      state.writes += 1
      guard let left = state.writesLeft else { return .write }
      state.writesLeft = left - 1
      if left > 0 { return .write }
      return state.keepsLast ? .dieAfter : .dieBefore
    }
  }

  /// Returns when the process is dead, or the task is cancelled.
  func death() async {
    let (stream, waiter) = AsyncStream<Never>.makeStream()
    let isDead = state.withLock { state in
      if !state.isDead { state.waiters.append(waiter) }
      return state.isDead
    }
    if !isDead { for await _ in stream {} }
  }

  /// Time as the process sees it: its clock may be wrong, and a dead process doesn't sleep.
  func ambient(_ base: Ambient, clock: @escaping @Sendable () -> Duration) -> Ambient {
    Ambient(
      now: { base.now() + clock() }, uptime: base.uptime,
      sleep: { [self] span in
        let end = base.uptime() + span
        repeat {
          try await pass()
          // Long pauses in parts, so that the tasks of a dead process end soon.
          try await base.sleep(min(.seconds(20), end - base.uptime()))
        } while base.uptime() < end
        try await pass()
      }, random: base.random)
  }
}
