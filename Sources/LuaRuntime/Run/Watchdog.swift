internal import Ambience
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#endif

/// The thread that stops what runs in Lua for too long without waiting, in any state.
///
/// It goes by the processor time of the thread that runs the strand, which is no matter of virtual time, nor of what else
/// the machine does. A watch costs two locks and a look at a clock; the watchdog's own thread sleeps while nothing runs,
/// and until somebody may have used up his time while something does.
final class Watchdog: Sendable {
  static let shared = Watchdog()

  private struct Watched {
    let strand: Strand
    let limit: Duration
    let clock: ThreadClock
    /// What the clock said at the begin.
    let start: Duration
    /// Before this its time can't be used up.
    var deadline: ContinuousClock.Instant

    func until(_ deadline: ContinuousClock.Instant) -> Watched {
      var watched = self
      watched.deadline = deadline
      return watched
    }
  }

  private struct State {
    var watched: [UInt64: Watched] = [:]
    var lastTicket: UInt64 = 0
    /// Until when the thread sleeps; nil while it waits to be woken.
    var sleepsUntil: ContinuousClock.Instant?
    var isStarted = false
  }

  /// How long the thread looks on after the last watch, so that one that follows needn't wake it.
  private static let patience = Duration.seconds(1)

  private let state = Mutex(State())
  /// A pipe that wakes the thread.
  private let bell: (listen: Int32, ring: Int32)

  private init() {
    var ends: [Int32] = [-1, -1]
    // Without it nothing would ever be stopped; the machine is out of files.
    precondition(pipe(&ends) == 0, "no pipe for the watchdog: error \(errno)")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    bell = (ends[0], ends[1])
  }

  /// Watches a strand that goes on now in this thread; it is stopped once it has used up its time before `end` is called.
  func begin(_ strand: Strand, within limit: Duration) -> UInt64 {
    let deadline = ContinuousClock.now + limit
    let clock = ThreadClock()
    let watched = Watched(
      strand: strand, limit: limit, clock: clock, start: clock.time, deadline: deadline)
    let (ticket, mustStart, mustWake) = state.withLock { state in
      state.lastTicket += 1
      state.watched[state.lastTicket] = watched
      defer { state.isStarted = true }
      return (state.lastTicket, !state.isStarted, state.sleepsUntil.map { $0 > deadline } ?? true)
    }
    if mustStart { start() } else if mustWake { wake() }
    return ticket
  }

  func end(_ ticket: UInt64) { state.withLock { _ = $0.watched.removeValue(forKey: ticket) } }

  private func wake() {
    var byte: UInt8 = 1
    write(bell.ring, &byte, 1)
  }

  private func start() {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { _ in
        Watchdog.shared.watch()
        return nil
      }, nil)
    // Without it nothing would ever be stopped; the machine is out of memory or of threads.
    precondition(status == 0, "no thread for the watchdog: error \(status)")
    pthread_detach(thread)
  }

  private func watch() {
    var idleSince = ContinuousClock.now
    while true {
      let now = ContinuousClock.now
      let (late, next) = state.withLock { state -> ([Watched], ContinuousClock.Instant?) in
        var late: [Watched] = []
        for (ticket, watched) in state.watched where watched.deadline <= now {
          let left = watched.limit - (watched.clock.time - watched.start)
          state.watched[ticket] = left > .zero ? watched.until(now + left) : nil
          if left <= .zero { late.append(watched) }
        }
        if !state.watched.isEmpty { idleSince = now }
        let isIdle = now - idleSince >= Self.patience
        state.sleepsUntil =
          state.watched.values.map(\.deadline).min() ?? (isIdle ? nil : now + .milliseconds(5))
        return (late, state.sleepsUntil)
      }
      for watched in late { watched.strand.stop(.timeout(watched.limit)) }
      sleep(until: next)
    }
  }

  /// Sleeps until an instant, or until somebody wakes it.
  private func sleep(until deadline: ContinuousClock.Instant?) {
    var listening = pollfd(fd: bell.listen, events: Int16(POLLIN), revents: 0)
    var patience: Int32 = -1
    if let deadline {
      let milliseconds = (deadline - ContinuousClock.now) / .milliseconds(1)
      patience = Int32(min(max(milliseconds.rounded(.up), 0), 60_000))
    }
    poll(&listening, 1, patience)
    var bytes = [UInt8](repeating: 0, count: 64)
    while listening.revents != 0, read(bell.listen, &bytes, bytes.count) > 0 {}
  }
}
