import Ambience
import Document
import HighAvailability
import OrderedCollections
import StackEngine
import Testing

/// The supervisor over a real engine: what it does is an operation on the stack, and what it says an event.
struct EngineTests {
  static func supervise(
    _ text: String = "{}", _ policies: [ApplicationPolicy] = [policy],
    options: Supervisor.Options = .init(),
    _ body: @escaping @Sendable (Supervisor, Engine, Hut, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime { ambient in
      let hut = Hut()
      let engine = hut.engine(ambient)
      let template = Hut.template(Source(name: "hut.json", text: text))
      _ = try await engine.create("hut", template).result()
      let remedies = EngineRemedies(
        engine,
        restartService: { _, target, _ in
          let stack = try await engine.describe(target.stack)
          hut.act("restart", on: stack.resources[target.logicalID]?.physical?.id ?? "")
        })
      let supervisor = Supervisor(
        Supervisor.Surroundings(
          ambient: ambient,
          prober: FunctionProber(
            connect: { address, _ in hut.outcome(address) }, get: { url, _ in hut.outcome(url) }),
          remedies: remedies, resolve: Supervisor.Surroundings.resolver(engine),
          serverStates: { _ in "ACTIVE" }, record: Supervisor.Surroundings.recorder(engine)),
        options: options)
      for policy in policies { try await supervisor.add(policy) }
      async let running: Void = supervisor.run()
      try await ambient.sleep(.seconds(100))
      try await body(supervisor, engine, hut, ambient)
      await supervisor.stop()
      await running
    }
  }

  private static let policy = ApplicationPolicy(
    name: "wiki", target: Target(stack: "hut", logicalID: "Server"),
    checks: [
      Check(
        "web", .tcp(address: LateText(.attribute(of: "Server", "Address")), port: 80), grace: .seconds(60))
    ],
    ladder: Ladder([
      Rung(.restart(service: "httpd"), intensity: 2, period: .seconds(600), settle: .seconds(30)),
      Rung(.softReboot, settle: .seconds(60)),
      Rung(.rebuild, settle: .seconds(60)),
      Rung(.replace(), settle: .seconds(60)),
    ]))

  private static func decisions(_ engine: Engine) async throws -> [String] {
    try await engine.events(of: "hut").map(\.status).filter { $0.hasPrefix("HA_") }
  }

  @Test("a server is known by its id, and by how often it was rebuilt")
  func identity() throws {
    try Self.supervise { _, engine, _, _ in
      let resolve = Supervisor.Surroundings.resolver(engine)
      let before = try await resolve(.identity(of: "Server"), "hut")
      #expect(before == "server-1")
      await #expect(throws: RemedyError.self) { try await resolve(.identity(of: "Nobody"), "hut") }
    }
  }

  @Test("an application that breaks once is restarted, and the stack's events tell of it")
  func once() throws {
    try Self.supervise { _, engine, hut, ambient in
      hut.breakDown("server-1", until: "restart")
      try await ambient.sleep(.seconds(200))
      #expect(hut.actions == ["restart"])
      #expect(try await Self.decisions(engine) == ["HA_DETECTED", "HA_RESTART", "HA_RECOVERED"])
      let event = try await engine.events(of: "hut").first { $0.status == "HA_RESTART" }
      #expect(event?.logicalID == "Server")
      #expect(event?.physicalID == "server-1")
      #expect(
        event?.reason
          == "wiki: check web: connection refused 3 times in 20 s; restart 1 of 2 within 10 min")
    }
  }

  @Test("an application that stays broken climbs to the rung that heals it")
  func climbs() throws {
    try Self.supervise { supervisor, engine, hut, ambient in
      hut.breakDown("server-1", until: "rebuild")
      try await ambient.sleep(.seconds(1200))
      #expect(hut.actions == ["restart", "restart", "soft_reboot", "rebuild"])
      #expect(await supervisor.status().first?.state == .up)
      #expect(try await engine.describe("hut").status.isFailure == false)
    }
  }

  @Test("what no action heals is replaced, and the new server is watched at its new address")
  func replaces() throws {
    try Self.supervise { supervisor, engine, hut, ambient in
      hut.breakDown("server-1", until: "replace")
      try await ambient.sleep(.seconds(1800))
      let resource = try await engine.describe("hut").resources["Server"]
      #expect(resource?.physical?.id == "server-2")
      #expect(await supervisor.status().first?.state == .up)
      #expect(try await Self.decisions(engine).suffix(2) == ["HA_REPLACE", "HA_RECOVERED"])
    }
  }

  @Test("an application of a deleted stack leads to no action")
  func deleted() throws {
    try Self.supervise { _, engine, hut, ambient in
      _ = try await engine.delete("hut").result()
      try await ambient.sleep(.seconds(600))
      #expect(hut.actions.isEmpty)
    }
  }

  @Test("a watch that begins when its resource is gone, where no check can say down, ends")
  func gone() throws {
    try Self.supervise { supervisor, engine, _, ambient in
      try await supervisor.remove("wiki")
      _ = try await engine.delete("hut").result()
      let events = await supervisor.events()
      try await supervisor.add(Self.policy)
      var told: HAEvent?
      for await event in events {
        told = event
        break
      }
      #expect(told?.verb == .ended)
      #expect(told?.reason == "the stack hut is gone")
      try await ambient.sleep(.seconds(1))
      #expect(await supervisor.status().isEmpty)
    }
  }

  /// Has a process begin to reboot a stack's server, and die; returns the operation's id.
  private static func leaveReboot(
    of hut: Hut, in journal: MemoryJournal, _ ambient: Ambient
  ) async throws -> String {
    let fate = Fate()
    let engine = hut.engine(ambient, journal: FatedJournal(inner: journal, fate: fate))
    _ = try await engine.create("hut", Hut.template(Source(name: "hut.json", text: "{}"))).result()
    var options = OperationOptions()
    options.tag = "abc/1"
    let operation = try await engine.perform(
      .softReboot, on: "Server", of: "hut", reason: "test", options: options)
    try await ambient.sleep(.seconds(2))
    fate.kill()
    _ = try? await operation.result()
    return operation.id
  }

  @Test("an action that a dead process has left is finished by whoever finds it in the way")
  func abandoned() throws {
    try onVirtualTime { ambient in
      let journal = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let hut = Hut()
      _ = try await Self.leaveReboot(of: hut, in: journal, ambient)
      let remedies = EngineRemedies(hut.engine(ambient, journal: journal), ambient: ambient)
      let target = Target(stack: "hut", logicalID: "Server")
      // Nobody knows yet whether it is dead.
      #expect(
        try await remedies.readiness(of: target)
          == .busy("another process has begun an operation (act) on the stack hut"))
      try await ambient.sleep(.seconds(20))
      #expect(try await remedies.readiness(of: target) != .ready)
      try await ambient.sleep(.seconds(30))
      #expect(try await remedies.readiness(of: target) == .ready)
      #expect(await journal.unfinishedOperations().isEmpty)
    }
  }

  @Test("an action that a dead process has left is gone on with though nobody fails, but not in maintenance")
  func swept() throws {
    try onVirtualTime { ambient in
      let journal = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
      let hut = Hut()
      let operation = try await Self.leaveReboot(of: hut, in: journal, ambient)
      let engine = hut.engine(ambient, journal: journal)
      let supervisor = Supervisor(
        Supervisor.Surroundings(
          ambient: ambient,
          prober: FunctionProber(
            connect: { address, _ in hut.outcome(address) }, get: { url, _ in hut.outcome(url) }),
          remedies: EngineRemedies(engine, ambient: ambient),
          resolve: Supervisor.Surroundings.resolver(engine), serverStates: { _ in "ACTIVE" },
          journal: journal, record: Supervisor.Surroundings.recorder(engine)))
      try await supervisor.add(Self.policy)
      try await supervisor.setMaintenance(true, of: "wiki")
      await supervisor.start()
      try await ambient.sleep(.seconds(600))
      #expect(await journal.unfinishedOperations().map(\.id) == [operation])
      try await supervisor.setMaintenance(false, of: "wiki")
      try await ambient.sleep(.seconds(120))
      #expect(await journal.unfinishedOperations().isEmpty)
      #expect(await journal.operation(operation)?.phase == .succeeded)
      await supervisor.stop()
    }
  }

  @Test("a stack that is tagged kiln:ha=off is left alone")
  func optsOut() throws {
    try onVirtualTime { ambient in
      let engine = Hut().engine(ambient)
      var options = PlanOptions()
      options.tags = ["kiln:ha": "off", "env": "live"]
      let template = Hut.template(Source(name: "hut.json", text: "{}"))
      _ = try await engine.run(engine.planCreate("hut", template, options: options)).result()
      let remedies = EngineRemedies(engine, ambient: ambient)
      let target = Target(stack: "hut", logicalID: "Server")
      #expect(try await remedies.readiness(of: target) == .busy("the stack hut is tagged kiln:ha=off"))
      #expect(try await remedies.tags(of: target)["env"] == "live")
    }
  }
}
