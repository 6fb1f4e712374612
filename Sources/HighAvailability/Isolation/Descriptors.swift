import CEvents
import Document
import Glibc
import Synchronization

/// What the thread of a companion waits for: the line, a timer, and a bell by which others wake it.
final class Descriptors: Sendable {
  struct Readiness {
    let hasInput: Bool
    let canSend: Bool
  }

  /// This process's end of the line.
  private let own: Int32
  /// The companion's end; -1 once it has it.
  private let others: Atomic<Int32>
  private let timer: Int32
  private let bell: Int32

  init() throws(Diagnostic) {
    var ends: [Int32] = [-1, -1]
    let made = cevents_sockets(&ends)
    own = ends[0]
    others = Atomic(ends[1])
    (timer, bell) = (cevents_timer(), cevents_bell())
    guard made == 0, timer >= 0, bell >= 0 else {
      let reason = String(cString: strerror(errno)).lowercased()
      close()
      throw Diagnostic("no_process", "no line to a process could be made: \(reason)")
    }
  }

  deinit { closeOther() }

  var other: Int32 { others.load(ordering: .relaxed) }

  func close() {
    for one in [own, timer, bell] where one >= 0 { Glibc.close(one) }
    closeOther()
  }

  func closeOther() {
    let other = others.exchange(-1, ordering: .relaxed)
    if other >= 0 { Glibc.close(other) }
  }

  /// Wakes the thread.
  func ring() { cevents_ring(bell) }

  /// Wakes the thread at a time in nanoseconds of the clock that goes on while the machine sleeps; nil silences it.
  func setTimer(_ time: Int64?) { _ = cevents_set_timer(timer, time.map { max(1, $0) } ?? 0) }

  /// Waits until there is something to do.
  func wait(toSend: Bool) -> Readiness {
    let line = Int16(POLLIN) | (toSend ? Int16(POLLOUT) : 0)
    var polled = [(own, line), (timer, Int16(POLLIN)), (bell, Int16(POLLIN))].map {
      pollfd(fd: $0.0, events: $0.1, revents: 0)
    }
    _ = poll(&polled, 3, -1)
    for one in polled[1...] where one.revents != 0 { cevents_hush(one.fd) }
    let ready = Int32(polled[0].revents)
    return Readiness(hasInput: ready & ~POLLOUT != 0, canSend: ready & POLLOUT != 0)
  }

  /// What has come in; nil when the other end is closed.
  func read() -> ArraySlice<UInt8>? {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(own, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    guard count > 0 else { return count < 0 && [EINTR, EAGAIN].contains(errno) ? [] : nil }
    return bytes[..<count]
  }

  /// Sends as much as there is room for, and says how much that was.
  func send(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes {
      Glibc.send(own, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    }
  }
}
