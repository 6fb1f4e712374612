/// An experiment on virtual time: healthy applications whose probes get lost by chance, and the alarms that come of it.
package struct LossTrial: Sendable {
  package struct Result: Sendable, Hashable {
    package var probes = 0
    package var alarms = 0
    /// How many alarms chance alone makes of so many failures in a row.
    package var expected = 0.0
  }

  package var rules: JudgeRules
  package var every: Duration
  /// The share of probes that are lost.
  package var loss: Double
  package var checks: Int
  package var span: Duration
  package var seed: UInt64

  package init(rules: JudgeRules, every: Duration, loss: Double, checks: Int, span: Duration, seed: UInt64) {
    self.rules = rules
    self.every = every
    self.loss = loss
    self.checks = checks
    self.span = span
    self.seed = seed
  }

  package func run() -> Result {
    var monitor = Monitor()
    var chance = Chance(state: seed)
    let terms = Monitor.Terms(rules, every: every)
    for index in 0..<checks { monitor.add(Monitor.Key(index: index, generation: 0), terms, at: 0) }
    var result = Result()
    let end = span.nanoseconds
    while let now = monitor.nextDue, now <= end {
      while case .probe(let key) = monitor.takeDue(at: now) {
        result.probes += 1
        let outcome: Outcome = chance.next() < loss ? .down("lost") : .up
        guard let finding = monitor.observe(outcome, of: key, at: now) else { continue }
        if case .wentDown = finding.verdict.transition { result.alarms += 1 }
      }
    }
    result.expected = expectedAlarms(in: result.probes)
    return result
  }

  /// How many alarms as many probes make by chance.
  ///
  /// One comes, in the mean, after as many probes as a run of so many losses takes (Feller), and the next can only after
  /// the run of successes that ends it. Where another rule than a run decides, it is worked out by the chain of states.
  private func expectedAlarms(in probes: Int) -> Double {
    guard case .inARow(let fall) = rules.fall else { return stationaryRate() * Double(probes) }
    let cycle = Self.wait(forRunOf: fall, each: loss) + Self.wait(forRunOf: rules.rise, each: 1 - loss)
    return Double(probes) / cycle
  }

  /// The mean number of trials until so many in a row come out, each with a chance.
  private static func wait(forRunOf count: Int, each chance: Double) -> Double {
    let all = (0..<count).reduce(1.0) { product, _ in product * chance }
    return (1 - all) / (all * (1 - chance))
  }

  /// The share of probes that raise an alarm where k losses of the last n do.
  private func stationaryRate() -> Double {
    guard case .of(let needed, let last) = rules.fall, last <= 12 else { return .nan }
    // States while up: the last outcomes as bits, of which as many are lost as not to be an alarm; then, while down, how
    // many successes came in a row. The chain is followed until its shares settle.
    let (words, rise) = (1 << (last - 1), rules.rise)
    var shares = [Double](repeating: 0, count: words + rise)
    shares[0] = 1
    var rate = 0.0
    for _ in 0..<20_000 {
      var next = [Double](repeating: 0, count: shares.count)
      rate = 0
      for word in 0..<words where shares[word] > 0 {
        next[word << 1 & (words - 1)] += shares[word] * (1 - loss)
        if word.nonzeroBitCount + 1 >= needed {
          rate += shares[word] * loss
          next[words] += shares[word] * loss
        } else {
          next[(word << 1 | 1) & (words - 1)] += shares[word] * loss
        }
      }
      for streak in 0..<rise where shares[words + streak] > 0 {
        next[streak + 1 == rise ? 0 : words + streak + 1] += shares[words + streak] * (1 - loss)
        next[words] += shares[words + streak] * loss
      }
      shares = next
    }
    return rate
  }

  /// Numbers from a seed (SplitMix64).
  private struct Chance {
    var state: UInt64

    /// A number from 0 up to and without 1.
    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      return Double(bits >> 11) / Double(1 << 53)
    }
  }
}
