import CEvents
import Glibc

/// What a thread waits on: descriptors, a timer, and a bell that other threads ring.
///
/// It belongs to one thread, but for `ring`; whoever makes it closes it.
struct EventQueue: Sendable {
  struct Failure: Error {
    let reason: String
  }

  /// The tokens of events that are no descriptor's of the user's.
  static let timerToken = UInt64.max
  static let bellToken = UInt64.max - 1

  private let queue: Int32
  private let timer: Int32
  let bell: Int32
  /// When the timer rings; zero when it is silent.
  private var ringing: Int64 = 0

  init() throws(Failure) {
    queue = cevents_open()
    timer = cevents_timer()
    bell = cevents_bell()
    guard queue >= 0, timer >= 0, bell >= 0, add(timer, Self.timerToken), add(bell, Self.bellToken) else {
      let code = errno
      close()
      throw Failure(reason: "no event queue could be made: \(String(cString: strerror(code)).lowercased())")
    }
  }

  /// Nanoseconds of the clock that goes on while the machine sleeps.
  static var now: Int64 { cevents_uptime() }

  /// Tells each change of a descriptor once from now on, until it is closed.
  func add(_ descriptor: Int32, _ token: UInt64) -> Bool { cevents_add(queue, descriptor, token) == 0 }

  /// Waits until something happens or a time has come.
  mutating func wait(
    until due: Int64?, at now: Int64, into events: UnsafeMutableBufferPointer<cevents_event>
  ) -> Int {
    var patience: Int32 = -1
    if let due {
      if due <= now {
        patience = 0
      } else if ringing <= now || due < ringing {
        cevents_set_timer(timer, due)
        ringing = due
      }
    }
    return max(0, Int(cevents_wait(queue, events.baseAddress, Int32(events.count), patience)))
  }

  func hush() { cevents_hush(bell) }

  func close() {
    for descriptor in [queue, timer, bell] where descriptor >= 0 { Glibc.close(descriptor) }
  }
}
