import Glibc
import Synchronization

/// The thread that waits for connections to open or to run out of time.
final class ConnectLoop: Sendable {
  typealias Continuation = CheckedContinuation<Outcome, Never>

  private struct Attempt {
    let descriptor: Int32
    let timeout: Duration
    let continuation: Continuation
    /// A descriptor that is being polled is closed by the thread only, lest its number be given to another.
    var isCancelled = false
  }

  private struct State {
    var attempts: [UInt64: Attempt] = [:]
    var deadlines = TimerHeap<UInt64>()
    /// Announced, and neither begun nor cancelled.
    var announced: Set<UInt64> = []
    var lastAttempt: UInt64 = 0
    var isStopping = false
  }

  /// A pipe that wakes the thread.
  private let bell: (listen: Int32, ring: Int32)
  private let clock = ContinuousClock()
  private let epoch: ContinuousClock.Instant
  private let state = Mutex(State())

  private init(bell: (listen: Int32, ring: Int32)) {
    self.bell = bell
    epoch = clock.now
  }

  deinit {
    close(bell.listen)
    close(bell.ring)
  }

  /// Starts the thread; nil when the machine lacks the means.
  static func start() -> ConnectLoop? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    let loop = ConnectLoop(bell: (ends[0], ends[1]))
    let context = Unmanaged.passRetained(loop)
    var thread = pthread_t()
    let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
      if let context { Unmanaged<ConnectLoop>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    }
    guard pthread_create(&thread, nil, body, context.toOpaque()) == 0 else {
      context.release()
      return nil
    }
    pthread_detach(thread)
    return loop
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    ring()
  }

  func newAttempt() -> UInt64 {
    state.withLock { state in
      state.lastAttempt += 1
      state.announced.insert(state.lastAttempt)
      return state.lastAttempt
    }
  }

  func begin(
    _ id: UInt64, to address: SocketAddress, port: UInt16, within timeout: Duration,
    _ continuation: Continuation
  ) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { return continuation.resume(returning: Self.outcome(ofError: errno)) }
    let code = address.connect(descriptor, port: port)
    guard code == EINPROGRESS else {
      close(descriptor)
      return continuation.resume(returning: Self.outcome(ofError: code))
    }
    let attempt = Attempt(descriptor: descriptor, timeout: timeout, continuation: continuation)
    let isWanted = state.withLock { state in
      guard state.announced.remove(id) != nil, !state.isStopping else { return false }
      state.attempts[id] = attempt
      state.deadlines.add(id, due: uptime + timeout)
      return true
    }
    if isWanted { ring() } else { Self.finish(attempt, .unknown("cancelled")) }
  }

  func cancel(_ id: UInt64) {
    state.withLock { state in
      state.announced.remove(id)
      state.attempts[id]?.isCancelled = true
    }
    ring()
  }

  private func ring() {
    var byte: UInt8 = 1
    write(bell.ring, &byte, 1)
  }
}

// MARK: - The thread

extension ConnectLoop {
  private var uptime: Duration { epoch.duration(to: clock.now) }

  private func run() {
    while !state.withLock({ $0.isStopping }) {
      let ids = state.withLock { Array($0.attempts.keys) }
      for (id, code) in wait(for: ids) { settle(id, Self.outcome(ofError: code)) }
      expire()
    }
    for id in state.withLock({ Array($0.attempts.keys) }) { settle(id, .unknown("cancelled")) }
  }

  /// Waits until a connection is decided, a deadline comes or the bell rings; returns what is decided.
  private func wait(for ids: [UInt64]) -> [(UInt64, Int32)] {
    let descriptors = state.withLock { state in ids.map { state.attempts[$0]?.descriptor ?? -1 } }
    var polled = [pollfd(fd: bell.listen, events: Int16(POLLIN), revents: 0)]
    polled += descriptors.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), patience()) > 0 else { return [] }
    if polled[0].revents != 0 { hush() }
    return zip(ids, polled.dropFirst()).compactMap { id, entry in
      guard entry.revents != 0 else { return nil }
      var code: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(entry.fd, SOL_SOCKET, SO_ERROR, &code, &size)
      return (id, code)
    }
  }

  /// Milliseconds until the next deadline.
  private func patience() -> Int32 {
    guard let due = state.withLock({ $0.deadlines.nextDue }) else { return -1 }
    let milliseconds = ((due - uptime).inSeconds * 1000).rounded(.up)
    return Int32(min(max(milliseconds, 0), 60_000))
  }

  private func settle(_ id: UInt64, _ outcome: Outcome) {
    guard let attempt = state.withLock({ $0.attempts.removeValue(forKey: id) }) else { return }
    Self.finish(attempt, attempt.isCancelled ? .unknown("cancelled") : outcome)
  }

  private func expire() {
    let now = uptime
    let (cancelled, late) = state.withLock { state in
      var late: [(UInt64, Duration)] = []
      while let (id, _) = state.deadlines.popDue(at: now) {
        if let attempt = state.attempts[id] { late.append((id, attempt.timeout)) }
      }
      return (state.attempts.filter(\.value.isCancelled).map(\.key), late)
    }
    for id in cancelled { settle(id, .unknown("cancelled")) }
    for (id, timeout) in late { settle(id, .down("no connection within \(timeout.phrase)")) }
  }

  private func hush() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(bell.listen, &bytes, bytes.count) > 0 {}
  }

  private static func finish(_ attempt: Attempt, _ outcome: Outcome) {
    close(attempt.descriptor)
    attempt.continuation.resume(returning: outcome)
  }

  /// What an error number of `connect` says: only an answer, or none, of the other side is its fault.
  static func outcome(ofError code: Int32) -> Outcome {
    switch code {
    case 0: .up
    case ECONNREFUSED: .down("connection refused")
    case ECONNRESET: .down("connection reset")
    case ETIMEDOUT: .down("connection timed out")
    default: .unknown(String(cString: strerror(code)).lowercased())
    }
  }
}
