import Glibc

/// How much of the processor a thread has used; any thread may ask while that one lives.
package struct ThreadClock: Sendable {
  private let id: clockid_t

  /// The clock of the thread that runs.
  package init() {
    var id = clockid_t()
    pthread_getcpuclockid(pthread_self(), &id)
    self.id = id
  }

  package var time: Duration {
    var time = timespec()
    clock_gettime(id, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }
}
