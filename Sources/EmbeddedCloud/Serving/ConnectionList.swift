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
  /// Tells that connections have left.
  let departures: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation

  init(limit: Int, patience: Duration) {
    self.limit = limit
    self.patience = patience
    (departures, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Whether there is room for another connection.
  ///
  /// Where there is none, the one that has kept its request back for longest is shut down to make some.
  func makeRoom() -> Bool {
    entries.withLock { entries in
      if entries.count < limit { return true }
      let oldest = entries.filter { $0.value.phase == .reading }.min { $0.value.since < $1.value.since }
      if let oldest, !entries.values.contains(where: \.isShut) { Self.shut(oldest.key, &entries) }
      return false
    }
  }

  func enter(_ descriptor: Int32, at now: Duration) {
    entries.withLock { $0[descriptor] = Entry(since: now) }
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
  func leave(_ descriptor: Int32) {
    entries.withLock { _ = $0.removeValue(forKey: descriptor) }
    bell.yield()
  }

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
