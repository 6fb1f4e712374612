import Ambience
import HighAvailability
import Synchronization
import Testing

/// Custom rungs, broken handlers and broken checks.
struct RungTests {
  private struct Broken: Error {}

  private func supervise(
    _ handler: @escaping RungHandler, then next: Rung = Rung(.hardReboot),
    _ body: @escaping @Sendable (Supervisor, Town, Ambient) async throws -> Void
  ) throws {
    let first = Rung(.custom(name: "failover", handler), intensity: 2, timeout: .seconds(30))
    let policy = SupervisorTests.policy("web", ladder: Ladder([first, next]))
    try SupervisorTests.supervise([policy], body)
  }

  @Test("a custom rung is told what it is for, and can heal")
  func heals() throws {
    let heard = Mutex<[RungContext]>([])
    let town = Mutex<Town?>(nil)
    try supervise { context in
      heard.withLock { $0.append(context) }
      town.withLock { $0 }?.heal("web")
      return .recovered
    } _: { _, place, ambient in
      town.withLock { $0 = place }
      heard.withLock { $0 = [] }
      place.breakDown("web", until: "never")
      try await ambient.sleep(.seconds(200))
      let contexts = heard.withLock { $0 }
      let context = contexts.first
      #expect(contexts.count == 1)
      #expect(context?.application == "web")
      #expect(context?.attempt == 1)
      #expect(context?.reason == "check web: connection refused 3 times in 20 s")
      #expect(place.recorded.last?.verb == .recovered)
    }
  }

  @Test("a handler that throws leads to the next rung, with its reason")
  func throwing() throws {
    try supervise { _ in
      throw Broken()
    } _: { _, town, ambient in
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(200))
      #expect(town.actions == ["hard_reboot"])
      #expect(
        town.recorded.first { $0.verb == .escalated }?.reason
          == "failover failed: Broken(); next is hard reboot")
    }
  }

  @Test("a handler that takes too long is cancelled and leads to the next rung")
  func slow() throws {
    let wasCancelled = Mutex(false)
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let handler: RungHandler = { _ in
        do { try await ambient.sleep(.seconds(100_000)) } catch {
          wasCancelled.withLock { $0 = true }
          throw error
        }
        return .recovered
      }
      let first = Rung(.custom(name: "failover", handler), timeout: .seconds(30))
      let supervisor = Supervisor(town.surroundings)
      try await supervisor.add(SupervisorTests.policy("web", ladder: Ladder([first, Rung(.hardReboot)])))
      async let running: Void = supervisor.run()
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["hard_reboot"])
      #expect(
        town.recorded.first { $0.verb == .escalated }?.reason
          == "failover failed: it didn't end within 30 s; next is hard reboot")
      await supervisor.stop()
      await running
    }
    let cancelled = wasCancelled.withLock { $0 }
    #expect(cancelled)
  }

  @Test("a handler that ignores its cancellation doesn't stop the ladder")
  func deaf() throws {
    let stuck = Mutex<CheckedContinuation<Void, Never>?>(nil)
    try supervise { _ in
      await withCheckedContinuation { continuation in stuck.withLock { $0 = continuation } }
      return .recovered
    } _: { supervisor, town, ambient in
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(300))
      #expect(town.actions == ["hard_reboot"])
      #expect(await supervisor.status().first?.state == .up)
      stuck.withLock { $0 }?.resume()
    }
  }

  @Test("an action that is impossible leads to the next rung at once")
  func impossible() throws {
    try supervise { _ in
      throw RemedyError(.impossible, "there is no standby")
    } _: { _, town, ambient in
      town.breakDown("web", until: "hard_reboot")
      try await ambient.sleep(.seconds(200))
      let reason = town.recorded.first { $0.verb == .escalated }?.reason
      #expect(reason == "failover isn't possible: there is no standby; next is hard reboot")
    }
  }

  @Test("a check that throws or hangs is unknown")
  func brokenChecks() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let supervisor = Supervisor(town.surroundings)
      var policy = SupervisorTests.policy("web")
      policy.checks = [
        Check("throws", .custom { throw Broken() }, grace: .zero),
        Check(
          "hangs",
          .custom {
            try await ambient.sleep(.seconds(100_000))
            return .up
          }, timeout: .seconds(3), grace: .zero),
      ]
      try await supervisor.add(policy)
      async let running: Void = supervisor.run()
      try await ambient.sleep(.seconds(300))
      let status = await supervisor.status()
      #expect(
        status.first?.checks.map(\.last)
          == [.unknown("Broken()"), .unknown("the check didn't end within 3 s")])
      #expect(town.deeds.isEmpty)
      await supervisor.stop()
      await running
    }
  }

  @Test("cancelling the loop cancels the action under way, and the loop ends")
  func cancels() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient, takes: .seconds(500))
      let supervisor = Supervisor(town.surroundings)
      try await supervisor.add(SupervisorTests.policy("web"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await supervisor.run() }
        town.breakDown("web")
        while town.deeds.isEmpty { try await ambient.sleep(.seconds(1)) }
        group.cancelAll()
      }
      #expect(town.cancelled == 1)
      #expect(ambient.uptime() < .seconds(120))
    }
  }

  @Test("a supervisor can be started again after it was stopped")
  func startAgain() throws {
    try onVirtualTime { ambient in
      let town = Town(ambient)
      let supervisor = Supervisor(town.surroundings)
      try await supervisor.add(SupervisorTests.policy("web"))
      await supervisor.start()
      try await ambient.sleep(.seconds(60))
      await supervisor.stop()
      let probes = town.probes
      #expect(probes > 3)
      try await ambient.sleep(.seconds(60))
      #expect(town.probes == probes)
      await supervisor.start()
      town.breakDown("web")
      try await ambient.sleep(.seconds(120))
      #expect(town.actions == ["restart"])
      await supervisor.stop()
    }
  }
}
