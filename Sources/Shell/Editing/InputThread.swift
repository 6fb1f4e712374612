import CReadline
import Glibc
import Synchronization

/// The thread of one terminal: an executor that also looks whether a key was struck.
///
/// The thread keeps its executor alive until `finish`.
final class InputThread: SerialExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var handler: (@Sendable () -> Void)?
    var isFinished = false
    var thread: pthread_t = 0
  }

  private let input: Int32
  private let state = Mutex(State())
  /// A pipe that ends a wait for keys when there is a job.
  private let wake: (read: Int32, write: Int32)

  init(input: Int32) {
    self.input = input
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    wake = (ends[0], ends[1])
    let held = Unmanaged.passRetained(self)
    var thread: pthread_t = 0
    let status = pthread_create(
      &thread, nil,
      { held in
        guard let held else { return nil }
        Unmanaged<InputThread>.fromOpaque(held).takeRetainedValue().work()
        return nil
      }, held.toOpaque())
    // Without a thread no key could ever be read; the machine is out of memory or of threads.
    precondition(status == 0, "no thread for the terminal: error \(status)")
    pthread_detach(thread)
  }

  deinit {
    close(wake.read)
    close(wake.write)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
    stir()
  }

  func checkIsolated() {
    precondition(state.withLock(\.thread) == pthread_self(), "the terminal's thread alone may do this")
  }

  /// Has a handler called on this thread whenever there is something to read; nil leaves input to others.
  func listen(_ handler: (@Sendable () -> Void)?) {
    state.withLock { $0.handler = handler }
    stir()
  }

  /// Ends the thread once its jobs are done.
  func finish() {
    state.withLock { $0.isFinished = true }
    stir()
  }

  private func stir() {
    var byte: UInt8 = 1
    _ = write(wake.write, &byte, 1)
  }

  private func work() {
    state.withLock { $0.thread = pthread_self() }
    while true {
      let (jobs, isFinished) = state.withLock { state in
        defer { state.jobs = [] }
        return (state.jobs, state.isFinished)
      }
      for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
      if jobs.isEmpty, isFinished { return }
      if jobs.isEmpty { wait() }
    }
  }

  /// Sleeps until there is a job, or a key for the handler.
  private func wait() {
    let handler = state.withLock(\.handler)
    var waits = [pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)]
    if handler != nil { waits.append(pollfd(fd: input, events: Int16(POLLIN), revents: 0)) }
    guard poll(&waits, nfds_t(waits.count), -1) > 0 else { return }
    if waits[0].revents != 0 {
      var bytes = [UInt8](repeating: 0, count: 64)
      _ = read(wake.read, &bytes, bytes.count)
      return
    }
    if waits.count > 1, waits[1].revents != 0 { handler?() }
  }
}
