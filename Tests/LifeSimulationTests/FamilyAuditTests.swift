import Ambience
import HighAvailability
import StackEngine
import Testing

@testable import LifeSimulation

/// Audits of applications that are parts of others are fed histories in which one thing is wrong.
@Suite("The audit of families in a healing life")
struct FamilyAuditTests {
  private static func server(_ number: Int) -> Target { Target(stack: "ward", logicalID: "S\(number)") }

  /// Four applications that are parts of a stack, where the second server depends on the first: that has given up, and
  /// was replaced with what depends on it.
  private static var history: HealingHistory {
    var history = HealingHistory()
    let ladder = Ladder([
      Rung(.restart(service: nil), period: .seconds(600)), Rung(.softReboot, period: .seconds(600)),
    ])
    history.policies = (1...4).map { number in
      var policy = ApplicationPolicy(
        name: "app\(number)", target: server(number),
        checks: [Check("http", .custom { .up }, every: .seconds(10), timeout: .seconds(5))], ladder: ladder)
      policy.relations.parent = "site"
      return policy
    }
    var site = ApplicationPolicy(
      name: "site", target: Target(stack: "ward", logicalID: ""), checks: [],
      ladder: Ladder([Rung(.replace(), period: .seconds(600))]))
    site.relations.scope = .stack
    history.policies.append(site)
    history.budgets = [Budget()]
    history.machines = [1: 0]
    history.needs = [server(2): server(1)]
    history.incidents = [(incident("abc", "app1"), []), (incident("xyz", "site"), [])]
    history.turns = [turn(.gaveUp, at: 100)]
    history.acts = [replacement(at: 110, replacing: ["S1", "S2"])]
    return history
  }

  private static func incident(_ id: String, _ application: String) -> Incident {
    var incident = Incident(
      id: id, application: application, target: server(1), began: Timestamp(milliseconds: 0), reason: "down")
    incident.state = .recovered
    return incident
  }

  private static func turn(_ kind: IncidentEntry.Kind, at second: Int) -> HealingHistory.Turn {
    HealingHistory.Turn(incident: "abc", kind: kind, time: .seconds(second))
  }

  private static func act(
    _ application: String, _ target: Target, _ action: String, _ tag: String, at second: Int
  ) -> HealingHistory.Act {
    var act = HealingHistory.Act(
      process: 1, application: application, target: target, action: action, isDisturbing: true, tag: tag,
      server: nil, span: .init(from: .seconds(second), to: .seconds(second + 5)))
    act.hasEffect = true
    return act
  }

  private static func replacement(at second: Int, replacing replaced: Set<String>) -> HealingHistory.Act {
    var act = act("site", Target(stack: "ward", logicalID: ""), "replace", "xyz/3", at: second)
    act.reach = [server(1), server(2)]
    act.replacement = HealingHistory.Exchange(
      strategy: .restForOne, members: ["S1"], whole: ["S1", "S2", "S3"], replaced: replaced)
    return act
  }

  private func violations(_ change: (inout HealingHistory) -> Void) -> [String] {
    var history = Self.history
    change(&history)
    return HealingAudit(history: history).violations
  }

  @Test("finds nothing where all is well")
  func sound() { #expect(violations { _ in } == []) }

  @Test("finds an action for a whole of which no part has given up")
  func usurped() {
    let told = ["replace for site at 110.0 seconds, of which no part had given up"]
    #expect(violations { $0.turns = [] } == told)
    #expect(violations { $0.turns.append(Self.turn(.recovered, at: 105)) } == told)
    #expect(violations { $0.turns.append(Self.turn(.startedOver, at: 115)) } == [])
  }

  @Test("finds an action for a part while something is done for the whole, and the other way round")
  func simultaneous() {
    let during = violations {
      $0.acts.append(Self.act("app1", Self.server(1), "soft reboot", "abc/9", at: 112))
    }
    #expect(during == ["soft reboot for app1 at 112.0 seconds, during replace for site"])
    let before = violations {
      $0.acts.append(Self.act("app1", Self.server(1), "soft reboot", "abc/9", at: 108))
    }
    #expect(before == ["replace for site at 110.0 seconds, during soft reboot for app1"])
  }

  @Test("finds more actions than the product of the intensities of all ladders")
  func product() {
    func reboots(_ count: Int) -> [String] {
      violations { history in
        for number in 0..<count {
          history.acts.append(
            Self.act("app1", Self.server(1), "soft reboot", "r\(number)/3", at: 200 + number * 10))
        }
      }
    }
    #expect(reboots(7) == [])
    #expect(reboots(8) == ["8 actions for app1 within 10 min, of 7"])
  }

  @Test("finds what was replaced beyond the strategy, and what wasn't within it")
  func strategies() {
    func replaced(_ servers: Set<String>) -> [String] {
      violations { $0.acts = [Self.replacement(at: 110, replacing: servers)] }
    }
    #expect(
      replaced(["S1", "S2", "S3"]) == [
        "rest_for_one of ward for site replaced [\"S1\", \"S2\", \"S3\"], and was to replace [\"S1\", \"S2\"]"
      ])
    #expect(replaced(["S1"]).count == 1)
    // What was broken before is made again with it.
    #expect(replaced(["S1", "S2", "S4"]) == [])
  }

  @Test("finds that what is in maintenance was taken along")
  func maintenance() {
    let truce = HealingHistory.Truce(
      applications: ["app2"], servers: [Self.server(2)], reason: "in maintenance",
      span: .init(from: .seconds(90), to: .seconds(130)))
    #expect(
      violations { $0.truces = [truce] } == [
        "replace for site at 110.0 seconds, which was in maintenance"
      ])
  }

  @Test("lets a ladder begin anew once something was done for the whole")
  func anew() {
    let kinds: [(IncidentEntry.Kind, Int?)] = [
      (.detected, nil), (.intent, 1), (.outcome, 1), (.startedOver, nil), (.intent, 0), (.outcome, 0),
    ]
    let entries = kinds.enumerated().map { index, kind in
      var cause = IncidentCause()
      cause.rung = kind.1
      return IncidentEntry(
        number: index + 1, time: Timestamp(milliseconds: 0), kind: kind.0, reason: "", cause: cause)
    }
    #expect(violations { $0.incidents[0].entries = entries } == [])
    let straight = entries.filter { $0.kind != .startedOver }
    #expect(violations { $0.incidents[0].entries = straight }.contains { $0.contains("climbs its ladder") })
  }
}
