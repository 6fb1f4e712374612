import Ambience
import Synchronization

/// Virtual time: it leaps to the next sleeper once all tasks have had their turn.
///
/// Everything runs on one executor that owns the queue and draws the next job by a seed, so that a run can be
/// repeated.
final class TestTime: TaskExecutor {
  private struct Sleeper {
    let id: Int
    let end: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var queue: [UnownedJob] = []
    var sleepers: [Sleeper] = []
    var cancelled: Set<Int> = []
    var now: Duration = .zero
    var last = 0
    var bits: UInt64
  }

  private let state: Mutex<State>

  init(seed: UInt64 = 1) { state = Mutex(State(bits: seed &* 0x9E37_79B9_7F4A_7C15 | 1)) }

  var elapsed: Duration { state.withLock { $0.now } }

  func ambient() -> Ambient {
    Ambient(
      now: { Timestamp(milliseconds: 1_700_000_000_000) + self.elapsed }, uptime: { self.elapsed },
      sleep: { try await self.sleep($0) }, random: { self.state.withLock { Self.draw(&$0) } })
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.queue.append(job) }
  }

  /// Runs a body and all that it starts, to the end of all work.
  func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) throws -> Result {
    let outcome = Mutex<Swift.Result<Result, any Error>?>(nil)
    Task(executorPreference: self) {
      let ended: Swift.Result<Result, any Error>
      do { ended = .success(try await body()) } catch { ended = .failure(error) }
      outcome.withLock { $0 = ended }
    }
    while step() { if outcome.withLock({ $0 != nil }) { break } }
    guard let outcome = outcome.withLock({ $0 }) else { throw Stuck() }
    return try outcome.get()
  }

  struct Stuck: Error {}

  private func step() -> Bool {
    let job = state.withLock { state -> UnownedJob? in
      guard !state.queue.isEmpty else { return nil }
      return state.queue.remove(at: Int(Self.draw(&state) % UInt64(state.queue.count)))
    }
    if let job {
      job.runSynchronously(on: asUnownedTaskExecutor())
      return true
    }
    let sleeper = state.withLock { state -> Sleeper? in
      let next = state.sleepers.indices.min {
        (state.sleepers[$0].end, state.sleepers[$0].id) < (state.sleepers[$1].end, state.sleepers[$1].id)
      }
      guard let next else { return nil }
      let sleeper = state.sleepers.remove(at: next)
      state.now = max(state.now, sleeper.end)
      return sleeper
    }
    sleeper?.continuation.resume()
    return sleeper != nil
  }

  private static func draw(_ state: inout State) -> UInt64 {
    state.bits ^= state.bits << 13
    state.bits ^= state.bits >> 7
    state.bits ^= state.bits << 17
    return state.bits
  }

  private func sleep(_ span: Duration) async throws {
    let id = state.withLock { state in
      state.last += 1
      return state.last
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelled.remove(id) != nil || Task.isCancelled { return true }
          state.sleepers.append(Sleeper(id: id, end: state.now + span, continuation: continuation))
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
          state.cancelled.insert(id)
          return nil
        }
        return state.sleepers.remove(at: index)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}
