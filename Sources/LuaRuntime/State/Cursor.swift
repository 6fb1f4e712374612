internal import Synchronization

/// How far an iteration has come.
final class Cursor: Sendable {
  private let count = Mutex(0)

  /// The next position, counted from 0, or nil at the end.
  func next(below end: Int) -> Int? {
    count.withLock { count in
      guard count < end else { return nil }
      defer { count += 1 }
      return count
    }
  }
}
