import Synchronization

/// What many lives have come to.
package protocol LifeTally: Sendable {
  associatedtype Report: Sendable
  init()
  mutating func add(_ report: Report)
  mutating func add(_ other: Self)
}

/// Lives of consecutive seeds, some at once.
package struct LifeSeries<Tally: LifeTally>: Sendable {
  let from: UInt64
  let count: Int
  let jobs: Int

  package init(from: UInt64, count: Int, jobs: Int) {
    self.from = from
    self.count = count
    self.jobs = max(1, jobs)
  }

  /// Lives them all, each as `life` does; `told` gets each when it is over.
  package func live(
    _ life: @escaping @Sendable (_ seed: UInt64) -> Tally.Report,
    told: @escaping @Sendable (Tally.Report) -> Void = { _ in }
  ) async -> Tally {
    let turn = Turn(count)
    return await withTaskGroup(of: Tally.self) { [self] group in
      for _ in 0..<jobs {
        group.addTask {
          var summary = Tally()
          while let number = turn.next() {
            let report = life(from + UInt64(number))
            told(report)
            summary.add(report)
          }
          return summary
        }
      }
      var summary = Tally()
      for await part in group { summary.add(part) }
      return summary
    }
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
