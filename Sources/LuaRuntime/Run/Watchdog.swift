internal import Ambience
internal import CLua
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
    let thread: Int32
    let clock: ThreadClock
    /// What the clock said at the begin.
    let start: Duration
    var effort: Effort
    /// Before this it can't have come to its next mark.
    var due: ContinuousClock.Instant
  }

  private struct State {
    var watched: [UInt64: Watched] = [:]
    var lastTicket: UInt64 = 0
    /// Until when the thread sleeps; nil while it waits to be woken.
    var sleepsUntil: ContinuousClock.Instant?
    var isStarted = false
  }

  /// How long the thread looks on after the last watch, so that one that follows needn't wake it.
  ///
  /// Not for long: each process that runs a plugin has such a thread, and where many look on those who answer wait.
  private static let patience = Duration.milliseconds(10)
  /// How often it looks meanwhile.
  private static let beat = Duration.milliseconds(2)

  private let state = Mutex(State())
  /// How many of the watched give way.
  private let givingWay = Atomic(0)
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
  ///
  /// One whose thread takes long turns gives way from the start.
  func begin(_ strand: Strand, within limit: Duration, turn: ThreadTurn) -> UInt64 {
    let now = ContinuousClock.now
    let clock = ThreadClock()
    // Its first mark is looked for when the thread wakes anyway.
    let watched = Watched(
      strand: strand, thread: ThreadTurn.thread, clock: clock, start: clock.time,
      effort: Effort(limit: limit, givesWay: turn == .long), due: now)
    if watched.effort.givesWay { givingWay.add(1, ordering: .relaxed) }
    let (ticket, mustStart, mustWake) = state.withLock { state in
      state.lastTicket += 1
      state.watched[state.lastTicket] = watched
      defer { state.isStarted = true }
      return (state.lastTicket, !state.isStarted, state.sleepsUntil.map { $0 > now + limit } ?? true)
    }
    if mustStart { start() } else if mustWake { wake() }
    return ticket
  }

  /// Ends a watch in the thread in which it began.
  ///
  /// - Returns: What the strand has used, and whether its thread was made to give way.
  func end(_ ticket: UInt64) -> (used: Duration, gaveWay: Bool) {
    guard let watched = state.withLock({ $0.watched.removeValue(forKey: ticket) }) else {
      return (.zero, false)
    }
    if watched.effort.givesWay { givingWay.subtract(1, ordering: .relaxed) }
    return (watched.clock.time - watched.start, watched.effort.givesWay)
  }

  /// Lets those go first who have just got something to answer.
  ///
  /// The scheduler itself may look at who waits only at its next tick, four milliseconds away.
  func makeWay() {
    guard givingWay.load(ordering: .relaxed) > 0 else { return }
    let strands = state.withLock { $0.watched.values.filter(\.effort.givesWay).map(\.strand) }
    for strand in strands { strand.makeWay() }
  }

  private func wake() {
    var byte: UInt8 = 1
    write(bell.ring, &byte, 1)
  }

  private func start() {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { _ in
        ThreadTurn.short.take()
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
      let (marks, next) = state.withLock { state -> ([(Watched, Effort.Mark)], ContinuousClock.Instant?) in
        var marks: [(Watched, Effort.Mark)] = []
        for (ticket, watched) in state.watched where watched.due <= now {
          var watched = watched
          let used = watched.clock.time - watched.start
          let mark = watched.effort.reach(used)
          if mark == .giveWay {
            ThreadTurn.long.take(for: watched.thread)
            givingWay.add(1, ordering: .relaxed)
          }
          if let mark { marks.append((watched, mark)) }
          watched.due = now + (watched.effort.left(after: used) ?? .seconds(60))
          state.watched[ticket] = watched
        }
        if !state.watched.isEmpty { idleSince = now }
        let isIdle = now - idleSince >= Self.patience
        state.sleepsUntil =
          ([isIdle ? nil : now + Self.beat] + state.watched.values.map(\.due)).compactMap(\.self).min()
        return (marks, state.sleepsUntil)
      }
      for (watched, mark) in marks {
        switch mark {
        case .giveWay: break
        case .stop: watched.strand.stop(.timeout(watched.effort.limit))
        case .insist: watched.strand.insist()
        }
      }
      sleep(until: next)
    }
  }

  /// Sleeps until an instant, or until somebody wakes it.
  private func sleep(until instant: ContinuousClock.Instant?) {
    let span = instant.map { max(.zero, $0 - ContinuousClock.now) }
    guard kl_wait(bell.listen, span.map { Int64($0 / .nanoseconds(1)) } ?? -1) else { return }
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(bell.listen, &bytes, bytes.count) > 0 {}
  }
}
