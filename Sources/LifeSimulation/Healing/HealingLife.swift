import Simulation

/// Some hours of applications that fail and are healed, on virtual time, drawn from a seed.
///
/// The same seed with the same options gives the same life again.
package struct HealingLife: Sendable {
  package let seed: UInt64
  let options: HealingOptions
  let isTraced: Bool

  package init(seed: UInt64, options: HealingOptions = HealingOptions(), isTraced: Bool = false) {
    self.seed = seed
    self.options = options
    self.isTraced = isTraced
  }

  /// Lives it, on this thread.
  package func live() -> HealingReport {
    let world = SimulatedWorld(
      seed: seed, limits: .init(uptime: .seconds(10 * 86_400), jobs: 30_000_000), isRecording: false)
    defer { world.end() }
    let course = HealingCourse(world, options, isTraced: isTraced)
    do {
      return try world.run { await course.live() }
    } catch {
      var report = HealingReport(seed: seed)
      report.violations = ["\(error)"]
      report.trace = world.notes
      return report
    }
  }
}
