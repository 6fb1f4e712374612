import Ambience
import Simulation

/// Runs a test to its end in worlds that differ in the order of what happens at once and in the draws of chance.
func onVirtualTime(
  seeds: ClosedRange<UInt64> = 1...4, _ body: @escaping @Sendable (Ambient) async throws -> Void
) throws {
  for seed in seeds {
    let world = SimulatedWorld(seed: seed)
    try world.run { try await body(world.ambient) }
  }
}
