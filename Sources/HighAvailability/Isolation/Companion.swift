import CEvents
package import Document
import Glibc
import Synchronization

/// A program that runs beside this one and is talked to by messages, with a thread that hears it and watches over it.
///
/// It has no descriptors but the line on which it talks, no environment, and a tenth of a claim on the processor: with
/// less it couldn't answer where the machine is busy. It is killed when it doesn't answer in time, sends what is no message,
/// or its owner goes; it dies with this process, however that ends.
package final class Companion: Sendable {
  /// A program and what it is told.
  package struct Program: Sendable, Hashable {
    package let path: String
    /// What lists of processes call it, and what it is told.
    package let arguments: [String]

    package init(_ path: String, _ arguments: [String]) {
      self.path = path
      self.arguments = arguments
    }
  }

  package enum News: Sendable {
    case message(Value)
    /// The last that is told.
    case ended(CompanionEnd)
  }

  struct State {
    var process: pid_t?
    /// How it is to end, once somebody has said so.
    var sentence: CompanionEnd?
    var hasEnded = false
    /// What the line hadn't room for yet.
    var outgoing: [UInt8] = []
    /// What it owes an answer by; nil while it owes none.
    var allowance: Allowance?
    /// When it came on last, or was asked while it owed nothing; and what it had used of the processor then.
    var since: (instant: Int64, used: Duration) = (0, .zero)
  }

  /// More than this isn't kept for one that doesn't read.
  private static let backlog = 4 << 20

  let program: Program
  let line: Descriptors
  let state = Mutex(State())

  /// A program that isn't started yet.
  ///
  /// - Throws: `no_process` when the machine lacks the means.
  package init(_ program: Program) throws(Diagnostic) {
    self.program = program
    line = try Descriptors()
  }

  /// Starts the program, which owes a first message by `allowance`; to be called once.
  ///
  /// `listener` is told what it says and how it ends, in the companion's own thread; it must return soon.
  package func start(allowance: Allowance, listener: @escaping @Sendable (News) -> Void) {
    state.withLock {
      $0.allowance = allowance
      $0.since.instant = cevents_uptime()
    }
    let box = Unmanaged.passRetained(Box(self, listener))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { Box.run($0) }, box.toOpaque())
    guard code == 0 else {
      box.release()
      let reason = "no thread could be started: \(String(cString: strerror(code)).lowercased())"
      return bury(.notStarted(reason), listener)
    }
    pthread_detach(thread)
  }

  /// Carries the companion into its thread.
  private final class Box {
    private let companion: Companion
    private let listener: @Sendable (News) -> Void

    init(_ companion: Companion, _ listener: @escaping @Sendable (News) -> Void) {
      self.companion = companion
      self.listener = listener
    }

    static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
      guard let context else { return nil }
      let box = Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
      box.companion.watch(box.listener)
      return nil
    }
  }

  /// Sends a message; false for one that is too long.
  ///
  /// It never waits: what the line has no room for goes later, and one that doesn't read so much that it is too much to
  /// keep is held to be lost.
  @discardableResult
  package func send(_ message: Value) -> Bool {
    guard let bytes = MessageFrames.bytes(of: message) else { return false }
    state.withLock { state in
      guard !state.hasEnded else { return }
      var sent = 0
      if state.outgoing.isEmpty { sent = max(0, line.send(bytes[...])) }
      guard sent < bytes.count else { return }
      state.outgoing += bytes[sent...]
      if state.outgoing.count > Self.backlog, state.sentence == nil { state.sentence = .deaf }
      line.ring()
    }
    return true
  }

  /// Notes that it has come on: what it may take is counted from now.
  package func comesOn() {
    state.withLock { state in
      guard !state.hasEnded else { return }
      state.since = (cevents_uptime(), processorTime(state))
      setTimer(state)
    }
  }

  /// Says by when it owes an answer, counted from when it came on last; nil when it owes none.
  package func expect(_ allowance: Allowance?) {
    state.withLock { state in
      guard !state.hasEnded else { return }
      if state.allowance == nil, allowance != nil {
        state.since = (cevents_uptime(), processorTime(state))
      }
      guard state.allowance != allowance else { return }
      state.allowance = allowance
      setTimer(state)
    }
  }

  /// Kills it, also before it has begun; the listener is told that it ended so.
  package func dismiss(as end: CompanionEnd = .dismissed) {
    state.withLock { state in
      guard !state.hasEnded else { return }
      if state.sentence == nil { state.sentence = end }
      line.ring()
    }
  }

  /// How much of the processor it has used so far.
  package var processorTime: Duration { state.withLock { processorTime($0) } }

  /// Its number; nil before it has begun and after its end.
  package var process: Int32? { state.withLock { $0.hasEnded ? nil : $0.process } }

  func processorTime(_ state: State) -> Duration {
    var clock = clockid_t()
    var time = timespec()
    guard let process = state.process, clock_getcpuclockid(process, &clock) == 0,
      clock_gettime(clock, &time) == 0
    else { return .zero }
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Lets the thread look at the first time at which there may be something to see.
  func setTimer(_ state: State) {
    line.setTimer(state.allowance.map { state.since.instant + Vigil($0).first.nanoseconds })
  }
}
