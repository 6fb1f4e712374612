import Ambience
import Simulation
import Testing

@Suite("A simulated world")
struct SimulatedWorldTests {
  @Test("gives what its body gives, and no real time passes")
  func result() throws {
    let world = SimulatedWorld(seed: 1)
    let ambient = world.ambient
    let clock = ContinuousClock()
    let real = try clock.measure {
      let days = try world.run {
        try await ambient.sleep(.seconds(3 * 86_400))
        return ambient.uptime()
      }
      #expect(days == .seconds(3 * 86_400))
    }
    #expect(real < .seconds(5))
    #expect(ambient.now() - Timestamp(milliseconds: 1_340_789_400_000) == .seconds(3 * 86_400))
  }

  @Test("throws what its body throws")
  func failure() {
    struct Broken: Error {}
    #expect(throws: Broken.self) { try SimulatedWorld(seed: 1).run { throw Broken() } }
  }

  @Test("wakes sleepers in the order of their times")
  func order() throws {
    let world = SimulatedWorld(seed: 7)
    let ambient = world.ambient
    try world.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for seconds in [5, 1, 4, 2, 3] {
          group.addTask {
            try await ambient.sleep(.seconds(seconds))
            world.note("woke \(seconds)")
          }
        }
        try await group.waitForAll()
      }
    }
    #expect(world.notes == (1...5).map { "\($0).000 woke \($0)" })
  }

  @Test(
    "does the same again for the same seed, and something else for another",
    arguments: (1...20).map(UInt64.init))
  func repeatable(seed: UInt64) throws {
    let first = try Self.crowd(seed)
    let second = try Self.crowd(seed)
    let other = try Self.crowd(seed + 1000)
    #expect(first.notes == second.notes)
    #expect(first.trace == second.trace)
    #expect(first.notes != other.notes)
    #expect(first.notes.count == 200)
  }

  private actor Counter {
    var count = 0
    func add() -> Int {
      count += 1
      return count
    }
  }

  /// Twenty tasks that sleep by chance and share an actor.
  private static func crowd(_ seed: UInt64) throws -> SimulatedWorld {
    let world = SimulatedWorld(seed: seed)
    let ambient = world.ambient
    let counter = Counter()
    try world.run {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<20 {
          group.addTask {
            for _ in 0..<10 {
              try await ambient.sleep(.milliseconds(Int(ambient.random() % 3)))
              world.note("\(worker) is \(await counter.add())")
            }
          }
        }
        try await group.waitForAll()
      }
    }
    return world
  }

  @Test("finds the order in which a race goes wrong")
  func race() throws {
    let outcomes = try (1...64).map { (seed: UInt64) in
      let world = SimulatedWorld(seed: seed)
      try world.run {
        async let left: Void = world.note("left")
        async let right: Void = world.note("right")
        _ = await (left, right)
      }
      return world.notes.last
    }
    #expect(Set(outcomes) == ["0.000 left", "0.000 right"])
  }

  @Test("wakes a sleeper that is cancelled at once")
  func cancellation() throws {
    let world = SimulatedWorld(seed: 3)
    let ambient = world.ambient
    let woken = try world.run {
      await withTaskGroup(of: Duration?.self) { group in
        group.addTask {
          do { try await ambient.sleep(.seconds(1000)) } catch { return ambient.uptime() }
          return nil
        }
        group.addTask {
          try? await ambient.sleep(.seconds(2))
          return nil
        }
        _ = await group.next()
        group.cancelAll()
        return await group.next() ?? nil
      }
    }
    #expect(woken == .seconds(2))
  }

  @Test("doesn't let a cancelled task fall asleep")
  func cancelledBefore() throws {
    let world = SimulatedWorld(seed: 4)
    let ambient = world.ambient
    let uptime = try world.run {
      await withTaskGroup(of: Void.self) { group in
        group.cancelAll()
        group.addTask { try? await ambient.sleep(.seconds(1000)) }
        await group.waitForAll()
      }
      return ambient.uptime()
    }
    #expect(uptime == .zero)
  }

  @Test("says so when all tasks wait for ever")
  func deadlock() throws {
    let world = SimulatedWorld(seed: 5)
    let ambient = world.ambient
    let error = #expect(throws: SimulationError.self) {
      try world.run {
        try await ambient.sleep(.seconds(3))
        world.note("waiting for nobody")
        await Self.forever()
      }
    }
    let found = try #require(error)
    #expect(found.code == .deadlock)
    #expect(found.uptime == .seconds(3))
    #expect(found.tasks.map(\.number) == [1])
    #expect(found.description.contains("all tasks wait for ever"))
    #expect(found.description.contains("waiting for nobody"))
  }

  private static func forever() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    for await _ in stream {}
    withExtendedLifetime(continuation) {}
  }

  @Test("stops what polls without end")
  func endless() throws {
    let world = SimulatedWorld(seed: 6, limits: .init(uptime: .seconds(3600)))
    let ambient = world.ambient
    let error = #expect(throws: SimulationError.self) {
      try world.run { while true { try await ambient.sleep(.seconds(5)) } }
    }
    #expect(error?.code == .endless)
  }

  @Test("stops what is busy without end")
  func busy() throws {
    let world = SimulatedWorld(seed: 6, limits: .init(jobs: 1000))
    let error = #expect(throws: SimulationError.self) {
      try world.run { while !Task.isCancelled { await Task.yield() } }
    }
    #expect(error?.code == .busy)
  }

  @Test("draws the same lots for the same seed")
  func chance() {
    func draw(_ seed: UInt64) -> [UInt64] {
      let ambient = SimulatedWorld(seed: seed).ambient
      return (0..<10).map { _ in ambient.random() }
    }
    #expect(draw(1) == draw(1))
    #expect(draw(1) != draw(2))
    #expect(SimulatedWorld(seed: 9).ambient.uuid() == SimulatedWorld(seed: 9).ambient.uuid())
  }
}
