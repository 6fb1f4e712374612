import Ambience
import Document
import Simulation
import StackEngine
import Testing

@Suite("Asking the engine")
struct QueryTests {
  private static let one = #"{"Resources": {"A": {"Type": "Test::Thing"}}}"#

  @Test("a stack that isn't there is told with the nearest name")
  func nearestName() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("wordpress", TestTemplate.make(Self.one)).result()
      let error = await #expect(throws: EngineError.self) { try await world.engine.describe("wordpres") }
      #expect(error?.code == .noSuchStack)
      #expect(error?.hint == "did you mean wordpress?")
    }
  }

  @Test("a reader follows the events of a stack until it is deleted, decisions of HA's included")
  func follow() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.one)).result()
      let events = try await world.engine.follow("web", since: 3)
      try await world.engine.record("HA_RESTART", reason: "no answer on port 80", on: "A", of: "web")
      _ = try await world.engine.delete("web")
      var told: [String] = []
      for try await event in events { told.append(event.status) }
      #expect(
        told == [
          "CREATE_COMPLETE", "HA_RESTART", "DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETE_COMPLETE",
          "DELETE_COMPLETE",
        ])
    }
  }

  @Test("waiting for an operation can be cancelled without stopping it")
  func cancelledWait() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.one))
      let waiter = Task(executorPreference: world.time) { try await operation.result() }
      try await world.ambient.sleep(.seconds(1))
      waiter.cancel()
      await #expect(throws: CancellationError.self) { try await waiter.value }
      #expect(try await operation.result().status == .createComplete)
    }
  }

  @Test("a signal that another process recorded is noticed within two seconds")
  func foreignSignal() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(#"{"Resources": {"W": {"Type": "Test::Wait"}}}"#)
      let operation = try await world.engine.create("web", template)
      try await world.ambient.sleep(.seconds(11))
      try await world.journal.append([
        .signal(
          Signal(id: "1", isSuccess: true, reason: "", data: "x"), logicalID: "W",
          stack: operation.stack.id, time: world.ambient.now())
      ])
      _ = try await operation.result()
    }
    #expect(world.time.uptime <= .seconds(13))
  }

  @Test("names of stacks are checked", arguments: ["", "1web", "my stack", "-x", "über"])
  func names(name: String) throws {
    let world = World()
    try world.time.run {
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.planCreate(name, TestTemplate.make(Self.one))
      }
      #expect(error?.code == .badStackName)
    }
  }
}
