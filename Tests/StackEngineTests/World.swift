import Ambience
import Simulation
import StackEngine
import Templates

/// An engine on virtual time over a test cloud.
struct World: Sendable {
  let time: SimulatedWorld
  let cloud: TestCloud
  let ambient: Ambient
  let journal: any Journal
  let engine: Engine
  private let catalog: ResourceCatalog

  init(
    seed: UInt64 = 1, journal: any Journal = MemoryJournal(), cloud: TestCloud = TestCloud(),
    replacesAfterDelete: Bool = false, references: any ReferenceSource = ReferenceSources(),
    constraints: (any CustomConstraintChecker)? = nil, hooks: (any StepHooks)? = nil
  ) {
    time = SimulatedWorld(seed: seed)
    self.cloud = cloud
    self.journal = journal
    ambient = time.ambient
    catalog = ResourceCatalog([
      ThingType(cloud: cloud, replacesAfterDelete: replacesAfterDelete), WaitType(), NothingType(),
    ])
    engine = Engine(
      catalog: catalog, journal: journal, ambient: ambient, references: references, constraints: constraints,
      hooks: hooks)
  }

  /// The engine of another process with the same store and the same cloud.
  func anotherEngine() -> Engine { Engine(catalog: catalog, journal: journal, ambient: ambient) }
}

extension StackEngine.Operation {
  /// Waits for the end; returns the stack as the operation left it, with its resources.
  func record(in engine: Engine) async throws -> StackRecord {
    let head = try await result()
    return try await engine.describe(head.identity.name)
  }
}
