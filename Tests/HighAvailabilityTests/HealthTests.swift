import HighAvailability
import Testing

struct HealthTests {
  private func observe(_ health: inout Health, _ outcomes: [Outcome], every: Int = 10) -> [Health.Transition?]
  {
    outcomes.enumerated().map { health.observe($1, at: .seconds($0 * every)) }
  }

  @Test("a check is down after as many failures in a row as its fall, and says how often and how long")
  func fall() {
    var health = Health(fall: 3, rise: 2, grace: .zero, at: .zero)
    let down = Outcome.down("connection refused")
    #expect(
      observe(&health, [down, down, down, down])
        == [nil, nil, .wentDown("connection refused 3 times in 20 s"), nil])
    #expect(health.state == .down)
  }

  @Test("a success between failures starts the count anew")
  func interruptedFall() {
    var health = Health(fall: 2, rise: 1, grace: .zero, at: .zero)
    #expect(observe(&health, [.up, .down("no"), .up, .down("no"), .up]) == [.wentUp, nil, nil, nil, nil])
    #expect(health.state == .up)
  }

  @Test("a check is up after as many successes in a row as its rise")
  func rise() {
    var health = Health(fall: 1, rise: 2, grace: .zero, at: .zero)
    #expect(
      observe(&health, [.down("no"), .up, .down("no"), .up, .up])
        == [.wentDown("no"), nil, nil, nil, .wentUp])
  }

  @Test("what is unknown neither counts as down nor breaks a streak")
  func unknown() {
    var health = Health(fall: 2, rise: 2, grace: .zero, at: .zero)
    let unknown = Outcome.unknown("no route to host")
    #expect(observe(&health, Array(repeating: unknown, count: 50)).allSatisfy { $0 == nil })
    #expect(health.state == .pending)
    #expect(observe(&health, [.down("no"), unknown, .down("no")]).last == .wentDown("no 2 times in 20 s"))
  }

  @Test("failures in the grace time don't count")
  func grace() {
    var health = Health(fall: 1, rise: 1, grace: .seconds(30), at: .zero)
    #expect(observe(&health, [.down("no"), .down("no"), .down("no")]) == [nil, nil, nil])
    #expect(health.observe(.down("no"), at: .seconds(30)) == .wentDown("no"))
    #expect(health.failingSince == .zero)
  }

  @Test("a first success ends the grace time")
  func graceEnds() {
    var health = Health(fall: 1, rise: 1, grace: .seconds(300), at: .zero)
    #expect(observe(&health, [.up, .down("no")]) == [.wentUp, .wentDown("no")])
  }

  @Test("counts start afresh after an action")
  func afresh() {
    var health = Health(fall: 2, rise: 1, grace: .zero, at: .zero)
    _ = observe(&health, [.down("no"), .down("no")])
    health.startAfresh(grace: .seconds(60), at: .seconds(20))
    #expect(health.state == .pending)
    #expect(health.observe(.down("no"), at: .seconds(79)) == nil)
    #expect(health.observe(.down("no"), at: .seconds(80)) == nil)
    #expect(health.observe(.down("no"), at: .seconds(90)) == .wentDown("no 2 times in 10 s"))
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
}
