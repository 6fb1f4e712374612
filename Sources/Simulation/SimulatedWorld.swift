package import Ambience
import Glibc
import Synchronization

/// A world in which tasks run one job at a time, in an order drawn from a seed, on time of its own.
///
/// When no task can go on, time jumps to where the next sleeper wakes: hours pass in microseconds. The same code
/// with the same seed does the same again, in the same order; another seed gives another order. That holds for
/// structured concurrency (`async let`, task groups) and actors without an executor of their own. A `Task { }`
/// made inside leaves the world: it runs on the machine's threads, unordered, and time doesn't wait for it.
package final class SimulatedWorld: TaskExecutor {
  package typealias TaskRecord = SimulationError.TaskRecord

  /// How far a run may go before it is taken for endless.
  package struct Limits: Sendable {
    package var uptime: Duration
    package var jobs: Int

    package init(uptime: Duration = .seconds(30 * 86_400), jobs: Int = 20_000_000) {
      self.uptime = uptime
      self.jobs = jobs
    }
  }

  private struct State {
    var jobs: [UnownedJob] = []
    var now = Duration.zero
    var timers = Timers()
    var order: Dice
    var chance: Dice
    /// The numbers of tasks by the descriptions of their jobs, which name the task.
    var numbers: [String: Int] = [:]
    var lastRan: [Int: Duration] = [:]
    var runs: [Int] = []
    var count = 0
    var notes: [String] = []

    /// Remembers that a task runs.
    mutating func record(_ job: String) {
      let number = numbers[job] ?? numbers.count + 1
      numbers[job] = number
      lastRan[number] = now
      runs.append(number)
    }
  }

  /// 2012-06-27T09:30:00Z.
  private static let start = Timestamp(milliseconds: 1_340_789_400_000)

  package let seed: UInt64
  /// Whether it keeps which task ran when, which takes longer than most jobs do.
  private let isRecording: Bool
  private let limits: Limits
  private let state: Mutex<State>

  package init(seed: UInt64, limits: Limits = Limits(), isRecording: Bool = true) {
    self.seed = seed
    self.isRecording = isRecording
    self.limits = limits
    state = Mutex(State(order: Dice(seed: seed), chance: Dice(seed: ~seed)))
  }

  /// The world's time and chance.
  package var ambient: Ambient {
    Ambient(
      now: { Self.start + self.uptime }, uptime: { self.uptime },
      sleep: { try await self.sleep($0) }, random: { self.state.withLock { $0.chance.next() } })
  }

  /// The virtual time since the world began.
  package var uptime: Duration { state.withLock { $0.now } }

  // MARK: - The trace

  /// Adds a line, with the time, to the world's trace.
  package func note(_ text: String) {
    state.withLock { $0.notes.append("\(Self.text($0.now)) \(text)") }
  }

  /// What was noted, in order.
  package var notes: [String] { state.withLock { $0.notes } }

  /// The numbers of the tasks whose jobs ran, in order: equal for equal seeds.
  package var trace: [Int] { state.withLock { $0.runs } }

  /// Seconds with three digits after the point.
  private static func text(_ span: Duration) -> String {
    let (seconds, attoseconds) = span.components
    let digits = String(attoseconds / 1_000_000_000_000_000)
    return "\(seconds)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  // MARK: - Running

  /// Runs a body and all it starts to its end, on this thread.
  ///
  /// - Throws: What the body throws, or `SimulationError` when it will never end; its task is cancelled then.
  package func run<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
  ) throws -> Result {
    let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
    let task = Task(executorPreference: self) {
      let made: Swift.Result<Result, any Error>
      do { made = .success(try await body()) } catch { made = .failure(error) }
      outcome.withLock { $0 = made }
    }
    while true {
      if let outcome = outcome.withLock({ $0 }) {
        // The tasks that have ended, but for their last job.
        drain()
        return try outcome.get()
      }
      guard let code = step() else { continue }
      let error = failure(code)
      task.cancel()
      drain()
      throw error
    }
  }

  /// Runs one job or wakes one sleeper; returns why neither is possible.
  private func step() -> SimulationError.Code? {
    if runJob() { return state.withLock { $0.count } > limits.jobs ? .busy : nil }
    if let wakes = state.withLock({ $0.timers.nextDue }), wakes > limits.uptime { return .endless }
    if wakeSleepers() { return nil }
    return hasArrival() ? nil : .deadlock
  }

  private func runJob() -> Bool {
    let job = state.withLock { state -> UnownedJob? in
      guard !state.jobs.isEmpty else { return nil }
      let index = state.order.index(below: state.jobs.count)
      let job = state.jobs.remove(at: index)
      state.count += 1
      if isRecording { state.record(job.description) }
      return job
    }
    job?.runSynchronously(on: asUnownedTaskExecutor())
    return job != nil
  }

  /// Jumps to the time of the next sleepers; those of one instant go on in an order that the seed draws.
  private func wakeSleepers() -> Bool {
    let sleepers = state.withLock { state -> [Timers.Continuation] in
      guard let due = state.timers.nextDue else { return [] }
      state.now = max(state.now, due)
      var woken: [Timers.Continuation] = []
      while state.timers.nextDue == due, let next = state.timers.popFirst() { woken.append(next) }
      return woken
    }
    for sleeper in sleepers { sleeper.resume() }
    return !sleepers.isEmpty
  }

  /// Whether a job comes from outside of the world within a moment: a thread may be about to bring one.
  private func hasArrival() -> Bool {
    for _ in 0..<100 {
      if state.withLock({ !$0.jobs.isEmpty || $0.timers.nextDue != nil }) { return true }
      usleep(500)
    }
    return false
  }

  /// Ends the world after its last run: those who still sleep are cancelled, as they would be kept for ever with all
  /// that they hold.
  package func end() {
    for _ in 0..<1000 {
      drain()
      let sleepers = state.withLock { state -> [Timers.Continuation] in
        var left: [Timers.Continuation] = []
        while let next = state.timers.popFirst() { left.append(next) }
        return left
      }
      if sleepers.isEmpty { return }
      for sleeper in sleepers { sleeper.resume(throwing: CancellationError()) }
    }
  }

  /// Lets a cancelled run clean up, as far as it does.
  private func drain() {
    for _ in 0..<100_000 where !runJob() { return }
  }

  private func failure(_ code: SimulationError.Code) -> SimulationError {
    state.withLock { state in
      let tasks = state.lastRan.map { TaskRecord(number: $0.key, lastRan: $0.value) }
        .sorted { ($0.lastRan, $0.number) > ($1.lastRan, $1.number) }
      return SimulationError(code: code, uptime: state.now, tasks: tasks, notes: state.notes.suffix(20))
    }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  private func sleep(_ span: Duration) async throws {
    let id = state.withLock { $0.timers.announce() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let cancelled = state.withLock { state in
          state.timers.begin(id, due: state.now + max(span, .zero), continuation)
        }
        cancelled?.resume(throwing: CancellationError())
      }
    } onCancel: {
      let sleeper = state.withLock { $0.timers.cancel(id) }
      sleeper?.resume(throwing: CancellationError())
    }
  }
}
