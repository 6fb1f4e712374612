import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine
import Testing

/// Policies on what is known beforehand.
struct ReplayTests {
  private static let noon = Timestamp(milliseconds: 1_340_798_400_000)

  private static func policy(fall: Int = 3) -> ApplicationPolicy {
    ApplicationPolicy(
      name: "wiki", target: Target(stack: "wiki", logicalID: "Web"),
      checks: [Check("web", .tcp(address: "h", port: 80), fall: fall, rise: 2, grace: .zero)],
      ladder: Ladder([
        Rung(.restart(service: nil), intensity: 2, period: .seconds(600), settle: .seconds(60)),
        Rung(.softReboot, settle: .seconds(60)),
      ]))
  }

  private static func says(_ outcome: Outcome, at seconds: Int) -> Sighting {
    Sighting(time: noon + .seconds(seconds), application: "wiki", check: "web", outcome: outcome)
  }

  private static func events(
    _ policy: ApplicationPolicy, _ sightings: [Sighting], for span: Duration
  ) async throws -> [String] {
    var replay = Replay(policy, sightings, from: noon, to: noon + span)
    return try await replay.run().events.map { event in
      "\((event.time - noon).components.seconds) \(event.status)"
    }
  }

  @Test("the ladder is climbed at the times at which a supervisor would")
  func climbs() async throws {
    let events = try await Self.events(
      Self.policy(),
      [Self.says(.up, at: 0), Self.says(.down("refused"), at: 95), Self.says(.up, at: 400)],
      for: .seconds(3600))
    #expect(
      events == [
        "115 HA_DETECTED", "115 HA_RESTART", "205 HA_RESTART", "295 HA_ESCALATED", "295 HA_SOFT_REBOOT",
        "410 HA_RECOVERED",
      ])
  }

  @Test("weeks in which nothing happens make no difference to what happens then")
  func skips() async throws {
    let late = 20 * 86_400
    let events = try await Self.events(
      Self.policy(),
      [Self.says(.up, at: 0), Self.says(.down("refused"), at: late), Self.says(.up, at: late + 45)],
      for: .seconds(Int64(30 * 86_400)))
    #expect(events == ["\(late + 20) HA_DETECTED", "\(late + 20) HA_RESTART", "\(late + 55) HA_RECOVERED"])
  }

  @Test("what would have been done is set beside what was")
  func backtest() async throws {
    let text = """
      {"time": "2012-06-27T12:00:00Z", "application": "wiki", "check": "web", "outcome": "up"}
      {"time": "2012-06-27T12:10:00.500Z", "application": "wiki", "check": "web", "outcome": "down", "reason": "refused"}
      {"time": 1340799022, "application": "wiki", "action": "restart"}

      {"time": "2012-06-27T12:12:00Z", "application": "wiki", "action": "hard reboot", "reason": "by hand"}
      {"time": "2012-06-27T12:11:00Z", "application": "wiki", "check": "web", "outcome": "up"}
      """
    let lines = try TraceFile.lines(text, of: "t.jsonl")
    #expect(lines.count == 5)
    #expect(try TraceLine(lines[1].value) == lines[1])
    var test = Backtest()
    try await test.add(Self.policy(), lines, from: lines[0].time, to: lines[0].time + .seconds(3600))
    #expect(test.rows.map(\.would) == ["restart 1 of 2 within 10 min", nil])
    #expect(test.rows.map(\.did) == ["restart", "hard reboot"])
    #expect(test.counts.would == 1 && test.counts.did == 2 && test.counts.both == 1)
    var patient = Backtest()
    try await patient.add(
      Self.policy(fall: 30), lines, from: lines[0].time, to: lines[0].time + .seconds(3600))
    #expect(patient.rows.map(\.would) == [nil, nil])
    #expect(throws: Diagnostic.self) { try TraceFile.lines("{}\n", of: "t.jsonl") }
    do { _ = try TraceFile.lines(text + "\n{\"time\": 1}", of: "t.jsonl") } catch let error as Diagnostic {
      #expect(error.message == "t.jsonl:7 has no `application`")
    }
  }

  @Test("the incidents of a store are a trace, on which the same policy does the same")
  func history() throws {
    try onVirtualTime(seeds: 1...2) { ambient in
      let town = Town(ambient)
      let supervisor = Supervisor(town.surroundings)
      var policy = Self.policy()
      policy.checks[0].kind = .tcp(address: "Web", port: 80)
      try await supervisor.add(policy)
      let start = ambient.now()
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        try? await ambient.sleep(.seconds(300))
        town.breakDown("Web", until: "soft_reboot")
        try? await ambient.sleep(.seconds(900))
        await supervisor.stop()
      }
      let journal = IncidentJournal(town.journal)
      let lines = try await journal.history(of: [policy], from: start, to: ambient.now())
      var test = Backtest()
      try await test.add(policy, lines, from: start, to: ambient.now())
      #expect(test.rows.map(\.did) == ["restart", "restart", "soft reboot"])
      #expect(test.rows.compactMap(\.would).count == 3)
      #expect(test.incidents == 1)
      let report = try #require(try await journal.reports(from: start, to: ambient.now()).first)
      #expect(report.incidents == 1 && report.open == 0)
      #expect(Array(report.healings.keys) == ["soft reboot"])
      #expect(report.availability > 0.6 && report.availability < 0.9)
      #expect(report.meanTime == report.downtime)
    }
  }
}
