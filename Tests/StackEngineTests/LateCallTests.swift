import Ambience
import Document
import Simulation
import StackEngine
import Templates
import Testing

@Suite("A call that arrives after nobody waits for it any more")
struct LateCallTests {
  @Test("leaves nothing when the creation was cancelled")
  func cancelled() throws {
    let time = SimulatedWorld(seed: 1)
    let cloud = TestCloud()
    let engine = Engine(
      catalog: ResourceCatalog([LateType(cloud: cloud)]), journal: MemoryJournal(), ambient: time.ambient)
    try time.run {
      let template = try TestTemplate.make(#"{"Resources": {"A": {"Type": "Test::Late"}}}"#)
      let operation = try await engine.create("web", template)
      try await time.ambient.sleep(.seconds(1))
      try await engine.cancel("web")
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await engine.describe("web").status == .rollbackComplete)
      try await time.ambient.sleep(.seconds(60))
    }
    #expect(cloud.calls == ["make A", "remove A"])
    #expect(cloud.things.isEmpty)
  }
}

/// A type whose call reaches its cloud three seconds after it was made.
private struct LateType: ResourceType {
  let cloud: TestCloud
  let name = "Test::Late"
  let schema = ResourceSchema()

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    let id = try await call.step("thing", find: { cloud.find(call.physicalName).map { .string($0.id) } }) {
      Task(executorPreference: executor) {
        try await call.ambient.sleep(.seconds(3))
        _ = try cloud.make(call.physicalName, size: 1, for: call.logicalID)
      }
      try await call.ambient.sleep(.seconds(5))
      return .string(cloud.find(call.physicalName)?.id ?? "")
    }
    return PhysicalResource(id: id.string ?? "")
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try cloud.remove(resource.id, for: call.logicalID)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    cloud.find(call.physicalName).map { PhysicalResource(id: $0.id) }
  }
}
