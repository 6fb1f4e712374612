import Ambience
internal import Synchronization

/// The signals of one stack, kept in the journal.
///
/// Another process may record one; so a wait looks into the journal every two seconds, where nobody tells.
final class StackSignals: SignalBox {
  private let stack: String
  private let journal: any Journal
  private let bells: Bells
  private let ambient: Ambient
  private let seen = Mutex<[String: [Signal]]>([:])

  init(stack: String, journal: any Journal, bells: Bells, ambient: Ambient) {
    self.stack = stack
    self.journal = journal
    self.bells = bells
    self.ambient = ambient
  }

  func signals(to logicalID: String) async throws -> [Signal] {
    let signals = try await journal.signals(to: logicalID, of: stack)
    seen.withLock { $0[logicalID] = signals }
    return signals
  }

  func record(_ signal: Signal, to logicalID: String) async throws {
    try await journal.append([
      .signal(signal, logicalID: logicalID, stack: stack, time: ambient.now())
    ])
    await bells.ring(stack)
  }

  func awaitSignal(to logicalID: String, timeout: Duration) async throws {
    await bells.listen(to: journal)
    let end = ambient.uptime() + timeout
    while true {
      let rings = await bells.count(stack)
      let signals = try await journal.signals(to: logicalID, of: stack)
      if signals != seen.withLock({ $0[logicalID] ?? [] }) { return }
      let left = end - ambient.uptime()
      if left <= .zero { return }
      try await bells.wait(stack, after: rings, looking: .seconds(2), limit: left, ambient)
    }
  }
}
