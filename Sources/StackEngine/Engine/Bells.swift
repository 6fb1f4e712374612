internal import Ambience

/// Wakes those who wait for news of a stack.
///
/// News of other processes ring a bell only where the journal hears of them; so every wait has an end, after
/// which one looks again.
actor Bells {
  private var rings: [String: Int] = [:]
  private var ringsOfAll = 0
  private var listeners: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
  private var last = 0
  private var listening: Task<Void, Never>?
  private var hasAsked = false

  deinit { listening?.cancel() }

  /// Rings for what other processes tell from now on, if the journal hears of that.
  func listen(to journal: any Journal) async {
    if hasAsked { return }
    hasAsked = true
    guard let news = try? await journal.news() else { return }
    listening = Task { [weak self] in
      for await item in news { await self?.hear(item) }
    }
  }

  private func hear(_ news: News) {
    switch news {
    case .of(let stack): ring(stack)
    case .unknown:
      ringsOfAll += 1
      for listener in listeners.values.flatMap(\.values) { listener.finish() }
    }
  }

  /// How long one may wait before one looks: as long as `span` where nobody tells.
  private func pace(_ span: Duration) -> Duration { listening == nil ? span : max(span, .seconds(30)) }

  /// How often a stack's bell has rung: what to note before one looks for news.
  func count(_ stack: String) -> Int { (rings[stack] ?? 0) + ringsOfAll }

  func ring(_ stack: String) {
    rings[stack, default: 0] += 1
    let waiting = listeners[stack, default: [:]].sorted { $0.key < $1.key }
    for (_, continuation) in waiting { continuation.finish() }
  }

  /// Returns when a stack's bell has rung more than `count` times, or when it is time to look: after `interval`
  /// where other processes' news aren't heard, and after `limit` in any case.
  func wait(
    _ stack: String, after count: Int, looking interval: Duration, limit: Duration? = nil, _ ambient: Ambient
  ) async throws {
    if self.count(stack) > count { return }
    let span = min(limit ?? .seconds(3600), pace(interval))
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    last += 1
    let number = last
    listeners[stack, default: [:]][number] = continuation
    await withTaskGroup { group in
      group.addTask { for await _ in stream {} }
      group.addTask { try? await ambient.sleep(span) }
      await group.next()
      group.cancelAll()
    }
    listeners[stack]?[number] = nil
    try Task.checkCancellation()
  }
}
