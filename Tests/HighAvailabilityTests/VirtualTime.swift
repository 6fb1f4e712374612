import Ambience
import Synchronization

/// Runs tasks one job at a time on time of its own, which jumps ahead when nothing is left to do.
final class VirtualTime: TaskExecutor {
  struct Stuck: Error {}

  private struct Sleeper {
    let id: UInt64
    let due: Duration
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var jobs: [UnownedJob] = []
    var now = Duration.zero
    var sleepers: [Sleeper] = []
    var cancelled: Set<UInt64> = []
    var lastSleeper: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Runs a test to its end on virtual time.
  static func run(_ body: @escaping @Sendable (Ambient) async throws -> Void) throws {
    let time = VirtualTime()
    let result = Mutex<Result<Void, any Error>?>(nil)
    Task(executorPreference: time) {
      do {
        try await body(time.ambient)
        result.withLock { $0 = .success(()) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
    }
    while true {
      if let result = result.withLock({ $0 }) { return try result.get() }
      guard time.advance() else { throw Stuck() }
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  var ambient: Ambient {
    Ambient(
      now: { Timestamp(milliseconds: 1_340_789_400_000) + self.now }, uptime: { self.now },
      sleep: { try await self.sleep($0) }, random: { 0 })
  }

  private var now: Duration { state.withLock { $0.now } }

  /// Runs one job, or wakes the next sleeper; false when there is neither.
  private func advance() -> Bool {
    if let job = state.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) {
      job.runSynchronously(on: asUnownedTaskExecutor())
      return true
    }
    let sleeper = state.withLock { state -> Sleeper? in
      guard let next = state.sleepers.min(by: { ($0.due, $0.id) < ($1.due, $1.id) }) else { return nil }
      state.sleepers.removeAll { $0.id == next.id }
      state.now = max(state.now, next.due)
      return next
    }
    sleeper?.continuation.resume()
    return sleeper != nil
  }

  private func sleep(_ span: Duration) async throws {
    let id = state.withLock { state in
      state.lastSleeper += 1
      return state.lastSleeper
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled = state.withLock { state in
          if state.cancelled.remove(id) != nil { return true }
          state.sleepers.append(Sleeper(id: id, due: state.now + span, continuation: continuation))
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
