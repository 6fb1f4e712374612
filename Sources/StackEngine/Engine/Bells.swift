internal import Ambience

/// Wakes those who wait for news of a stack.
///
/// News of other processes ring no bell; so every wait has an end, after which one looks again.
actor Bells {
  private var rings: [String: Int] = [:]
  private var listeners: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
  private var last = 0

  /// How often a stack's bell has rung: what to note before one looks for news.
  func count(_ stack: String) -> Int { rings[stack] ?? 0 }

  func ring(_ stack: String) {
    rings[stack, default: 0] += 1
    let waiting = listeners[stack, default: [:]].sorted { $0.key < $1.key }
    for (_, continuation) in waiting { continuation.finish() }
  }

  /// Returns when a stack's bell has rung more than `count` times, or after `limit`.
  func wait(_ stack: String, after count: Int, limit: Duration, _ ambient: Ambient) async throws {
    if self.count(stack) > count { return }
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    last += 1
    let number = last
    listeners[stack, default: [:]][number] = continuation
    await withTaskGroup { group in
      group.addTask { for await _ in stream {} }
      group.addTask { try? await ambient.sleep(limit) }
      await group.next()
      group.cancelAll()
    }
    listeners[stack]?[number] = nil
    try Task.checkCancellation()
  }
}
