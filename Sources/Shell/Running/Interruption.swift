import Glibc
import Synchronization

/// The process's signals as something to wait for, instead of the program's sudden end.
package enum Interruption {
  /// The pipe through which the signal handler wakes the listener.
  private static let channel: (read: Int32, write: Int32) = {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()
  /// Who is told; signals are the process's, and so is this.
  private static let listener = Mutex<(@Sendable (Int32) -> Void)?>(nil)

  /// Calls `handler` on a thread of its own at each SIGINT and SIGTERM, with how many have come so far.
  ///
  /// It takes the place of the handler before it.
  package static func listen(_ handler: @escaping @Sendable (Int) -> Void) {
    let count = Mutex(0)
    watch([SIGINT, SIGTERM]) { _ in
      handler(
        count.withLock { count in
          count += 1
          return count
        })
    }
  }

  /// Calls `handler` on a thread of its own at each of some signals, with its number.
  ///
  /// It takes the place of the handler before it. A broken pipe, which else would end the program, from now on is
  /// an error of the write that meets it.
  package static func watch(_ signals: [Int32], _ handler: @escaping @Sendable (Int32) -> Void) {
    let isFirst = listener.withLock { listener in
      defer { listener = handler }
      return listener == nil
    }
    if isFirst { startThread() }
    // A handler, unlike ignoring, isn't passed on to the programs that this one runs.
    signal(SIGPIPE) { _ in }
    for number in signals {
      signal(number) { number in
        let error = errno
        var byte = UInt8(truncatingIfNeeded: number)
        write(Interruption.channel.write, &byte, 1)
        errno = error
      }
    }
  }

  private static func startThread() {
    // Made here, not in a signal handler.
    _ = channel
    var thread: pthread_t = 0
    pthread_create(
      &thread, nil,
      { _ in
        Interruption.dispatch()
        return nil
      }, nil)
    pthread_detach(thread)
  }

  private static func dispatch() {
    var byte: UInt8 = 0
    while true {
      let count = read(channel.read, &byte, 1)
      if count == 1 { listener.withLock(\.self)?(Int32(byte)) }
      if count == 0 || (count < 0 && errno != EINTR) { return }
    }
  }
}
