import Synchronization

/// The requests that a program sent to its clouds: the latest of them, how many there were, and who wants to see
/// each.
package final class TrafficLog: Sendable {
  /// How much is told of each request as it is made.
  package enum Level: String, Sendable, CaseIterable { case off, on, full }

  private struct State {
    var recent: [RequestTrace] = []
    var count = 0
    var level = Level.off
    var show: @Sendable (RequestTrace) -> Void = { _ in }
  }

  /// So many are kept.
  private static let kept = 1000

  private let state = Mutex(State())

  package init() {}

  package var level: Level {
    get { state.withLock { $0.level } }
    set { state.withLock { $0.level = newValue } }
  }

  /// The latest requests, the newest last.
  package var recent: [RequestTrace] { state.withLock { $0.recent } }

  /// How many there were altogether.
  package var count: Int { state.withLock { $0.count } }

  /// Says what shows requests, while the level isn't `off`.
  package func show(with show: @escaping @Sendable (RequestTrace) -> Void) {
    state.withLock { $0.show = show }
  }

  func note(_ trace: RequestTrace) {
    let show = state.withLock { state in
      state.count += 1
      // Trimmed in batches, so that it costs nothing.
      if state.recent.count >= 2 * Self.kept { state.recent.removeFirst(Self.kept) }
      state.recent.append(trace)
      return state.level == .off ? nil : state.show
    }
    show?(trace)
  }
}
