/// What no part of kiln takes from the machine by itself: time and chance.
///
/// Everything that waits or draws lots is given one of these, so that a simulation can run the same code on
/// virtual time from a seed.
package struct Ambient: Sendable {
  /// The time of day.
  ///
  /// It may jump; use `uptime` to measure a span.
  package let now: @Sendable () -> Timestamp
  /// The time since some fixed instant.
  ///
  /// It never goes back.
  package let uptime: @Sendable () -> Duration
  /// Suspends the task for at least a span; throws `CancellationError` when the task is cancelled.
  package let sleep: @Sendable (Duration) async throws -> Void
  /// 64 random bits.
  package let random: @Sendable () -> UInt64

  package init(
    now: @escaping @Sendable () -> Timestamp,
    uptime: @escaping @Sendable () -> Duration,
    sleep: @escaping @Sendable (Duration) async throws -> Void,
    random: @escaping @Sendable () -> UInt64
  ) {
    self.now = now
    self.uptime = uptime
    self.sleep = sleep
    self.random = random
  }
}

extension Ambient {
  /// The machine's own clocks and randomness.
  package static func system() -> Ambient {
    let clock = ContinuousClock()
    let start = clock.now
    return Ambient(
      now: { Timestamp.fromSystemClock() },
      uptime: { start.duration(to: clock.now) },
      sleep: { try await clock.sleep(for: $0) },
      random: { UInt64.random(in: .min ... .max) })
  }

  /// A random (version 4) UUID in lower case.
  package func uuid() -> String {
    let high = random() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = random() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let digits = Array(hexadecimal(high) + hexadecimal(low))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
  }

  /// `count` characters drawn from `alphabet`.
  package func characters(_ count: Int, from alphabet: String) -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { _ in letters[Int(random() % UInt64(letters.count))] })
  }

  /// A number from 0 up to and without 1, by chance.
  package func share() -> Double { Double(random() >> 11) / Double(1 << 53) }

  /// A span varied by up to `share` of itself either way, so that many waiters don't act at once.
  package func jitter(_ span: Duration, by share: Double = 0.25) -> Duration {
    span * (1 - share + 2 * share * self.share())
  }
}

private func hexadecimal(_ bits: UInt64) -> String {
  let digits = String(bits, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
