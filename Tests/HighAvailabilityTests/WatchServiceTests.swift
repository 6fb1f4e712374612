import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine
import Synchronization
import Testing

/// A supervisor that works for long, and what others see of it.
struct WatchServiceTests {
  private static func policy(_ name: String, fall: Int = 2, ladder: Ladder? = nil) -> ApplicationPolicy {
    ApplicationPolicy(
      name: name, target: Target(stack: "shop", logicalID: name),
      checks: [
        Check("door", .tcp(address: LateText(.text(name)), port: 80), fall: fall, rise: 1, grace: .zero)
      ],
      ladder: ladder
        ?? Ladder([Rung(.restart(service: nil), intensity: 2, settle: .seconds(30)), Rung(.softReboot)]))
  }

  private static func book(_ policies: ApplicationPolicy...) -> PolicyBook {
    PolicyBook(policies.map { PolicyBook.Page($0) })
  }

  /// Runs a service in a town, until a body has ended.
  private static func run(
    _ town: Town, _ ambient: Ambient, isShadow: Bool = false,
    metrics: (@Sendable (MetricsPage) -> Void)? = nil,
    _ book: PolicyBook, _ body: @escaping @Sendable (WatchService) async throws -> Void
  ) async throws -> [HAEvent] {
    let events = Mutex<[HAEvent]>([])
    var options = WatchService.Options()
    options.isShadow = isShadow
    options.host = "alpha"
    options.process = 4711
    let service = WatchService(
      town.surroundings, options: options, manager: ServiceManager(environment: [:]),
      outlets: WatchService.Outlets(
        event: { event in events.withLock { $0.append(event) } }, metrics: metrics))
    try await service.watch(book)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await service.run() }
      try await body(service)
      await service.stop()
      try await group.waitForAll()
    }
    return events.withLock(\.self)
  }

  @Test("it heals, says so, and gives everything back when it is told to stop")
  func heals() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let journal = IncidentJournal(town.journal)
      let events = try await Self.run(town, ambient, Self.book(Self.policy("web"))) { _ in
        try await ambient.sleep(.seconds(60))
        town.breakDown("web")
        try await ambient.sleep(.seconds(20))
        let failing = try #require(try await journal.status(at: ambient.now()).first)
        #expect(failing.leader == "alpha 4711")
        #expect(failing.target == Target(stack: "shop", logicalID: "web"))
        try await ambient.sleep(.seconds(120))
        let healed = try #require(try await journal.status(at: ambient.now()).first)
        #expect(healed.state == .up)
        #expect(healed.reason?.contains("connection refused") ?? false)
      }
      #expect(events.map(\.status) == ["HA_DETECTED", "HA_RESTART", "HA_RECOVERED"])
      let status = try #require(try await journal.status(at: ambient.now()).first)
      #expect(status.state == .unwatched && status.leader == nil)
      #expect(try await journal.watchers().isEmpty)
      #expect(try await town.journal.claim(IncidentJournal.lease(of: "web"), by: "next") != nil)
    }
  }

  @Test("of what fails the status tells that nothing is done, and why, until somebody says that it is real")
  func frozen() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let journal = IncidentJournal(town.journal)
      let names = ["a", "b", "c", "d", "e"]
      let book = PolicyBook(names.map { PolicyBook.Page(Self.policy($0)) })
      _ = try await Self.run(town, ambient, book) { _ in
        try await ambient.sleep(.seconds(60))
        for name in names.dropLast() { town.breakDown(name) }
        try await ambient.sleep(.seconds(60))
        let failing = try await journal.status(at: ambient.now())
        #expect(
          failing.map { $0.frozen?.hasPrefix("4 of 5 servers failed") } == [true, true, true, true, nil])
        try await journal.give(Instruction(id: "x", .thaw, given: ambient.now()))
        try await ambient.sleep(.seconds(20))
        #expect(try await journal.status(at: ambient.now()).allSatisfy { $0.frozen == nil })
      }
    }
  }

  @Test("another book leaves alone what didn't change, and one with a mistake changes nothing")
  func reloads() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let first = Self.book(Self.policy("web"), Self.policy("data"), Self.policy("mail"))
      let events = try await Self.run(town, ambient, first) { service in
        try await ambient.sleep(.seconds(60))
        town.breakDown("web", until: "soft_reboot")
        town.breakDown("data", until: "soft_reboot")
        try await ambient.sleep(.seconds(35))
        let change = try await service.watch(
          Self.book(Self.policy("web"), Self.policy("data", fall: 3), Self.policy("cache")))
        #expect(change.kept == 1 && change.changed == ["data"])
        #expect(change.added == ["cache"] && change.removed == ["mail"])
        await #expect(throws: HAError.self) {
          try await service.watch(Self.book(Self.policy("web"), Self.policy("web")))
        }
        await #expect(throws: HAError.self) { try await service.watch(PolicyBook()) }
        #expect(await service.count == 3)
        try await ambient.sleep(.seconds(600))
      }
      // Both have climbed on from where they were: two restarts, then the reboot.
      for name in ["web", "data"] {
        let own = events.filter { $0.application == name && $0.verb.isAction }.map(\.status)
        #expect(own == ["HA_RESTART", "HA_RESTART", "HA_SOFT_REBOOT"], "\(name): \(own)")
        #expect(events.count { $0.application == name && $0.verb == .detected } == 1)
        #expect(events.contains { $0.application == name && $0.verb == .recovered })
      }
    }
  }

  @Test("a policy with functions is another one when its text is")
  func functions() {
    let custom = ApplicationPolicy(
      name: "web", target: Target(stack: "s", logicalID: "r"), checks: [Check("c", .custom { .up })])
    let page = PolicyBook.Page(custom, source: "one")
    #expect(page.isSame(as: PolicyBook.Page(custom, source: "one")))
    #expect(!page.isSame(as: PolicyBook.Page(custom, source: "two")))
    let plain = Self.policy("web")
    #expect(PolicyBook.Page(plain, source: "one").isSame(as: PolicyBook.Page(plain, source: "two")))
    #expect(!PolicyBook.Page(plain).isSame(as: PolicyBook.Page(Self.policy("web", fall: 3))))
  }

  @Test("a dry run decides everything, does nothing, and is in nobody's way")
  func dryRun() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let real = Supervisor(town.surroundings)
      try await real.add(Self.policy("data"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await real.run() }
        let book = Self.book(Self.policy("web"), Self.policy("data"))
        let events = try await Self.run(town, ambient, isShadow: true, book) { _ in
          try await ambient.sleep(.seconds(60))
          town.breakDown("web")
          town.breakDown("data")
          try await ambient.sleep(.seconds(1200))
        }
        #expect(town.deeds.map(\.target) == ["data"])
        let web = events.filter { $0.application == "web" && $0.verb.isAction }
        #expect(web.map(\.status).prefix(2) == ["HA_RESTART", "HA_RESTART"])
        #expect(web.allSatisfy { $0.reason.hasPrefix("would have acted: ") })
        #expect(events.contains { $0.application == "data" && $0.verb == .recovered })
        let shadow = IncidentJournal(ShadowJournal(town.journal))
        let incident = try #require(try await shadow.incidents().first { $0.application == "web" })
        let story = try await shadow.explanation(of: incident.id).lines.map(\.text)
        #expect(story.contains { $0.contains("would have acted: ") }, "\(story)")
        #expect(story.contains { $0.contains("not done, a dry run") })
        let kept = try await IncidentJournal(town.journal).incidents()
        #expect(kept.map(\.application) == ["data"])
        await real.stop()
        group.cancelAll()
      }
    }
  }

  @Test("the numbers are those of what happened, in the form that Prometheus reads")
  func metrics() throws {
    try onVirtualTime(seeds: 1...1) { ambient in
      let town = Town(ambient)
      let last = Mutex("")
      _ = try await Self.run(
        town, ambient, metrics: { page in last.withLock { $0 = page.text } }, Self.book(Self.policy("we\"b"))
      ) { _ in
        try await ambient.sleep(.seconds(60))
        town.breakDown("we\"b", until: "soft_reboot")
        try await ambient.sleep(.seconds(600))
      }
      let text = last.withLock(\.self)
      for line in [
        "kiln_ha_applications 1", #"kiln_ha_detections_total{application="we\"b"} 1"#,
        #"kiln_ha_actions_total{rung="1",action="restart",result="done"} 2"#,
        #"kiln_ha_actions_total{rung="2",action="soft reboot",result="done"} 1"#,
        #"kiln_ha_application_up{application="we\"b",stack="shop",resource="we\"b"} 1"#,
        "kiln_ha_incidents_open 0", "kiln_ha_detection_delay_seconds_count 1", "kiln_ha_frozen 0",
        "# TYPE kiln_ha_loop_lag_seconds summary",
      ] {
        #expect(text.split(separator: "\n").contains(Substring(line)), "\(line) isn't in\n\(text)")
      }
      #expect(
        text.contains("kiln_ha_probe_failures_total ") && !text.contains("kiln_ha_probe_failures_total 0"))
    }
  }

  @Test("a loop that hangs is told from one that turns")
  func hangs() throws {
    try onVirtualTime(seeds: 1...2) { ambient in
      let town = Town(ambient)
      let fate = Fate()
      let supervisor = Supervisor(town.surroundings(fate))
      try await supervisor.add(Self.policy("web"))
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        for _ in 1...20 {
          try? await ambient.sleep(.seconds(1))
          #expect(await !supervisor.knock().isHanging)
        }
        fate.stop(afterWrites: 0)
        town.breakDown("web")
        try? await ambient.sleep(.seconds(30))
        _ = await supervisor.knock()
        try? await ambient.sleep(.seconds(5))
        #expect(await supervisor.knock().isHanging)
        try? await ambient.sleep(.seconds(600))
        fate.goOn()
        try? await ambient.sleep(.seconds(3000))
        let pulse = await supervisor.knock()
        #expect(!pulse.isHanging)
        #expect(pulse.lag.quantile(1) > .seconds(500))
        await supervisor.stop()
        group.cancelAll()
      }
    }
  }

  @Test("a watcher that is silent is said to be")
  func silent() {
    let start = Timestamp(milliseconds: 0)
    let watcher = WatcherRecord(holder: "h", host: "alpha", process: 7, started: start, seen: start)
    #expect(watcher.phrase(at: start + .seconds(10)) == "alpha 7")
    #expect(watcher.phrase(at: start + .seconds(300)) == "alpha 7, silent for 5 min")
  }

  @Test("what checks say is witnessed when it changes")
  func witness() throws {
    try onVirtualTime(seeds: 1...1) { ambient in
      let town = Town(ambient)
      let seen = Mutex<[String]>([])
      var surroundings = town.surroundings
      surroundings.witness = { sighting in
        seen.withLock { $0.append("\(sighting.application) \(sighting.check) \(sighting.outcome)") }
      }
      let supervisor = Supervisor(surroundings)
      try await supervisor.add(Self.policy("web", ladder: Ladder([Rung(.softReboot, settle: .seconds(30))])))
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        try? await ambient.sleep(.seconds(60))
        town.breakDown("web")
        try? await ambient.sleep(.seconds(120))
        await supervisor.stop()
      }
      #expect(seen.withLock(\.self) == ["web door up", "web door down: connection refused", "web door up"])
    }
  }
}
