import Glibc
import Synchronization

/// Waits on a thread for what a task answers, or gives up after a while and cancels it.
///
/// For readline's callbacks, which can't suspend; the thread is the terminal's own, which has nothing else to do.
func answer<T: Sendable>(
  within limit: Duration, _ body: @escaping @Sendable () async -> T
) -> T? {
  let answer = Answer<T>()
  let task = Task.detached { answer.set(await body()) }
  defer { task.cancel() }
  return answer.wait(limit)
}

private final class Answer<T: Sendable>: Sendable {
  private let value = Mutex<T?>(nil)
  private let ends: (read: Int32, write: Int32)

  init() {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    self.ends = (ends[0], ends[1])
  }

  deinit {
    close(ends.read)
    close(ends.write)
  }

  func set(_ answer: T) {
    value.withLock { $0 = answer }
    var byte: UInt8 = 1
    _ = write(ends.write, &byte, 1)
  }

  func wait(_ limit: Duration) -> T? {
    var waits = [pollfd(fd: ends.read, events: Int16(POLLIN), revents: 0)]
    let (seconds, attoseconds) = limit.components
    _ = poll(&waits, 1, Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    return value.withLock(\.self)
  }
}
