import HTTP
import Synchronization

/// Adds up how much of several parts has been moved.
final class Meter: Sendable {
  private let parts = Mutex<[Int: Int64]>([:])
  private let total: Int64
  private let progress: Progress?

  init(total: Int64, _ progress: Progress?) {
    self.total = total
    self.progress = progress
  }

  func move(_ part: Int, to count: Int64) {
    let sum = parts.withLock { parts in
      parts[part] = count
      return parts.values.reduce(0, +)
    }
    progress?(sum, total)
  }
}
