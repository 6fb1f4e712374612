import Testing

@testable import HighAvailability

struct MonitorTests {
  private static let second: Int64 = 1_000_000_000

  private static func key(_ index: Int, _ generation: UInt32 = 0) -> Monitor.Key {
    Monitor.Key(index: index, generation: generation)
  }

  /// Lets time pass until a second, with an answer for each probe; returns when which check was probed.
  private static func run(
    _ monitor: inout Monitor, until end: Int64, _ answer: (Int, Int64) -> Outcome? = { _, _ in .up }
  ) -> (probes: [(index: Int, at: Int64)], findings: [Monitor.Finding]) {
    var probes: [(Int, Int64)] = []
    var findings: [Monitor.Finding] = []
    while let now = monitor.nextDue, now <= end * second {
      while let due = monitor.takeDue(at: now) {
        switch due {
        case .found(let finding): findings.append(finding)
        case .probe(let key):
          probes.append((key.index, now))
          guard let outcome = answer(key.index, now) else { continue }
          if let finding = monitor.observe(outcome, of: key, at: now) { findings.append(finding) }
        }
      }
    }
    return (probes, findings)
  }

  @Test("probes of many checks are spread evenly over the interval, each once in it")
  func spread() {
    var monitor = Monitor(phase: 0.3)
    let terms = Monitor.Terms(JudgeRules(), every: .seconds(10))
    for index in 0..<1000 { monitor.add(Self.key(index), terms, at: 0) }
    let probes = Self.run(&monitor, until: 10).probes
    #expect(Set(probes.map(\.index)).count == 1000)
    for tenth in 0..<10 {
      let count = probes.count { $0.at / Self.second == Int64(tenth) }
      #expect((95...105).contains(count))
    }
  }

  @Test("a check keeps its own beat for a day, without drift")
  func drift() {
    var monitor = Monitor(phase: 0.5)
    monitor.add(Self.key(0), Monitor.Terms(JudgeRules(), every: .seconds(10)), at: 0)
    let probes = Self.run(&monitor, until: 86_400).probes
    #expect(probes.count == 8640)
    let offset = (probes.first?.at ?? 0) % (10 * Self.second)
    #expect(probes.allSatisfy { abs($0.at % (10 * Self.second) - offset) <= 1024 })
  }

  @Test("who wakes for a probe can take along those that are due soon, and each keeps its beat")
  func early() {
    var monitor = Monitor(phase: 0.3)
    let terms = Monitor.Terms(JudgeRules(), every: .seconds(1))
    for index in 0..<1000 { monitor.add(Self.key(index), terms, at: 0) }
    var (wakes, probes) = (0, 0)
    while let now = monitor.nextDue, now < 10 * Self.second {
      wakes += 1
      while case .probe(let key)? = monitor.takeDue(at: now) {
        probes += 1
        _ = monitor.observe(.up, of: key, at: now)
      }
      while let key = monitor.takeEarly(at: now, within: 10_000_000) {
        probes += 1
        _ = monitor.observe(.up, of: key, at: now)
      }
    }
    #expect((10_000...10_011).contains(probes))
    #expect(wakes < 1500)
    // A timer is at most a tick late.
    #expect(monitor.lateness.quantile(1) <= 1100)
  }

  @Test("no heartbeat is missed before its time, and no probe comes sooner than a sixteenth of its interval")
  func notTooEarly() throws {
    var monitor = Monitor()
    monitor.add(Self.key(0), Monitor.Terms(JudgeRules(), every: .milliseconds(20), .heartbeat), at: 0)
    #expect(monitor.takeEarly(at: 15_000_000, within: 10_000_000) == nil)
    #expect(monitor.takeDue(at: 19_000_000) == nil)
    #expect(monitor.takeDue(at: 20_001_024) != nil)
    monitor.remove(Self.key(0))
    monitor.add(Self.key(1), Monitor.Terms(JudgeRules(), every: .milliseconds(32)), at: 0)
    let due = try #require(monitor.nextDue)
    #expect(monitor.takeEarly(at: due - 3_000_000, within: 10_000_000) == nil)
    #expect(monitor.takeEarly(at: due - 1_900_000, within: 10_000_000) == Self.key(1))
  }

  @Test("what was missed is left out, and the beat kept")
  func missed() {
    var monitor = Monitor()
    monitor.add(Self.key(0), Monitor.Terms(JudgeRules(), every: .seconds(10)), at: 0)
    let first = monitor.nextDue ?? 0
    #expect(monitor.takeDue(at: first + 35 * Self.second) != nil)
    _ = monitor.observe(.up, of: Self.key(0), at: first + 35 * Self.second)
    #expect(monitor.takeDue(at: first + 35 * Self.second) == nil)
    #expect(abs((monitor.nextDue ?? 0) - (first + 40 * Self.second)) <= 1024)
    #expect(abs(Double(monitor.lateness.quantile(1)) / Double(35 * Self.second) - 1) < 0.032)
  }

  @Test("a check whose probe hasn't ended is not probed again")
  func slow() {
    var monitor = Monitor()
    monitor.add(Self.key(0), Monitor.Terms(JudgeRules(), every: .seconds(10)), at: 0)
    #expect(Self.run(&monitor, until: 100) { _, _ in nil }.probes.count == 1)
    _ = monitor.observe(.up, of: Self.key(0), at: 100 * Self.second)
    #expect(Self.run(&monitor, until: 110).probes.count == 1)
  }

  @Test("only what is news is found")
  func news() {
    var monitor = Monitor()
    monitor.add(Self.key(0), Monitor.Terms(JudgeRules(rise: 2), every: .seconds(10)), at: 0)
    let findings = Self.run(&monitor, until: 1000) { _, at in
      (500 * Self.second..<600 * Self.second).contains(at) ? .down("no") : .up
    }.findings
    let seen = findings.map { $0.verdict.transition.map { "\($0)" } ?? "\($0.judge.last?.description ?? "")" }
    #expect(seen == ["up", "wentUp", "down: no", "wentDown(\"no 3 times in 20 s\")", "up", "wentUp"])
  }

  @Test("a check that is held is neither probed nor judged, and goes on when it is let")
  func held() {
    var monitor = Monitor()
    monitor.add(Self.key(0), Monitor.Terms(JudgeRules(fall: .inARow(1)), every: .seconds(10)), at: 0)
    monitor.hold(Self.key(0), true)
    #expect(Self.run(&monitor, until: 100).probes.isEmpty)
    #expect(monitor.observe(.down("no"), of: Self.key(0), at: 0) == nil)
    monitor.hold(Self.key(0), false)
    #expect(Self.run(&monitor, until: 200).probes.count == 10)
  }

  @Test("an outcome for a check that is gone is dropped, also where another has its place")
  func gone() {
    var monitor = Monitor()
    let terms = Monitor.Terms(JudgeRules(fall: .inARow(1)), every: .seconds(10))
    monitor.add(Self.key(0), terms, at: 0)
    monitor.remove(Self.key(0))
    #expect(monitor.nextDue == nil)
    #expect(monitor.observe(.down("no"), of: Self.key(0), at: 0) == nil)
    monitor.add(Self.key(0, 1), terms, at: 0)
    #expect(monitor.observe(.down("no"), of: Self.key(0), at: 0) == nil)
    #expect(monitor.observe(.down("no"), of: Self.key(0, 1), at: 0) != nil)
  }

  @Test("heartbeats that stop are missed after the interval, and counted like failures")
  func heartbeats() {
    var monitor = Monitor()
    let terms = Monitor.Terms(JudgeRules(fall: .inARow(3), rise: 1), every: .seconds(60), .heartbeat)
    monitor.add(Self.key(0), terms, at: 0)
    #expect(monitor.beat(Self.key(0), at: 30 * Self.second)?.verdict.transition == .wentUp)
    #expect(monitor.beat(Self.key(0), at: 80 * Self.second) == nil)
    let findings = Self.run(&monitor, until: 400).findings
    #expect(findings.map(\.verdict.transition) == [nil, .wentDown("no heartbeat for 60 s 3 times in 2 min")])
    #expect(
      findings.first?.judge.failingSince.map { $0 >= .seconds(140) && $0 < .milliseconds(140_001) } == true)
  }

  @Test("who slept through the time of a heartbeat doesn't hold it against the guest")
  func slept() {
    var monitor = Monitor()
    let terms = Monitor.Terms(JudgeRules(fall: .inARow(1), rise: 1), every: .seconds(60), .heartbeat)
    monitor.add(Self.key(0), terms, at: 0)
    _ = monitor.beat(Self.key(0), at: 0)
    guard case .found(let finding) = monitor.takeDue(at: 3600 * Self.second) else {
      Issue.record("nothing was found")
      return
    }
    #expect(finding.judge.last == .unknown("the watcher slept"))
  }

  @Test("keys that were given back are given out anew, with another generation")
  func keys() {
    var pool = KeyPool()
    let first = pool.take()
    pool.giveBack(first)
    pool.giveBack(first)
    let second = pool.take()
    #expect(second.index == first.index && second.generation != first.generation)
    #expect(pool.take().index != second.index)
  }

  @Test("what there is for each of a hundred thousand applications is small")
  func sizes() {
    // With the judge and the seat of one check.
    #expect(MemoryLayout<Watched>.stride <= 376)
    #expect(MemoryLayout<Check>.stride <= 80)
    #expect(MemoryLayout<Seat>.stride <= 32)
    #expect(MemoryLayout<LoopCore.Row>.stride <= 80)
  }

  // MARK: - Chance

  @Test(
    "random loss raises no more false alarms than chance has it",
    arguments: [JudgeRules.Fall.inARow(3), .inARow(2), .of(3, last: 5), .of(2, last: 4)],
    1...3 as ClosedRange<UInt64>)
  func falseAlarms(_ fall: JudgeRules.Fall, _ seed: UInt64) {
    let trial = LossTrial(
      rules: JudgeRules(fall: fall, rise: 2), every: .seconds(10), loss: 0.05, checks: 20,
      span: .seconds(86_400),
      seed: seed)
    let result = trial.run()
    #expect(result.probes == 20 * 8640)
    // Three standard deviations of a count of rare things.
    #expect(abs(Double(result.alarms) - result.expected) <= 3 * result.expected.squareRoot() + 1)
    #expect(result.expected > 10)
  }
}
