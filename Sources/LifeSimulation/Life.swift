import Simulation

/// The life of a random stack on virtual time, drawn from a seed: made, changed, hit by faults and deleted.
///
/// The same seed gives the same life again.
package struct Life: Sendable {
  package let seed: UInt64
  let isTraced: Bool

  package init(seed: UInt64, isTraced: Bool = false) {
    self.seed = seed
    self.isTraced = isTraced
  }

  /// Lives it, on this thread.
  package func live() -> LifeReport {
    let world = SimulatedWorld(
      seed: seed, limits: .init(uptime: .seconds(60 * 86_400), jobs: 3_000_000), isRecording: false)
    defer { world.end() }
    let course = LifeCourse(world, isTraced: isTraced)
    do {
      return try world.run { await course.live() }
    } catch {
      var report = LifeReport(seed: seed)
      report.violations = ["\(error)"]
      report.trace = world.notes
      return report
    }
  }
}
