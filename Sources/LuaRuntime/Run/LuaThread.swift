internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#endif

/// The thread of one state: an executor that runs nothing else, so that a script that loops holds up nobody.
///
/// The thread keeps its executor alive until `finish`.
final class LuaThread: SerialExecutor {
  private enum Work {
    case job(UnownedJob)
    case last(@Sendable () -> Void)
  }

  private let queue = Mutex<[Work]>([])
  /// Whether it gives way to other threads, as long as nobody says otherwise.
  private let givesWay: Bool
  /// Counts the work in the queue.
  private nonisolated(unsafe) let available: UnsafeMutablePointer<sem_t>

  /// A thread that runs as others do, or that gives way to them until it is known to answer soon.
  ///
  /// - Parameters:
  ///   - givesWay: Whether it gives way.
  ///   - stackSize: In bytes; nested data and C calls need it, and what isn't used costs nothing.
  init(givesWay: Bool = false, stackSize: Int = 16 << 20) {
    self.givesWay = givesWay
    available = .allocate(capacity: 1)
    sem_init(available, 0, 0)
    let held = Unmanaged.passRetained(self)
    // The struct has no initialiser that can be named here: its C module is not the platform's own.
    let status = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { buffer -> Int32 in
      guard let attributes = buffer.baseAddress else { return EAGAIN }
      pthread_attr_init(attributes)
      pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
      pthread_attr_setstacksize(attributes, stackSize)
      defer { pthread_attr_destroy(attributes) }
      var thread: pthread_t = 0
      return pthread_create(
        &thread, attributes,
        { held in
          guard let held else { return nil }
          Unmanaged<LuaThread>.fromOpaque(held).takeRetainedValue().work()
          return nil
        }, held.toOpaque())
    }
    // Without a thread no job could ever run; the machine is out of memory or of threads.
    precondition(status == 0, "no thread for Lua: error \(status)")
  }

  deinit {
    sem_destroy(available)
    available.deallocate()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    add(.job(UnownedJob(job)))
  }

  /// Does a last piece of work after everything queued, and then ends the thread.
  func finish(_ work: @escaping @Sendable () -> Void) {
    add(.last(work))
  }

  private func add(_ work: Work) {
    queue.withLock { $0.append(work) }
    sem_post(available)
    if givesWay { Watchdog.shared.makeWay() }
  }

  private func work() {
    if givesWay { ThreadTurn.long.take() }
    while true {
      while sem_wait(available) != 0 {}
      switch queue.withLock({ $0.removeFirst() }) {
      case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
      case .last(let work):
        if givesWay { ThreadTurn.long.take() }
        work()
        return
      }
    }
  }
}
