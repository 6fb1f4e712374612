import Glibc
import Synchronization

/// The connections of a server: how many there may be, and how long each may take for what it is at.
///
/// One that is late is shut down by halves: it reads an end, so that the sender can still be told why.
final class ConnectionList: Sendable {
  /// What a connection is at.
  enum Phase {
    /// A request is to come.
    case reading
    /// The answer is being made.
    case answering
    /// The sender is to take the answer.
    case writing
  }

  private struct Entry {
    var phase = Phase.reading
    var since: Duration
    var isShut = false
  }

  private let limit: Int
  private let patience: Duration
  private let entries = Mutex<[Int32: Entry]>([:])

  init(limit: Int, patience: Duration) {
    self.limit = limit
    self.patience = patience
  }

  var count: Int { entries.withLock(\.count) }

  /// Takes a connection in; false when there are too many.
  ///
  /// Where there is no room left, the one that has kept its request back for longest makes some.
  func enter(_ descriptor: Int32, at now: Duration) -> Bool {
    entries.withLock { entries in
      if entries.count >= limit {
        let oldest = entries.filter { $0.value.phase == .reading && !$0.value.isShut }
          .min { $0.value.since < $1.value.since }
        guard entries.count < limit + limit / 8 + 1, let oldest else { return false }
        Self.shut(oldest.key, &entries)
      }
      entries[descriptor] = Entry(since: now)
      return true
    }
  }

  func note(_ phase: Phase, of descriptor: Int32, at now: Duration) {
    entries.withLock { entries in
      guard entries[descriptor] != nil else { return }
      entries[descriptor]?.phase = phase
      entries[descriptor]?.since = now
    }
  }

  /// Whether a connection was shut down for being late.
  func isShut(_ descriptor: Int32) -> Bool { entries.withLock { $0[descriptor]?.isShut ?? false } }

  /// Lets go of a connection, which may be closed then.
  func leave(_ descriptor: Int32) { entries.withLock { _ = $0.removeValue(forKey: descriptor) } }

  /// Shuts down what is late.
  func sweep(at now: Duration) {
    entries.withLock { entries in
      for (descriptor, entry) in entries where now - entry.since > patience {
        Self.shut(descriptor, &entries)
      }
    }
  }

  private static func shut(_ descriptor: Int32, _ entries: inout [Int32: Entry]) {
    guard let phase = entries[descriptor]?.phase, phase != .answering else { return }
    entries[descriptor]?.isShut = true
    shutdown(descriptor, Int32(phase == .reading ? SHUT_RD : SHUT_RDWR))
  }
}
