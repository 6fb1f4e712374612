internal import Ambience

/// Why a walk along a graph ended before its end.
enum Stop: Sendable {
  case failed, cancelled, timedOut
  /// Another operation takes over.
  case superseded
}

/// A walk along a graph of steps: each starts the moment the last that it needs has ended.
struct Walk {
  /// For each step those that must end before it.
  let edges: [[Int]]
  let concurrency: Int
  /// Whether no step is started after one has failed; else only those that need the failed one aren't.
  let stopsAtFailure: Bool
  let timeout: Duration?
  let cancellation: Latch
  /// Set when no step is to be started any more, and those that run are to end by themselves.
  var takeover = Latch()
  let ambient: Ambient

  /// How many steps are taken at once before they are kept, and before one looks whether to stop.
  private static let batch = 200

  private enum News: Sendable {
    case ended(Int, isSuccess: Bool)
    case cancelled, timedOut, superseded, nothing
  }

  /// Takes every step, at most `concurrency` at once.
  ///
  /// When the walk is cancelled or runs out of time, the tasks of the running steps are cancelled. What is handed in is
  /// called from wherever the walk runs, which isn't its caller's actor.
  ///
  /// - Parameters:
  ///   - take: Takes a step that needs no waiting at once; false when it needs `perform`.
  ///   - keep: Makes durable what was taken at once; false when that can't be. Whatever `perform` is called for next comes
  ///     after.
  ///   - halt: Called at the first failure when that stops the walk, and when another operation takes over.
  ///   - settled: Called with the number of steps that run, once every one that can be begun is.
  ///   - perform: Takes a step and says whether that went well.
  /// - Returns: Why it ended before its end; nil when every step went well.
  func run(
    take: @Sendable (Int) async -> Bool = { _ in false }, keep: @Sendable () async -> Bool = { true },
    halt: @Sendable () -> Void,
    settled: @Sendable (Int) async -> Void = { _ in },
    perform: @escaping @Sendable (Int) async -> Bool
  ) async -> Stop? {
    var waits = edges.map(\.count)
    var users: [[Int]] = Array(repeating: [], count: edges.count)
    for (index, needs) in edges.enumerated() { for need in needs { users[need].append(index) } }
    var ready = waits.indices.filter { waits[$0] == 0 }
    var next = 0
    var running = 0
    var succeeded = 0
    var stop: Stop?
    let deadline = timeout.map { ambient.uptime() + $0 }

    func release(_ index: Int) {
      succeeded += 1
      for user in users[index] {
        waits[user] -= 1
        if waits[user] == 0 { ready.append(user) }
      }
    }

    func fail() {
      guard stop == nil else { return }
      stop = .failed
      if stopsAtFailure { halt() }
    }

    func giveWay() {
      if stop == nil || stop == .failed { stop = .superseded }
      halt()
    }

    /// Looks for what tells the walk to stop, where no news is waited for.
    func look() {
      if cancellation.isSet {
        stop = .cancelled
      } else if takeover.isSet {
        giveWay()
      } else if let deadline, ambient.uptime() >= deadline {
        stop = stop ?? .timedOut
      }
    }

    func mayBegin() -> Bool { stop == nil || (stop == .failed && !stopsAtFailure) }

    /// Takes what can be taken at once, and keeps it.
    ///
    /// - Returns: What can be begun then.
    func advance() async -> [Int] {
      var begun: [Int] = []
      var taken = 0
      while next < ready.count, running + begun.count < concurrency, mayBegin() {
        let index = ready[next]
        next += 1
        guard await take(index) else {
          begun.append(index)
          continue
        }
        release(index)
        taken += 1
        guard taken.isMultiple(of: Self.batch) else { continue }
        look()
        if await !keep() {
          fail()
          return []
        }
      }
      if await keep() { return mayBegin() ? begun : [] }
      fail()
      return []
    }

    look()
    await withTaskGroup(of: News.self) { group in
      watch(&group)
      while true {
        for index in await advance() {
          running += 1
          group.addTask { .ended(index, isSuccess: await perform(index)) }
        }
        if running == 0 { break }
        await settled(running)
        switch await group.next() {
        case .ended(let index, let isSuccess)?:
          running -= 1
          if isSuccess { release(index) } else { fail() }
        case .cancelled?:
          stop = .cancelled
          group.cancelAll()
        case .timedOut?:
          stop = stop ?? .timedOut
          group.cancelAll()
        case .superseded?: giveWay()
        case .nothing?, nil: break
        }
      }
      group.cancelAll()
    }
    // Whoever takes over comes too late to stop anything.
    return stop == .superseded && succeeded == edges.count ? nil : stop
  }

  private func watch(_ group: inout TaskGroup<News>) {
    group.addTask {
      await cancellation.wait()
      return cancellation.isSet ? .cancelled : .nothing
    }
    group.addTask {
      await takeover.wait()
      return takeover.isSet ? .superseded : .nothing
    }
    guard let timeout else { return }
    group.addTask {
      do {
        try await ambient.sleep(timeout)
        return .timedOut
      } catch {
        return .nothing
      }
    }
  }
}
