/// How many outcomes of a check decide, and how.
package struct JudgeRules: Sendable, Hashable {
  /// What failures make it down.
  package enum Fall: Sendable, Hashable {
    /// So many in a row.
    case inARow(Int)
    /// So many among the last outcomes, of which at most 64 are looked at.
    case of(Int, last: Int)
    /// So many within a span, whatever came between.
    case within(Int, Duration)
  }

  /// When it is said to flap: the shares of the last 21 outcomes that differ from the one before, where newer
  /// changes weigh more.
  package struct Flapping: Sendable, Hashable {
    /// Below this it is steady again.
    package var low: Double
    /// From this on it flaps.
    package var high: Double

    package init(low: Double = 0.2, high: Double = 0.5) {
      self.low = low
      self.high = high
    }
  }

  package var fall: Fall
  /// How many successes in a row make it up.
  package var rise: Int
  /// With fewer outcomes than this since the start nothing makes it down.
  package var minSamples: Int
  /// How long failures don't count after the start, unless it has been up meanwhile.
  package var grace: Duration
  /// When it is said to flap; nil for never.
  package var flapping: Flapping?

  package init(
    fall: Fall = .inARow(3), rise: Int = 2, minSamples: Int = 0, grace: Duration = .zero,
    flapping: Flapping? = nil
  ) {
    self.fall = fall
    self.rise = rise
    self.minSamples = minSamples
    self.grace = grace
    self.flapping = flapping
  }
}

extension JudgeRules {
  /// The largest number of outcomes that may be asked for, but for those of which a share decides.
  package static let largestCount = 1000

  /// What makes no sense in them, as the rest of a sentence about the check, and what would; nil when all does.
  package var problem: (what: String, hint: String)? {
    switch fall {
    case .inARow(let count) where !(1...Self.largestCount).contains(count):
      return ("has a fall of \(count)", "fall is from 1 to \(Self.largestCount)")
    case .of(let count, let last) where !(1...64).contains(last) || !(1...last).contains(count):
      return (
        "is down after \(count) failures of \(last)", "the first is from 1 to the second, which is at most 64"
      )
    case .within(let count, let span) where !(1...Self.largestCount).contains(count) || span <= .zero:
      return (
        "is down after \(count) failures within \(span.phrase)",
        "the count is from 1 to \(Self.largestCount), the span above 0"
      )
    default: break
    }
    guard (1...Self.largestCount).contains(rise) else {
      return ("has a rise of \(rise)", "rise is from 1 to \(Self.largestCount)")
    }
    guard (0...Self.largestCount).contains(minSamples) else {
      return ("wants \(minSamples) samples", "min_samples is from 0 to \(Self.largestCount)")
    }
    guard grace >= .zero else { return ("has a negative grace", "grace is 0 or more") }
    if let flapping, !(0 < flapping.low && flapping.low < flapping.high && flapping.high <= 1) {
      return (
        "flaps from \(flapping.high) to \(flapping.low)", "low and high are shares, with 0 < low < high ≤ 1"
      )
    }
    return nil
  }
}
