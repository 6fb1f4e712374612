/// The checks under watch: when each is to be probed, and what its outcomes have come to.
///
/// It is pure: the time and the outcomes go in, probes to start and findings come out. The supervisor has one for what
/// it probes by tasks, and the loop that probes by itself has one in its thread. Times are nanoseconds of one clock.
package struct Monitor: Sendable {
  /// What is due.
  package enum Due: Sendable {
    /// A check is to be probed; no other probe of it comes until its outcome has.
    case probe(Key)
    /// A heartbeat didn't come.
    case found(Finding)
  }

  private struct Entry: Sendable {
    var judge: Judge
    /// When the present or next probe is due.
    var due: Int64
    var terms: Int32
    var generation: UInt32
    var isProbing = false
    var isHeld = false
  }

  private var entries: ContiguousArray<Entry?> = []
  private var wheel = TimerWheel()
  /// The terms of all checks, each once.
  private var terms: ContiguousArray<Terms> = []
  private var numbers: [Terms: Int32] = [:]
  private var added: UInt64
  package private(set) var count = 0
  /// How late after their time probes and ends of waits were taken, in nanoseconds.
  package private(set) var lateness = Histogram()

  /// A monitor whose probes are spread from a phase, a share of the interval.
  package init(phase: Double = 0) { added = UInt64(phase * Double(1 << 53)) << 11 }

  // MARK: - Checks

  /// Makes room for so many checks.
  package mutating func reserve(_ count: Int) {
    entries.reserveCapacity(count)
    wheel.reserve(count)
  }

  /// Takes a check in; its first probe comes within its interval, its first heartbeat is waited for as long.
  package mutating func add(_ key: Key, _ terms: Terms, at now: Int64) {
    let number = number(of: terms)
    while entries.count <= key.index { entries.append(nil) }
    let wait = terms.source == .probes ? spread(over: terms.every) : terms.every
    if entries[key.index] == nil { count += 1 }
    entries[key.index] = Entry(
      judge: Judge(terms.rules, at: now), due: now + wait, terms: number, generation: key.generation)
    if terms.source != .reported { wheel.set(key.index, due: now + wait) }
  }

  /// Lets go of a check; outcomes of it that come later are dropped.
  package mutating func remove(_ key: Key) {
    guard has(key) else { return }
    wheel.cancel(key.index)
    entries[key.index] = nil
    count -= 1
    guard count == 0 else { return }
    // All may have been handed over to another.
    entries = []
    wheel = TimerWheel()
  }

  /// Neither probes a check nor counts its outcomes until it is let go on.
  package mutating func hold(_ key: Key, _ isHeld: Bool) {
    if has(key) { entries[key.index]?.isHeld = isHeld }
  }

  /// Lets the judge of a check begin anew.
  package mutating func startAfresh(_ key: Key, grace: Duration, at now: Int64) {
    guard has(key) else { return }
    entries[key.index]?.judge.startAfresh(grace: grace, at: now)
  }

  package func judge(of key: Key) -> Judge? { has(key) ? entries[key.index]?.judge : nil }

  // MARK: - Time

  /// When to look again.
  package var nextDue: Int64? { wheel.nextDue }

  /// Takes the next thing that is due, if any; to be called until there is none.
  package mutating func takeDue(at now: Int64) -> Due? {
    while let index = wheel.takeDue(at: now) {
      guard let entry = entries[index] else { continue }
      let due = entry.due
      let check = terms[Int(entry.terms)]
      scheduleNext(index, every: check.every, at: now)
      guard !entry.isHeld, !entry.isProbing else { continue }
      let key = Key(index: index, generation: entry.generation)
      lateness.add(now - due)
      if check.source == .probes {
        entries[index]?.isProbing = true
        return .probe(key)
      }
      // Who slept through the time of the next heartbeat can't tell whether this one came.
      let outcome: Outcome =
        now - due > check.every
        ? .unknown("the watcher slept")
        : .down("no heartbeat for \(Duration.nanoseconds(check.every).phrase)")
      if let finding = observe(outcome, of: key, at: now) { return .found(finding) }
    }
    return nil
  }

  /// Keeps to the check's own beat; what was missed is left out.
  private mutating func scheduleNext(_ index: Int, every: Int64, at now: Int64) {
    guard let due = entries[index]?.due else { return }
    let missed = max(0, now - due) / every
    let next = due + (missed + 1) * every
    entries[index]?.due = next
    wheel.set(index, due: next)
  }

  /// Takes a probe that is due soon, if the next thing that is due is one: who is awake anyway needn't wake for it.
  ///
  /// It comes no more before its time than a sixteenth of its interval.
  package mutating func takeEarly(at now: Int64, within slack: Int64) -> Key? {
    guard let next = wheel.nextDue, next <= now + slack, let index = wheel.takeDue(at: next),
      let entry = entries[index]
    else { return nil }
    let check = terms[Int(entry.terms)]
    guard check.source == .probes, entry.due - now <= min(slack, check.every / 16) else {
      wheel.set(index, due: entry.due)
      return nil
    }
    scheduleNext(index, every: check.every, at: now)
    guard !entry.isHeld, !entry.isProbing else { return nil }
    lateness.add(max(0, now - entry.due))
    entries[index]?.isProbing = true
    return Key(index: index, generation: entry.generation)
  }

  // MARK: - Outcomes

  /// Counts an outcome, and returns what is news in it, if anything.
  package mutating func observe(_ outcome: Outcome, of key: Key, at now: Int64) -> Finding? {
    guard has(key), let number = entries[key.index]?.terms else { return nil }
    entries[key.index]?.isProbing = false
    guard entries[key.index]?.isHeld == false else { return nil }
    let rules = terms[Int(number)].rules
    guard let verdict = entries[key.index]?.judge.observe(outcome, by: rules, at: now) else { return nil }
    guard verdict.isNews || verdict.transition != nil || verdict.flapping != nil else { return nil }
    return judge(of: key).map { Finding(key: key, judge: $0, verdict: verdict) }
  }

  /// Takes a heartbeat; the next is waited for from now on.
  package mutating func beat(_ key: Key, at now: Int64) -> Finding? {
    guard has(key), let number = entries[key.index]?.terms, terms[Int(number)].source == .heartbeat else {
      return nil
    }
    let due = now + terms[Int(number)].every
    entries[key.index]?.due = due
    wheel.set(key.index, due: due)
    return observe(.up, of: key, at: now)
  }

  /// Forgets that probes are under way, whose outcomes won't come.
  package mutating func interrupt() {
    for index in entries.indices { entries[index]?.isProbing = false }
  }

  // MARK: - Within

  private func has(_ key: Key) -> Bool {
    key.index < entries.count && entries[key.index]?.generation == key.generation
  }

  private mutating func number(of new: Terms) -> Int32 {
    if let known = numbers[new] { return known }
    let number = Int32(terms.count)
    terms.append(new)
    numbers[new] = number
    return number
  }

  /// A wait within the interval, by multiples of the golden ratio, which fill it evenly however many there are.
  private mutating func spread(over interval: Int64) -> Int64 {
    added &+= 0x9E37_79B9_7F4A_7C15
    return Int64(interval.magnitude.multipliedFullWidth(by: added).high)
  }
}

extension Monitor {
  /// A check's place, and which of those that had it.
  package struct Key: Sendable, Hashable {
    private let place: UInt32
    package let generation: UInt32

    package init(index: Int, generation: UInt32) {
      place = UInt32(index)
      self.generation = generation
    }

    package var index: Int { Int(place) }
  }

  /// Where a check's outcomes come from.
  package enum Source: Sendable {
    case probes
    /// Heartbeats, of which none may be missing for longer than the interval.
    case heartbeat
    /// Reports, whenever there is something to report.
    case reported
  }

  /// How a check is probed and judged; checks with the same terms share them.
  package struct Terms: Sendable, Hashable {
    package let rules: JudgeRules
    /// The interval in nanoseconds; of a heartbeat the longest that is let pass.
    let every: Int64
    let source: Source

    package init(_ rules: JudgeRules, every: Duration, _ source: Source = .probes) {
      self.rules = rules
      self.every = max(1, every.nanoseconds)
      self.source = source
    }
  }

  /// What an outcome has made of a check.
  package struct Finding: Sendable, Hashable {
    package let key: Key
    package var judge: Judge
    package let verdict: Judge.Verdict
  }
}

/// Gives places out, the ones given back first.
struct KeyPool: Sendable {
  private var generations: ContiguousArray<UInt32> = []
  private var free: [Int] = []

  mutating func take() -> Monitor.Key {
    if let index = free.popLast() { return Monitor.Key(index: index, generation: generations[index]) }
    generations.append(0)
    return Monitor.Key(index: generations.count - 1, generation: 0)
  }

  func isTaken(_ key: Monitor.Key) -> Bool {
    key.index < generations.count && generations[key.index] == key.generation
  }

  mutating func giveBack(_ key: Monitor.Key) {
    guard isTaken(key) else { return }
    generations[key.index] &+= 1
    free.append(key.index)
  }
}
