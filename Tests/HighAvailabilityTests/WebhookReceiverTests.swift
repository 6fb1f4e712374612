import Ambience
import Document
import HTTP
import HighAvailability
import Secrets
import StackEngine
import Testing

/// Reports over HTTP, from the request to the application that is healed.
struct WebhookReceiverTests {
  private static let key = WebhookKey(Secret("0123456789abcdef"))

  private static let alarm = MetricAlarm(
    name: "failures", metric: "ServiceFailure", threshold: 2, period: .seconds(300))

  private static func policy(_ checks: [Check], name: String = "shop") -> ApplicationPolicy {
    ApplicationPolicy(
      name: name, target: Target(stack: "s", logicalID: "web"), checks: checks,
      ladder: Ladder([Rung(.restart(service: nil), intensity: 2, settle: .seconds(30)), Rung(.softReboot)]))
  }

  private static let monitoring = Check("monitoring", .reported, fall: 1, rise: 1, grace: .zero)
  private static let guest = Check(
    "guest", .heartbeat, every: .seconds(60), fall: 1, rise: 1, grace: .zero)
  private static let door = Check(
    "door", .tcp(address: LateText(.text("web")), port: 80), fall: 2, rise: 1, grace: .zero)

  /// A supervisor that takes reports.
  private struct Desk: Sendable {
    let service: WatchService
    let receiver: WebhookReceiver
    let town: Town
    let ambient: Ambient

    func ask(_ method: Request.Method, _ url: String, _ body: String = "", _ headers: Headers = [:]) async
      -> (response: Response, value: Value)
    {
      let response = await receiver.answer(Request(method, url, headers: headers, body: Array(body.utf8)))
      return (response, (try? Value.json(response.body)) ?? .null)
    }

    /// Reports on a check of the shop.
    @discardableResult
    func report(_ check: String, _ body: String = "", query: String = "", _ headers: Headers = [:]) async
      -> (status: Int, value: Value)
    {
      let url = WebhookReceiverTests.address(check) + query
      let (response, value) = await ask(.post, url, body, headers)
      return (response.status, value)
    }

    var state: ApplicationStatus.State? { get async { await service.page().applications.first?.state } }
  }

  private static func address(
    _ check: String, of application: String = "shop", until expiry: Timestamp? = nil,
    by key: WebhookKey = key
  ) -> String {
    let address = key.address(application: application, check: check, expiry: expiry, base: "http://h")
    return String(address.dropFirst("http://h".count))
  }

  private static func run(
    _ service: WatchService, _ policies: [ApplicationPolicy],
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    try await service.watch(PolicyBook(policies.map { PolicyBook.Page($0) }))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      try await body()
      await service.stop()
      try await group.waitForAll()
    }
  }

  private static func desk(
    _ town: Town, _ ambient: Ambient, keys: [WebhookKey] = [key],
    limits: WebhookReceiver.Limits = WebhookReceiver.Limits()
  ) -> Desk {
    let service = WatchService(
      town.surroundings, manager: ServiceManager(environment: [:]), outlets: WatchService.Outlets())
    return Desk(
      service: service,
      receiver: WebhookReceiver(service, keys: keys, ambient: ambient, limits: limits), town: town,
      ambient: ambient)
  }

  /// Lets a supervisor watch a shop by some checks for ten seconds, and then a body report on it.
  private static func serving(
    _ checks: [Check], keys: [WebhookKey] = [key],
    limits: WebhookReceiver.Limits = WebhookReceiver.Limits(),
    _ body: @escaping @Sendable (Desk) async throws -> Void
  ) throws {
    try onVirtualTime(seeds: 1...3) { ambient in
      let desk = desk(Town(ambient), ambient, keys: keys, limits: limits)
      try await run(desk.service, [policy(checks)]) {
        try await ambient.sleep(.seconds(10))
        try await body(desk)
      }
    }
  }

  // MARK: - What reports do

  @Test("a reported failure has the application healed, and the next report tells that it has recovered")
  func heals() throws {
    try Self.serving([Self.monitoring]) { desk in
      let (status, value) = await desk.report("monitoring", #"{"state":"down","reason":"disk full"}"#)
      #expect(status == 200)
      #expect(value["application"] == "shop" && value["check"] == "monitoring")
      #expect(
        value["said"] == "down: disk full" && value["effect"] == "counted" && value["state"] == "planned")
      try await desk.ambient.sleep(.seconds(20))
      #expect(desk.town.actions == ["restart"])
      #expect(await desk.report("monitoring", #"{"state":"up"}"#).value["state"] == "up")
      try await desk.ambient.sleep(.seconds(1))
      #expect(desk.town.recorded.map(\.verb) == [.detected, .restart, .recovered])
      #expect(desk.town.recorded.first?.reason == "check monitoring: disk full")
    }
  }

  @Test("heartbeats keep an application up, and their end is a failure")
  func heartbeats() throws {
    try Self.serving([Self.guest]) { desk in
      for _ in 0..<10 {
        let (status, value) = await desk.report("guest")
        #expect(status == 200 && value["said"] == "a heartbeat" && value["effect"] == "counted")
        try await desk.ambient.sleep(.seconds(45))
      }
      #expect(await desk.state == .up && desk.town.recorded.isEmpty)
      try await desk.ambient.sleep(.seconds(40))
      #expect(desk.town.recorded.first?.reason == "check guest: no heartbeat for 60 s")
    }
  }

  @Test("samples raise an alarm, and those of another metric are dropped")
  func samples() throws {
    try Self.serving([.metric(Self.alarm)]) { desk in
      let (_, other) = await desk.report("failures", #"{"value": 1, "metric": "DiskUse"}"#)
      #expect(other["effect"] == "dropped" && other["because"] == "the check goes by ServiceFailure")
      await desk.report("failures", #"{"value": 1}"#)
      await desk.report("failures", "value=1&metric=ServiceFailure")
      #expect(desk.town.recorded.isEmpty)
      #expect(await desk.report("failures", #"{"value": "1"}"#).value["state"] == "planned")
      try await desk.ambient.sleep(.seconds(1))
      #expect(
        desk.town.recorded.first?.reason == "check failures: SampleCount of ServiceFailure is 3, > 2 in 5 min"
      )
    }
  }

  @Test("a report that comes while an action is under way counts after it")
  func late() throws {
    try Self.serving([Self.monitoring, Self.door, Self.guest]) { desk in
      desk.town.breakDown("web")
      while desk.town.actions.isEmpty { try await desk.ambient.sleep(.milliseconds(500)) }
      let (status, value) = await desk.report("monitoring", "state=down")
      #expect(status == 200 && value["effect"] == "kept" && value["because"] == "an action is under way")
      await desk.report("monitoring", "state=up")
      #expect(await desk.report("guest").value["effect"] == "dropped")
      try await desk.ambient.sleep(.seconds(20))
      #expect(await desk.report("guest").value["effect"] == "counted")
      try await desk.ambient.sleep(.seconds(1))
      #expect(desk.town.recorded.map(\.verb) == [.detected, .restart, .recovered])
      let journal = IncidentJournal(desk.town.journal)
      let scope = MaintenanceWindow.Scope.application("shop")
      let now = desk.ambient.now()
      try await journal.begin(
        MaintenanceWindow(id: "m", scope: scope, from: now, until: nil, reason: ""), at: now)
      try await desk.ambient.sleep(.seconds(10))
      #expect(
        await desk.report("monitoring", "state=down&reason=no+disk").value["because"]
          == "the application is in maintenance")
      try await desk.ambient.sleep(.seconds(60))
      #expect(desk.town.recorded.count { $0.verb == .detected } == 1)
      try await journal.endMaintenance(of: scope, at: desk.ambient.now())
      try await desk.ambient.sleep(.seconds(10))
      #expect(desk.town.recorded.last { $0.verb == .detected }?.reason == "check monitoring: no disk")
    }
  }

  @Test("a failure that is reported while a restart is given time to show counts after that")
  func early() throws {
    try Self.serving([Self.monitoring]) { desk in
      await desk.report("monitoring", "state=down")
      while desk.town.actions.isEmpty { try await desk.ambient.sleep(.milliseconds(500)) }
      try await desk.ambient.sleep(.seconds(10))
      let (_, value) = await desk.report("monitoring", "state=down&reason=still")
      #expect(value["effect"] == "kept" && value["because"] == "failures don't count yet")
      try await desk.ambient.sleep(.seconds(15))
      #expect(desk.town.actions == ["restart"])
      try await desk.ambient.sleep(.seconds(30))
      #expect(desk.town.actions == ["restart", "restart"])
      // Nobody has said anything since then.
      try await desk.ambient.sleep(.seconds(600))
      #expect(desk.town.actions == ["restart", "restart"])
    }
  }

  @Test("who never reported anything doesn't keep an application from having recovered")
  func silence() throws {
    try Self.serving([Self.monitoring, Self.door]) { desk in
      #expect(await desk.state == .up)
      desk.town.breakDown("web")
      try await desk.ambient.sleep(.seconds(120))
      #expect(desk.town.recorded.map(\.verb) == [.detected, .restart, .recovered])
      await desk.report("monitoring", "state=up")
      desk.town.breakDown("web")
      try await desk.ambient.sleep(.seconds(120))
      #expect(desk.town.recorded.count == 6)
    }
  }

  // MARK: - What is understood

  @Test(
    "kiln's own reports, forms, and the notices of Alertmanager and Aodh are understood",
    arguments: [
      (#"{"state":"UP"}"#, "", "up"), ("", "&state=down", "down: it was reported down"),
      ("state=down&reason=disk+full%21", "", "down: disk full!"),
      ("\n {\"state\": \"down\", \"reason\": \"a\\u001b[31m\\nb\"}", "", "down: a [31m b"),
      (#"{"state":"unknown"}"#, "&state=down", "unknown: it was reported unknown"),
      (
        #"{"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"NoDisk"},"#
          + #""annotations":{"summary":"no disk"}}],"commonLabels":{"alertname":"NoDisk"},"commonAnnotations":{}}"#,
        "", "down: NoDisk: no disk"
      ),
      (#"{"status":"resolved","alerts":[]}"#, "", "up"),
      (#"{"status":"firing"}"#, "", "down: it was reported down"),
      (
        #"{"alarm_name":"cpu","current":"alarm","previous":"ok","reason":"above 90","reason_data":{}}"#, "",
        "down: cpu: above 90"
      ),
      (#"{"current":"ok"}"#, "", "up"),
      (#"{"current":"insufficient data"}"#, "", "unknown: it was reported unknown"),
    ])
  func forms(_ body: String, _ query: String, _ said: String) throws {
    try Self.serving([Self.monitoring]) { desk in
      let (status, value) = await desk.report("monitoring", body, query: query)
      #expect(status == 200 && value["said"] == .string(said), "\(value)")
    }
  }

  @Test("a long reason is cut")
  func longReason() throws {
    try Self.serving([Self.monitoring]) { desk in
      let reason = String(repeating: "é", count: 5000)
      let (_, value) = await desk.report("monitoring", #"{"state":"down","reason":"\#(reason)"}"#)
      #expect(value["said"]?.string?.count == 307)
    }
  }

  @Test("what can't be understood is refused, with what to send instead")
  func malformed() throws {
    try Self.serving([Self.monitoring, Self.guest, .metric(Self.alarm), Self.door]) { desk in
      for (check, body, code) in [
        ("monitoring", "", "no_state"), ("monitoring", "{", "invalid_body"),
        ("monitoring", "hello", "invalid_body"),
        ("monitoring", "state=%zz", "invalid_body"), ("monitoring", "state=%ff", "invalid_body"),
        ("monitoring", #"{"state": "broken"}"#, "unknown_state"),
        ("monitoring", #"{"state": 1}"#, "unknown_state"),
        ("monitoring", #"{"status": "unknown"}"#, "unknown_state"),
        ("monitoring", String(repeating: "[", count: 60_000), "invalid_body"),
        ("monitoring", "{\"state\":" + String(repeating: "[", count: 60_000), "invalid_body"),
        ("guest", #"{"state": "down"}"#, "not_a_heartbeat"), ("failures", "", "no_value"),
        ("failures", "value=much", "invalid_value"), ("failures", "value=nan", "invalid_value"),
        ("failures", #"{"value": [1]}"#, "invalid_value"),
      ] {
        let (status, value) = await desk.report(check, body)
        #expect(
          status == 400 && value["error"]?["code"] == .string(code), "\(check) \(body.prefix(40)): \(value)")
        #expect(value["error"]?["message"]?.string?.isEmpty == false)
      }
      let list = await desk.report("monitoring", "[]", ["Content-Type": "application/json"])
      #expect(list.value["error"]?["message"] == "the body is a list")
      #expect(desk.town.recorded.isEmpty)
    }
  }

  // MARK: - Who may report

  @Test("an address that is forged, has expired or leads nowhere is refused, and so is reading one")
  func refusals() throws {
    try Self.serving([Self.monitoring, Self.door]) { desk in
      let now = desk.ambient.now()
      let other = WebhookKey(Secret("another key of all"))
      for (url, status, code) in [
        (Self.address("monitoring").replacing("shop", with: "mail"), 403, "forged_address"),
        (Self.address("monitoring", by: other), 403, "forged_address"),
        ("/v1/checks/shop/monitoring", 403, "forged_address"), ("/v1/checks/", 403, "forged_address"),
        (Self.address("monitoring", until: now), 410, "expired_address"),
        (Self.address("monitoring", of: "mail"), 404, "unknown_application"),
        (Self.address("monitor"), 404, "unknown_check"), (Self.address("door"), 404, "unknown_check"),
        ("/v1/check", 404, "unknown_page"),
      ] {
        let (response, value) = await desk.ask(.post, url, #"{"state":"down"}"#)
        #expect(response.status == status && value["error"]?["code"] == .string(code), "\(url): \(value)")
      }
      for method in Request.Method.allCases where method != .post {
        let (response, value) = await desk.ask(method, Self.address("monitoring") + "&state=down")
        #expect(response.status == 405 && response.headers["Allow"] == "POST")
        #expect(value["error"]?["code"] == "wrong_method")
      }
      #expect(desk.town.recorded.isEmpty)
    }
  }

  @Test("each of several keys counts, and without any no reports are taken")
  func keys() throws {
    let old = WebhookKey(Secret("the key of yesterday"))
    try Self.serving([Self.monitoring], keys: [Self.key, old]) { desk in
      for key in [Self.key, old] {
        let (response, _) = await desk.ask(.post, Self.address("monitoring", by: key), "state=up")
        #expect(response.status == 200)
      }
      let past = Self.address("monitoring", until: desk.ambient.now(), by: old)
      #expect(await desk.ask(.post, past).response.status == 410)
    }
    try Self.serving([Self.monitoring], keys: []) { desk in
      let (status, value) = await desk.report("monitoring", "state=down")
      #expect(status == 403 && value["error"]?["code"] == "no_key")
    }
  }

  // MARK: - Again and again

  @Test("a report that is sent again under its name counts once")
  func idempotency() throws {
    for header in ["Idempotency-Key", "X-Request-Id"] {
      try Self.serving([.metric(Self.alarm)]) { desk in
        for number in 0..<9 {
          let url = Self.address("failures")
          let (response, value) = await desk.ask(.post, url, #"{"value": 1}"#, [header: "a"])
          #expect(response.status == 200 && value["effect"] == "counted")
          #expect(response.headers["Idempotent-Replayed"] == (number == 0 ? nil : "true"))
          try await desk.ambient.sleep(.seconds(7))
        }
        #expect(desk.town.recorded.isEmpty)
        await desk.report("failures", #"{"value": 1}"#, [header: "b"])
        await desk.report("failures", #"{"value": 1}"#, [header: "c"])
        try await desk.ambient.sleep(.seconds(1))
        #expect(desk.town.recorded.first?.verb == .detected)
      }
    }
  }

  @Test(
    "a name stands for one report, while a request id may stand for several and a heartbeat always counts")
  func names() throws {
    try Self.serving([Self.monitoring, Self.guest]) { desk in
      #expect(await desk.report("monitoring", "state=up", ["Idempotency-Key": "a"]).status == 200)
      let (status, value) = await desk.report("monitoring", "state=down", ["Idempotency-Key": "a"])
      #expect(status == 422 && value["error"]?["code"] == "key_in_use")
      // One that was refused may be sent anew.
      #expect(await desk.report("monitoring", "state=odd", ["Idempotency-Key": "b"]).status == 400)
      #expect(await desk.report("monitoring", "state=odd", ["Idempotency-Key": "b"]).status == 400)
      #expect(await desk.report("monitoring", "state=up", ["X-Request-Id": "c"]).status == 200)
      #expect(await desk.report("monitoring", "state=unknown", ["X-Request-Id": "c"]).status == 200)
      #expect(await desk.report("monitoring", "state=up", ["Idempotency-Key": ""]).status == 400)
      for _ in 0..<5 {
        #expect(await desk.report("guest", "", ["Idempotency-Key": "d"]).status == 200)
        try await desk.ambient.sleep(.seconds(50))
      }
      #expect(desk.town.recorded.isEmpty)
      try await desk.ambient.sleep(.seconds(600))
      #expect(await desk.report("monitoring", "state=up", ["Idempotency-Key": "a"]).status == 200)
    }
  }

  @Test("the names of reports take a bounded room")
  func room() throws {
    var limits = WebhookReceiver.Limits()
    limits.remembered = 10
    limits.burst = 1000
    try Self.serving([Self.monitoring], limits: limits) { desk in
      for number in 0..<100 {
        #expect(
          await desk.report("monitoring", "state=up", ["Idempotency-Key": "\(number)"]).status == 200)
        try await desk.ambient.sleep(.milliseconds(10))
      }
      let again = await desk.ask(
        .post, Self.address("monitoring"), "state=up", ["Idempotency-Key": "99"])
      #expect(again.response.headers["Idempotent-Replayed"] == "true")
    }
  }

  @Test("a flood of reports on one check is held back, and keeps none of another out")
  func flood() throws {
    try Self.serving([Self.monitoring, Self.guest]) { desk in
      var taken = 0
      for _ in 0..<1000 where await desk.report("monitoring", "state=up").status == 200 { taken += 1 }
      #expect(taken == 60)
      let (response, value) = await desk.ask(.post, Self.address("monitoring"), "state=up")
      #expect(response.status == 429 && response.headers["Retry-After"] == "1")
      #expect(value["error"]?["code"] == "too_many_reports")
      #expect(await desk.report("guest").status == 200)
      try await desk.ambient.sleep(.seconds(1))
      #expect(await desk.report("monitoring", "state=up").status == 200)
    }
  }

  // MARK: - Several supervisors

  @Test("the supervisor that stands by takes no reports until it takes over")
  func standingBy() throws {
    try onVirtualTime(seeds: 1...3) { ambient in
      let town = Town(ambient, journal: MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime))
      let first = Self.desk(town, ambient)
      let second = Self.desk(town, ambient)
      #expect(await first.report("monitoring", "state=down").status == 503)
      try await Self.run(second.service, [Self.policy([Self.monitoring])]) {
        try await Self.run(first.service, [Self.policy([Self.monitoring])]) {
          try await ambient.sleep(.seconds(30))
          let asked = await [first, second].asyncMap { desk in
            await desk.ask(.post, Self.address("monitoring"), "state=up")
          }
          #expect(Set(asked.map(\.response.status)) == [200, 503])
          let refused = try #require(asked.first { $0.response.status == 503 })
          #expect(
            refused.value["error"]?["code"] == "standing_by" && refused.response.headers["Retry-After"] == "5"
          )
          let healths = await [first, second].asyncMap { desk in
            await desk.ask(.get, "/healthz?application=shop").response.status
          }
          #expect(healths == asked.map(\.response.status))
        }
        #expect(await first.report("monitoring", "state=down").value["error"]?["code"] == "not_watching")
        try await ambient.sleep(.seconds(30))
        #expect(await second.report("monitoring", "state=down").status == 200)
      }
      #expect(town.recorded.first?.verb == .detected)
    }
  }

  @Test("whether it works is told, and for an application whether it is the one to watch that")
  func health() throws {
    try Self.serving([Self.monitoring, Self.door]) { desk in
      let (response, value) = await desk.ask(.get, "/healthz")
      #expect(response.status == 200 && response.headers["Content-Type"] == "application/json")
      #expect(value == ["status": "ok", "applications": 1, "leads": 1])
      #expect(await desk.ask(.get, "/healthz?application=shop").value["state"] == "up")
      #expect(await desk.ask(.get, "/healthz?application=mail").response.status == 404)
      #expect(await desk.ask(.get, "/healthz?application=%").response.status == 400)
      #expect(await desk.ask(.post, "/healthz").response.status == 405)
      await desk.report("monitoring", "state=up")
      await desk.report("door")
      let page = await desk.ask(.get, "/metrics").response
      let text = String(decoding: page.body, as: UTF8.self)
      #expect(page.status == 200 && text.contains("kiln_ha_reports_total{status=\"200\"} 1\n"))
      #expect(text.contains("kiln_ha_reports_total{status=\"404\"} 1\n"))
      await desk.service.stop()
      let stopping = await desk.ask(.get, "/healthz")
      #expect(stopping.response.status == 503 && stopping.value["status"] == "stopping")
    }
  }
}

extension Array where Element: Sendable {
  fileprivate func asyncMap<Result>(_ body: (Element) async -> Result) async -> [Result] {
    var results: [Result] = []
    for element in self { results.append(await body(element)) }
    return results
  }
}
