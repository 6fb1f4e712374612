import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Testing

@Suite("Why a resource is as it is")
struct WhyTests {
  private static let text = """
    {"Resources": {"A": {"Type": "Test::Thing"},
                   "B": {"Type": "Test::Thing", "DependsOn": "A"},
                   "C": {"Type": "Test::Thing", "DependsOn": "B"},
                   "Z": {"Type": "Test::Wait"}}}
    """

  private func why(_ id: String, _ world: World, operation: String? = nil) async throws -> String {
    try await world.engine.why(id, of: "web", operation: operation).lines.map(\.text).joined(separator: "\n")
  }

  @Test("a failure is told down to its step, its request and the answer, also from the store's file")
  func request() throws {
    let store = try SQLiteJournal(path: "/tmp/kiln-why-\(UInt64.random(in: 0 ... .max)).sqlite")
    let world = World(journal: store)
    world.cloud.refuse("B", by: Self.refusal)
    try world.time.run {
      _ = try? await world.engine.create("web", TestTemplate.make(Self.text)).result()
      let told = try await why("B", world)
      for part in [
        "B (Test::Thing) is DELETE_COMPLETE", "CREATE_FAILED  no room", "the step `thing` of its create",
        "POST http://cloud/things → 403", "Things said: no room", "its request id is req-7",
      ] { #expect(told.contains(part), "\(part) isn't in\n\(told)") }
    }
  }

  private static let refusal = FailedRequest(
    service: "Things", method: "POST", url: "http://cloud/things", status: 403, requestID: "req-7",
    message: "no room")

  @Test("what was never begun is told by what it needs and that failed")
  func neverBegun() throws {
    let world = World()
    world.cloud.refuse("A")
    try world.time.run {
      _ = try? await world.engine.create("web", TestTemplate.make(Self.text)).result()
      let told = try await why("C", world)
      #expect(told.contains("C was never begun by operation 1"))
      #expect(told.contains("it needs B, which needs A"))
      #expect(told.contains("CREATE_FAILED  quota exceeded"))
    }
  }

  @Test("what was cut off, or taken away with the rest, is told by the failure elsewhere")
  func cutOff() throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      _ = try? await world.engine.create("web", TestTemplate.make(Self.text)).result()
      let cut = try await why("Z", world)
      #expect(cut.contains("CREATE_FAILED  Resource creation cancelled"))
      #expect(cut.contains("B (Test::Thing) is DELETE_COMPLETE"))
      #expect(cut.contains("quota exceeded"))
      let taken = try await why("A", world)
      #expect(taken.contains("operation 1 went back"))
      #expect(taken.contains("quota exceeded"))
    }
  }

  @Test("what came back when its replacement failed is told as it is now, and by that failure")
  func restored() throws {
    let world = World()
    let one = try TestTemplate.make(#"{"Resources": {"A": {"Type": "Test::Thing"}}}"#)
    try world.time.run {
      _ = try await world.engine.create("web", one).result()
      _ = try await world.engine.replace("A", of: "web", reason: "asked for").result()
      let replaced = try await why("A", world)
      #expect(!replaced.contains("DELETE_COMPLETE"), "\(replaced)")
      world.cloud.refuse("A")
      _ = try? await world.engine.replace("A", of: "web", reason: "asked for").result()
      let status = try #require(try await world.engine.describe("web").resources["A"]?.status)
      let told = try await why("A", world)
      #expect(told.contains("A (Test::Thing) is \(status.rawValue)"))
      #expect(told.contains("quota exceeded"))
    }
  }

  @Test("a resource that is well, that waits, that was marked or isn't there is told as such")
  func others() throws {
    let world = World()
    let one = try TestTemplate.make(#"{"Resources": {"A": {"Type": "Test::Thing"}}}"#)
    try world.time.run {
      world.cloud.goAway()
      let operation = try await world.engine.create("web", one)
      try await world.ambient.sleep(.seconds(3))
      #expect(try await why("A", world).contains("waits, for nobody answers"))
      world.cloud.goAway(false)
      _ = try await operation.result()
      #expect(try await why("A", world).contains("is CREATE_COMPLETE"))
      try await world.engine.mark("A", of: "web", unhealthy: "its disk is full")
      #expect(try await why("A", world).contains("CHECK_FAILED: its disk is full"))
      let error = await #expect(throws: EngineError.self) { try await why("Aa", world) }
      #expect(error?.hint == "did you mean A?")
    }
  }
}
