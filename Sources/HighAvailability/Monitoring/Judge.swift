/// The judge of one check: turns single outcomes into up and down.
///
/// What is unknown counts for nothing and breaks no streak. The rules are given with each outcome, since thousands of
/// checks share them; times are nanoseconds of one clock.
package struct Judge: Sendable, Hashable {
  package enum State: String, Sendable {
    /// Not judged yet, since the start or since the last action.
    case pending
    case up
    case down
  }

  package enum Transition: Sendable, Hashable {
    case wentUp
    /// Says what failed, how often and in what time: `connection refused 3 times in 20 s`.
    case wentDown(String)
  }

  /// What an outcome changed.
  package struct Verdict: Sendable, Hashable {
    package var transition: Transition?
    /// Whether it flaps, where that has changed.
    package var flapping: Bool?
    /// Whether anything that people see has changed, such as the reason.
    package var isNews = false
  }

  package private(set) var last: Outcome?
  package private(set) var state = State.pending
  package private(set) var isFlapping = false
  /// How often it was started afresh.
  package private(set) var epoch: UInt8 = 0
  /// Whether nothing was said since the start.
  package private(set) var isFresh = true
  private var failures: UInt16 = 0
  private var successes: UInt16 = 0
  private var samples: UInt16 = 0
  /// The last outcomes, the newest in the lowest bit, failures set; the first since the start or since it went up.
  private var recent: UInt64 = 0
  /// The same of the last 21 ever.
  private var history: UInt32 = 0
  private var historyCount: UInt8 = 0
  private var failingFrom: Int64 = -1
  private var streakFrom: Int64 = 0
  /// Until when failures are let pass.
  private(set) var graceEnd: Int64
  /// The times of the last failures, where a span decides.
  private var failureTimes: [Int64]?

  /// A judge whose grace begins now.
  package init(_ rules: JudgeRules, at now: Int64) { graceEnd = now + rules.grace.nanoseconds }

  /// When the present streak of failures began, also of those that don't count yet.
  package var failingSince: Duration? { failingFrom < 0 ? nil : .nanoseconds(failingFrom) }

  /// Whether all failures since the last success were let pass.
  var isLenient: Bool { failingFrom >= 0 && failures == 0 }

  /// Counts one outcome, and returns what it changed.
  package mutating func observe(_ outcome: Outcome, by rules: JudgeRules, at now: Int64) -> Verdict {
    var verdict = Verdict()
    if isFresh || outcome != last {
      verdict.isNews = true
      isFresh = false
      last = outcome
    }
    switch outcome {
    case .unknown: return verdict
    case .up: verdict.transition = succeed(rules)
    case .down(let reason): verdict.transition = fail(reason, rules, at: now)
    }
    if let limits = rules.flapping { verdict.flapping = noteFlapping(outcome.isDown, limits) }
    return verdict
  }

  /// Forgets all counts, and lets failures pass for a while: something was done that takes time to show.
  package mutating func startAfresh(grace: Duration, at now: Int64) {
    epoch &+= 1
    isFresh = true
    state = .pending
    (failures, successes, samples, recent) = (0, 0, 0, 0)
    failureTimes = nil
    failingFrom = -1
    graceEnd = now + grace.nanoseconds
  }

  /// The same judge on a clock that is ahead by `offset`.
  func shifted(by offset: Int64) -> Judge {
    var judge = self
    judge.graceEnd += offset
    judge.streakFrom += offset
    if failingFrom >= 0 { judge.failingFrom += offset }
    judge.failureTimes = failureTimes?.map { $0 + offset }
    return judge
  }

  // MARK: - Up and down

  private mutating func succeed(_ rules: JudgeRules) -> Transition? {
    samples = min(samples &+ 1, UInt16(JudgeRules.largestCount))
    recent <<= 1
    failures = 0
    failingFrom = -1
    guard state != .up else { return nil }
    successes += 1
    guard Int(successes) >= rules.rise else { return nil }
    state = .up
    successes = 0
    recent = 0
    failureTimes = nil
    return .wentUp
  }

  private mutating func fail(_ reason: String, _ rules: JudgeRules, at now: Int64) -> Transition? {
    successes = 0
    if failingFrom < 0 { failingFrom = now }
    guard state == .up || now >= graceEnd else { return nil }
    samples = min(samples &+ 1, UInt16(JudgeRules.largestCount))
    recent = recent << 1 | 1
    if failures == 0 { streakFrom = now }
    failures = min(failures &+ 1, UInt16(JudgeRules.largestCount))
    let isEnough = isEnough(rules.fall, at: now)
    guard state != .down, isEnough, Int(samples) >= rules.minSamples else { return nil }
    state = .down
    return .wentDown(phrase(reason, rules.fall, at: now))
  }

  private mutating func isEnough(_ fall: JudgeRules.Fall, at now: Int64) -> Bool {
    switch fall {
    case .inARow(let needed): return Int(failures) >= needed
    case .of(let needed, let last): return failed(ofLast: last) >= needed
    case .within(let needed, let span):
      var times = failureTimes ?? []
      failureTimes = nil
      if times.count >= needed { times.removeFirst(times.count - needed + 1) }
      times.append(now)
      failureTimes = times
      return times.count >= needed && now - times[0] <= span.nanoseconds
    }
  }

  private func failed(ofLast count: Int) -> Int { (recent & (~0 >> UInt64(64 - count))).nonzeroBitCount }

  private func phrase(_ reason: String, _ fall: JudgeRules.Fall, at now: Int64) -> String {
    switch fall {
    case .inARow:
      if failures == 1 { return reason }
      return "\(reason) \(failures) times in \(Duration.nanoseconds(now - streakFrom).phrase)"
    case .of(_, let last):
      return "\(reason); \(failed(ofLast: last)) of the last \(min(last, Int(samples))) probes failed"
    case .within:
      let times = failureTimes ?? []
      let span = Duration.nanoseconds(now - (times.first ?? now))
      return "\(reason); \(times.count) probes failed within \(span.phrase)"
    }
  }

  // MARK: - Flapping

  /// Says whether it flaps when that has changed.
  private mutating func noteFlapping(_ failed: Bool, _ limits: JudgeRules.Flapping) -> Bool? {
    history = (history << 1 | (failed ? 1 : 0)) & 0x1F_FFFF
    if historyCount < 21 { historyCount += 1 }
    let score = flapScore
    guard isFlapping ? score < limits.low : score >= limits.high else { return nil }
    isFlapping.toggle()
    return isFlapping
  }

  /// The weighted share of the last outcomes that differ from the one before: the oldest change counts 0.8, the newest
  /// 1.2 (as Nagios has it).
  package var flapScore: Double {
    let known = UInt32(max(1, Int(historyCount)) - 1)
    var changes = (history ^ (history >> 1)) & ((1 << known) - 1)
    var sum = 0.0
    while changes != 0 {
      sum += 1.2 - 0.4 * Double(changes.trailingZeroBitCount) / 19
      changes &= changes - 1
    }
    return sum / 20
  }
}
