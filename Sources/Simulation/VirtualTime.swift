package import Ambience
import Synchronization

/// A clock for tests of one task at a time: to sleep is to be moved on at once.
package final class VirtualTime: Sendable {
  private struct State {
    var now = Duration.zero
    var dice: Dice
  }

  private let state: Mutex<State>
  private let start: Timestamp

  /// Starts the clock at a time of day, which is 2012-06-27T09:30:00Z when none is given.
  package init(seed: UInt64 = 1, start: Timestamp = Timestamp(milliseconds: 1_340_789_400_000)) {
    state = Mutex(State(dice: Dice(seed: seed)))
    self.start = start
  }

  package var ambient: Ambient {
    Ambient(
      now: { self.start + self.uptime }, uptime: { self.uptime },
      sleep: { span in
        try Task.checkCancellation()
        self.advance(by: span)
      },
      random: { self.state.withLock { $0.dice.next() } })
  }

  package var uptime: Duration { state.withLock { $0.now } }

  package func advance(by span: Duration) { state.withLock { $0.now += max(span, .zero) } }
}
