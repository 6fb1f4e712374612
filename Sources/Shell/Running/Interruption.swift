import Glibc

/// Ctrl-C and SIGTERM as something to wait for, instead of the program's sudden end.
package enum Interruption {
  /// The pipe through which the signal handler wakes the listener.
  private static let channel: (read: Int32, write: Int32) = {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()

  /// Calls `handler` on a thread of its own at each SIGINT and SIGTERM, with how many have come so far.
  package static func listen(_ handler: @escaping @Sendable (Int) -> Void) {
    let reading = channel.read
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        var byte: UInt8 = 1
        write(Interruption.channel.write, &byte, 1)
      }
    }
    var thread: pthread_t = 0
    let listener = Unmanaged.passRetained(Listener(reading, handler))
    pthread_create(
      &thread, nil,
      { listener in
        if let listener { Unmanaged<Listener>.fromOpaque(listener).takeRetainedValue().run() }
        return nil
      }, listener.toOpaque())
    pthread_detach(thread)
  }

  private final class Listener {
    private let reading: Int32
    private let handler: @Sendable (Int) -> Void

    init(_ reading: Int32, _ handler: @escaping @Sendable (Int) -> Void) {
      self.reading = reading
      self.handler = handler
    }

    func run() {
      var count = 0
      var byte: UInt8 = 0
      while read(reading, &byte, 1) == 1 || errno == EINTR {
        count += 1
        handler(count)
      }
    }
  }
}
