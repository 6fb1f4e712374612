import Synchronization

/// Lives of consecutive seeds, some at once.
package struct LifeSeries: Sendable {
  let from: UInt64
  let count: Int
  let jobs: Int

  package init(from: UInt64, count: Int, jobs: Int) {
    self.from = from
    self.count = count
    self.jobs = max(1, jobs)
  }

  /// Lives them all; `told` gets each when it is over.
  package func live(_ told: @escaping @Sendable (LifeReport) -> Void = { _ in }) async -> LifeSummary {
    let turn = Turn(count)
    return await withTaskGroup(of: LifeSummary.self) { [self] group in
      for _ in 0..<jobs {
        group.addTask {
          var summary = LifeSummary()
          while let number = turn.next() {
            let report = Life(seed: from + UInt64(number)).live()
            told(report)
            summary.add(report)
          }
          return summary
        }
      }
      var summary = LifeSummary()
      for await part in group { summary.add(part) }
      return summary
    }
  }

  /// Hands out the numbers from 0 up to a count.
  private final class Turn: Sendable {
    private let count: Int
    private let taken = Mutex(0)

    init(_ count: Int) { self.count = count }

    func next() -> Int? {
      taken.withLock { taken in
        guard taken < count else { return nil }
        taken += 1
        return taken - 1
      }
    }
  }
}
