import LifeSimulation
import Testing

@Suite("A simulated life")
struct LifeTests {
  @Test("does the same again for the same seed", arguments: (1...5).map(UInt64.init))
  func repeatable(seed: UInt64) {
    let first = Life(seed: seed, isTraced: true).live()
    let second = Life(seed: seed, isTraced: true).live()
    #expect(!first.trace.isEmpty)
    #expect(first.trace == second.trace)
    #expect(first.trace != Life(seed: seed + 100, isTraced: true).live().trace)
  }

  @Test("with crashes and faults of all kinds breaks no rule, whatever the seed")
  func many() async {
    let summary = await LifeSeries<LifeSummary>(from: 1, count: 150, jobs: 2).live { Life(seed: $0).live() }
    #expect(summary.lives == 150)
    #expect(summary.crashes > 50)
    for life in summary.failures {
      Issue.record("seed \(life.seed): \(life.violations.joined(separator: "; "))")
    }
  }
}
