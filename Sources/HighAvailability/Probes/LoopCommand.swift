import Synchronization

/// What other threads want of a loop.
enum LoopCommand: Sendable {
  /// Makes room for so many checks.
  case reserve(Int)
  /// Probes a check from now on.
  indirect case keep(Monitor.Key, Question, Monitor.Terms, timeout: Int64)
  /// Asks something else from now on, of a check that is kept.
  indirect case retarget(Monitor.Key, Question)
  case drop(Monitor.Key)
  case hold(Monitor.Key, Bool)
  case startAfresh(Monitor.Key, grace: Duration)
  case beat(Monitor.Key)
  /// Asks once, outside of any check.
  indirect case ask(UInt64, Question, timeout: Int64)
  case cancel(UInt64)
  indirect case looked(name: String, NameResolver.Answer)
  case report(CheckedContinuation<LoopReport, Never>)
}

/// How a loop has fared.
package struct LoopReport: Sendable {
  /// How many probes have ended.
  package var probes = 0
  /// How many of these found something down.
  package var failures = 0
  /// How many probes and heartbeats have come due, and how late they were taken, in nanoseconds.
  package var lateness = Histogram()
  /// How many checks it keeps.
  package var checks = 0
  /// How often it has woken.
  package var turns = 0
}

/// What a loop and its owner tell each other.
final class LoopMailbox: Sendable {
  typealias Continuation = CheckedContinuation<Outcome, Never>

  private struct State {
    var commands: [LoopCommand] = []
    var waiting: [UInt64: Continuation] = [:]
    var lastAsked: UInt64 = 0
    var isStopping = false
  }

  private let state = Mutex(State())
  private let ring: @Sendable () -> Void

  init(ring: @escaping @Sendable () -> Void) { self.ring = ring }

  // MARK: - The owner

  /// Hands a command over; once the loop stops, none is taken.
  func post(_ command: LoopCommand) {
    let isTaken = state.withLock { state in
      guard !state.isStopping else { return false }
      state.commands.append(command)
      // Within the lock: a loop that has stopped has no bell any more.
      if state.commands.count == 1 { ring() }
      return true
    }
    if !isTaken, case .report(let continuation) = command { continuation.resume(returning: LoopReport()) }
  }

  func newNumber() -> UInt64 {
    state.withLock { state in
      state.lastAsked += 1
      return state.lastAsked
    }
  }

  /// Hands a question over whose answer is waited for.
  func ask(_ number: UInt64, _ question: Question, timeout: Int64, _ continuation: Continuation) {
    let isTaken = state.withLock { state in
      guard !state.isStopping else { return false }
      state.waiting[number] = continuation
      return true
    }
    guard isTaken else { return continuation.resume(returning: .unknown("the prober has stopped")) }
    post(.ask(number, question, timeout: timeout))
  }

  func stop() {
    state.withLock { state in
      state.isStopping = true
      ring()
    }
  }

  // MARK: - The loop

  /// Takes what there is to do; nil when the loop is to stop.
  func takeCommands() -> [LoopCommand]? {
    state.withLock { state in
      guard !state.isStopping else { return nil }
      guard !state.commands.isEmpty else { return [] }
      defer { state.commands = [] }
      return state.commands
    }
  }

  func answer(_ number: UInt64, _ outcome: Outcome) {
    state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(returning: outcome)
  }

  /// Answers all who wait, when nobody will any more.
  func close() {
    let (waiting, commands) = state.withLock { state in
      defer { (state.waiting, state.commands) = ([:], []) }
      return (state.waiting.values, state.commands)
    }
    for continuation in waiting { continuation.resume(returning: .unknown("cancelled")) }
    for case .report(let continuation) in commands { continuation.resume(returning: LoopReport()) }
  }
}
