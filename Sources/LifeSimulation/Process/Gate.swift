import Ambience
import StackEngine
import Synchronization

/// All that a process reaches the world by, so that it can be cut off: what is dead does nothing any more.
///
/// A dead process isn't stopped in the middle of its own work, which nobody can see; but each of its journal
/// entries, requests and pauses fails from then on, so that its tasks end.
final class Gate: Sendable {
  /// What a process meets that is dead.
  struct Dead: Error {}
  /// What a process meets whose disk is full.
  struct DiskFull: Error, CustomStringConvertible { let description = "no space left on device" }

  enum Fate { case write, dieBefore, dieAfter, full, dead }

  private struct State {
    var isDead = false
    var isDiskFull = false
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
          try check()
          // Long pauses in parts, so that the tasks of a dead process end soon.
          try await base.sleep(min(.seconds(20), end - base.uptime()))
        } while base.uptime() < end
        try check()
      }, random: base.random)
  }
}
