import GRDB
import Synchronization

/// Brings what has been committed from SQLite's log into the database, beside those who commit.
///
/// SQLite by itself lets the one commit wait for it that makes the log too long: for several syncs, when an act may wait
/// for that commit. It still does where this doesn't keep up.
final class Checkpoints: Sendable {
  /// How many commits come between two; most are of some ten pages.
  private static let interval = 64
  /// How many pages of the log a commit finds too much.
  static let limit = 8000

  private struct State {
    var commits = 0
    var isUnderWay = false
    var connection: DatabaseQueue?
  }

  private let path: String
  private let state = Mutex(State())

  init(path: String) { self.path = path }

  /// Counts a commit, and begins a checkpoint when it is time for one.
  func note() {
    let isDue = state.withLock { state in
      state.commits += 1
      guard state.commits >= Self.interval, !state.isUnderWay else { return false }
      (state.commits, state.isUnderWay) = (0, true)
      return true
    }
    guard isDue else { return }
    guard let connection = connection() else { return end() }
    connection.asyncWriteWithoutTransaction { [self] database in
      // What isn't possible now is done by the next, or by a commit.
      _ = try? database.checkpoint(.passive)
      end()
    }
  }

  private func end() { state.withLock { $0.isUnderWay = false } }

  private func connection() -> DatabaseQueue? {
    if let known = state.withLock({ $0.connection }) { return known }
    let new = try? DatabaseQueue(path: path)
    state.withLock { $0.connection = new }
    return new
  }
}
