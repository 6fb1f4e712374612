import LifeSimulation
import Testing

@Suite("A simulated life of applications that are kept alive")
struct HealingLifeTests {
  @Test("does the same again for the same seed", arguments: [2, 49] as [UInt64])
  func repeatable(seed: UInt64) {
    let first = HealingLife(seed: seed, isTraced: true).live()
    let second = HealingLife(seed: seed, isTraced: true).live()
    #expect(!first.trace.isEmpty)
    #expect(first.trace == second.trace)
  }

  @Test("with crashes and faults of all kinds breaks no rule, whatever the seed")
  func many() async {
    let summary = await LifeSeries<HealingSummary>(from: 1, count: 12, jobs: 2).live {
      HealingLife(seed: $0).live()
    }
    #expect(summary.lives == 12)
    #expect(summary.incidents > 10)
    #expect(summary.actions > 10)
    for life in summary.failures {
      Issue.record("seed \(life.seed): \(life.violations.joined(separator: "; "))")
    }
  }

  /// Of the first Nova is stuck with a server that no rung replaces; of the next two something was given up while an
  /// operation on its stack had lost its process; of the last a server and an application wait for each other.
  @Test("breaks no rule that it broke once", arguments: [21428, 22563, 22961, 26577] as [UInt64])
  func mended(seed: UInt64) {
    #expect(HealingLife(seed: seed).live().violations == [])
  }

  @Test("in which only applications fail heals them in hardly more time than that must take")
  func overhead() async throws {
    var options = HealingOptions()
    options.faults = [.crash]
    let summary = await LifeSeries<HealingSummary>(from: 1, count: 8, jobs: 2).live { [options] in
      HealingLife(seed: $0, options: options).live()
    }
    #expect(summary.failures.isEmpty)
    let overhead = try #require(summary.overhead)
    #expect(overhead.mean <= 0.01)
  }

  @Test(
    "in which no application fails leads to no action",
    arguments: [.clock, .suspend, .kill, .pause] as [HealingFault])
  func quiet(fault: HealingFault) async {
    var options = HealingOptions()
    options.faults = [fault]
    let summary = await LifeSeries<HealingSummary>(from: 1, count: 2, jobs: 2).live { [options] in
      HealingLife(seed: $0, options: options).live()
    }
    #expect(summary.failures.isEmpty)
    #expect(summary.actions == 0)
  }
}
