import Glibc
import Synchronization

/// A thread for calls that block, made one after the other; it ends once nobody has this object any more.
final class BlockingThread: Sendable {
  private let queue = Queue()

  init() throws {
    var thread = pthread_t()
    let held = Unmanaged.passRetained(queue)
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Queue>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, held.toOpaque())
    guard code == 0 else {
      held.release()
      throw StoreError(.unusable, path: "", "no thread can be started: \(String(cString: strerror(code)))")
    }
    pthread_detach(thread)
  }

  deinit { queue.add(nil) }

  /// Makes calls on the thread when those before them have ended.
  func begin(_ calls: @escaping @Sendable () -> Void) { queue.add(calls) }

  /// Makes calls on the thread and waits for what comes of them.
  func run<Outcome: Sendable>(_ calls: @escaping @Sendable () throws -> Outcome) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      queue.add { continuation.resume(with: Result(catching: calls)) }
    }
  }

  /// What is to be done; nil ends the thread.
  // Sendable: `arrivals` is a POSIX semaphore, and the rest is locked.
  private final class Queue: @unchecked Sendable {
    private let jobs = Mutex<[(@Sendable () -> Void)?]>([])
    private let arrivals = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(arrivals, 0, 0) }

    deinit {
      sem_destroy(arrivals)
      arrivals.deallocate()
    }

    func add(_ job: (@Sendable () -> Void)?) {
      jobs.withLock { $0.append(job) }
      sem_post(arrivals)
    }

    func run() {
      while true {
        while sem_wait(arrivals) != 0 {}
        guard let job = jobs.withLock({ $0.removeFirst() }) else { return }
        job()
      }
    }
  }
}
