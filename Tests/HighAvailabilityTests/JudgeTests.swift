import Testing

@testable import HighAvailability

/// A judge with its rules, on a clock of seconds.
private struct Bench {
  let rules: JudgeRules
  var judge: Judge

  init(_ rules: JudgeRules) {
    self.rules = rules
    judge = Judge(rules, at: 0)
  }

  init(fall: Int, rise: Int, grace: Duration = .zero) {
    self.init(JudgeRules(fall: .inARow(fall), rise: rise, grace: grace))
  }

  mutating func observe(_ outcome: Outcome, at second: Int) -> Judge.Transition? {
    judge.observe(outcome, by: rules, at: Duration.seconds(second).nanoseconds).transition
  }

  mutating func observe(_ outcomes: [Outcome], every: Int = 10) -> [Judge.Transition?] {
    outcomes.enumerated().map { observe($1, at: $0 * every) }
  }

  /// Plays a line of letters: `U` up, `D` down, `?` unknown.
  mutating func play(_ letters: String, from start: Int = 0) -> [Judge.Transition?] {
    letters.enumerated().map { index, letter in
      observe(letter == "U" ? .up : letter == "D" ? .down("no") : .unknown("?"), at: (start + index) * 10)
    }
  }
}

struct JudgeTests {
  @Test("a check is down after as many failures in a row as its fall, and says how often and how long")
  func fall() {
    var bench = Bench(fall: 3, rise: 2)
    let down = Outcome.down("connection refused")
    #expect(
      bench.observe([down, down, down, down])
        == [nil, nil, .wentDown("connection refused 3 times in 20 s"), nil])
    #expect(bench.judge.state == .down)
  }

  @Test("a success between failures starts the count anew")
  func interruptedFall() {
    var bench = Bench(fall: 2, rise: 1)
    #expect(bench.observe([.up, .down("no"), .up, .down("no"), .up]) == [.wentUp, nil, nil, nil, nil])
    #expect(bench.judge.state == .up)
  }

  @Test("a check is up after as many successes in a row as its rise")
  func rise() {
    var bench = Bench(fall: 1, rise: 2)
    #expect(
      bench.observe([.down("no"), .up, .down("no"), .up, .up])
        == [.wentDown("no"), nil, nil, nil, .wentUp])
  }

  @Test("what is unknown neither counts as down nor breaks a streak")
  func unknown() {
    var bench = Bench(fall: 2, rise: 2)
    let unknown = Outcome.unknown("no route to host")
    #expect(bench.observe(Array(repeating: unknown, count: 50)).allSatisfy { $0 == nil })
    #expect(bench.judge.state == .pending)
    #expect(bench.observe([.down("no"), unknown, .down("no")]).last == .wentDown("no 2 times in 20 s"))
  }

  @Test("failures in the grace time don't count")
  func grace() {
    var bench = Bench(fall: 1, rise: 1, grace: .seconds(30))
    #expect(bench.observe([.down("no"), .down("no"), .down("no")]) == [nil, nil, nil])
    #expect(bench.observe(.down("no"), at: 30) == .wentDown("no"))
    #expect(bench.judge.failingSince == .zero)
  }

  @Test("a first success ends the grace time")
  func graceEnds() {
    var bench = Bench(fall: 1, rise: 1, grace: .seconds(300))
    #expect(bench.observe([.up, .down("no")]) == [.wentUp, .wentDown("no")])
  }

  @Test("counts start afresh after an action")
  func afresh() {
    var bench = Bench(fall: 2, rise: 1)
    _ = bench.observe([.down("no"), .down("no")])
    bench.judge.startAfresh(grace: .seconds(60), at: Duration.seconds(20).nanoseconds)
    #expect(bench.judge.state == .pending)
    #expect(bench.observe(.down("no"), at: 79) == nil)
    #expect(bench.observe(.down("no"), at: 80) == nil)
    #expect(bench.observe(.down("no"), at: 90) == .wentDown("no 2 times in 10 s"))
  }

  @Test("a check may be down after k failures of the last n, whatever came between")
  func ofLast() {
    var bench = Bench(JudgeRules(fall: .of(3, last: 5), rise: 2))
    #expect(
      bench.play("UUDUDUD").compactMap { $0 } == [.wentUp, .wentDown("no; 3 of the last 5 probes failed")])
    #expect(bench.judge.state == .down)
  }

  @Test("failures from before it went up don't count among the last n")
  func ofLastAfresh() {
    var bench = Bench(JudgeRules(fall: .of(3, last: 5), rise: 2))
    #expect(bench.play("DDDUUDUD").last == .some(nil))
    #expect(bench.judge.state == .up)
  }

  @Test("a check may be down after k failures within a span")
  func within() {
    var bench = Bench(JudgeRules(fall: .within(3, .seconds(60)), rise: 1))
    let transitions = [(0, true), (10, false), (50, true), (70, true), (75, false), (80, true)].map {
      second, isDown in
      bench.observe(isDown ? .down("no") : .up, at: second)
    }
    #expect(transitions == [nil, .wentUp, nil, nil, nil, .wentDown("no; 3 probes failed within 30 s")])
  }

  @Test("with too few samples nothing is down")
  func minSamples() {
    var bench = Bench(JudgeRules(fall: .inARow(1), rise: 1, minSamples: 4))
    #expect(bench.play("DDD").allSatisfy { $0 == nil })
    #expect(bench.play("D", from: 3) == [.wentDown("no 4 times in 30 s")])
  }

  @Test("an outcome is news when it differs from the last, or is the first since the start")
  func news() {
    let rules = JudgeRules()
    var judge = Judge(rules, at: 0)
    let outcomes: [Outcome] = [.up, .up, .down("a"), .down("a"), .down("b"), .unknown("c"), .up]
    #expect(
      outcomes.map { judge.observe($0, by: rules, at: 0).isNews } == [
        true, false, true, false, true, true, true,
      ])
    judge.startAfresh(grace: .zero, at: 0)
    #expect(judge.observe(.up, by: rules, at: 0).isNews)
    #expect(judge.epoch == 1)
  }

  @Test("what changes to and fro is said to flap, until it has been steady for a while")
  func flapping() {
    let rules = JudgeRules(fall: .inARow(2), rise: 2, flapping: .init(low: 0.2, high: 0.5))
    var judge = Judge(rules, at: 0)
    var changes: [String] = []
    for index in 0..<60 {
      let isDown = index >= 21 && index < 40 && index % 2 == 0
      if let flaps = judge.observe(isDown ? .down("no") : .up, by: rules, at: 0).flapping {
        changes.append("\(index) \(flaps)")
      }
    }
    // Ten changes, newer ones weighing more, are half; in the end the last few old ones are less than a fifth.
    #expect(changes == ["30 true", "55 false"])
  }

  @Test("a flap score weighs 20 changes from 0.8, the oldest, to 1.2")
  func flapScore() {
    let rules = JudgeRules(flapping: .init())
    var judge = Judge(rules, at: 0)
    for index in 0..<21 { _ = judge.observe(index % 2 == 0 ? .up : .down("no"), by: rules, at: 0) }
    #expect(abs(judge.flapScore - 1) < 1e-9)
    for _ in 0..<19 { _ = judge.observe(.up, by: rules, at: 0) }
    #expect(abs(judge.flapScore - 0.8 / 20) < 0.03)
    _ = judge.observe(.up, by: rules, at: 0)
    _ = judge.observe(.up, by: rules, at: 0)
    #expect(judge.flapScore == 0)
  }

  @Test("a judge is small, since there is one for each of a hundred thousand checks")
  func size() { #expect(MemoryLayout<Judge>.stride <= 96) }

  @Test(
    "rules that make no sense are refused with a hint",
    arguments: [
      JudgeRules(fall: .inARow(0)), JudgeRules(fall: .of(4, last: 3)), JudgeRules(fall: .of(0, last: 3)),
      JudgeRules(fall: .of(1, last: 65)), JudgeRules(fall: .within(2, .zero)), JudgeRules(rise: 0),
      JudgeRules(minSamples: -1), JudgeRules(grace: .seconds(-1)),
      JudgeRules(flapping: .init(low: 0.5, high: 0.2)), JudgeRules(flapping: .init(low: 0.1, high: 2)),
    ])
  func refused(_ rules: JudgeRules) throws {
    let (what, hint) = try #require(rules.problem)
    #expect(!what.isEmpty && !hint.isEmpty)
  }

  @Test("the usual rules are fine")
  func fine() {
    #expect(JudgeRules().problem == nil)
    #expect(JudgeRules(fall: .of(3, last: 64), flapping: .init()).problem == nil)
  }

  @Test("a status of Nova's in transition or set by a person is unknown")
  func server() {
    #expect(Outcome.ofServer(status: "ACTIVE") == .up)
    #expect(Outcome.ofServer(status: "SHUTOFF").isDown)
    #expect(Outcome.ofServer(status: "ERROR").isDown)
    #expect(Outcome.ofServer(status: nil).isDown)
    for status in ["REBOOT", "HARD_REBOOT", "REBUILD", "BUILD", "PAUSED", "SUSPENDED", "SHELVED"] {
      #expect(Outcome.ofServer(status: status) == .unknown("the server is \(status)"))
    }
  }

  @Test("an HTTP answer is judged by status and page")
  func http() {
    let page = Array("<h1>WordPress</h1>".utf8)
    #expect(HTTPExpectation().outcome(status: 302, body: []) == .up)
    #expect(HTTPExpectation().outcome(status: 503, body: []) == .down("HTTP status 503"))
    #expect(HTTPExpectation(statuses: [503]).outcome(status: 503, body: []) == .up)
    #expect(HTTPExpectation(bodyContains: "WordPress").outcome(status: 200, body: page) == .up)
    #expect(
      HTTPExpectation(bodyContains: "Drupal").outcome(status: 200, body: page)
        == .down("the page doesn't contain \"Drupal\""))
  }

  @Test("a page may be wanted to look like a pattern, and to carry header fields")
  func httpPatterns() {
    let page = Array("<h1>Welcome to WordPress 6.4</h1>".utf8)
    let wanted = HTTPExpectation(body: TextPattern(containing: "Welcome * 6.?"))
    #expect(wanted.outcome(status: 200, body: page).isDown)
    #expect(
      HTTPExpectation(body: TextPattern(containing: "Welcome*6.")).outcome(status: 200, body: page) == .up)
    let typed = HTTPExpectation(fields: [.init("Content-Type", TextPattern("text/html*"))])
    #expect(typed.complaint { _ in "text/html; charset=utf-8" } == nil)
    #expect(typed.complaint { _ in "text/plain" } == "Content-Type is \"text/plain\", not \"text/html*\"")
    #expect(typed.complaint { _ in nil } == "the response has no Content-Type")
  }

  @Test(
    "a pattern stands for whole texts, with anything for its stars",
    arguments: [
      ("", "", true), ("", "a", false), ("*", "", true), ("*", "abc", true), ("a*c", "abc", true),
      ("a*c", "abcd", false), ("a*c", "ac", true), ("a*a", "a", false), ("*b*", "abc", true),
      ("**", "x", true),
      ("a*b*c", "a-c-b-c", true), ("a*b*c", "acb", false), ("ab", "abc", false), ("*bc", "abcbc", true),
    ])
  func pattern(_ pattern: String, _ text: String, _ matches: Bool) {
    #expect(TextPattern(pattern).matches(text) == matches)
  }
}
