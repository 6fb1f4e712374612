import Ambience
import Document
import OpenStack
import OrderedCollections

/// Waits for changes of many resources of one kind with one list call per interval for all of them.
///
/// Whoever looks first makes the list; the others take it when it began after their last look. A cloud that takes
/// long to answer is asked less often: at most a quarter of the time goes into asking.
actor Watch<Resource: CloudResource> {
  private struct Look {
    let number: Int
    let begun: Duration
    let resources: [String: Resource]
  }

  private let label: String
  private let ambient: Ambient
  private let list: @Sendable () async throws -> [Resource]
  private var latest: Look?
  private var begunLooks = 0
  private var isLooking = false
  /// Those who wait for the look that is under way.
  private var waiting: [AsyncStream<Never>.Continuation] = []
  /// When the cloud may be asked again.
  private var nextLook = Duration.zero

  init(_ label: String, ambient: Ambient, list: @escaping @Sendable () async throws -> [Resource]) {
    self.label = label
    self.ambient = ambient
    self.list = list
  }

  /// Returns what `judge` says of the resource once it says something.
  ///
  /// `judge` gets the resource, nil when it isn't there, and gives nil to wait on; `goal` is what is waited for, as
  /// the message says it when time runs out: `be active`.
  func wait<Result: Sendable>(
    for id: String, to goal: String, within limit: Duration,
    judge: @Sendable (Resource?) throws -> Result?
  ) async throws -> Result {
    let start = ambient.uptime()
    var seen = begunLooks
    while true {
      if let look = try await look(after: seen, deadline: start + limit) {
        if let result = try judge(look.resources[id]) { return result }
        seen = look.number
      }
      let age = ambient.uptime() - start
      if age >= limit {
        throw ResourceError(
          .timedOut, "\(label) \(id) did not \(goal) within \(limit.components.seconds) s")
      }
      try await ambient.sleep(min(limit - age, ambient.jitter(interval(age))))
    }
  }

  /// Short while something may be ready soon, longer the longer it takes.
  private func interval(_ age: Duration) -> Duration { min(.seconds(10), max(.milliseconds(500), age / 12)) }

  /// A list that began after the given one; nil when the cloud could not answer now.
  private func look(after seen: Int, deadline: Duration) async throws -> Look? {
    while ambient.uptime() <= deadline {
      try Task.checkCancellation()
      if let latest, latest.number > seen { return latest }
      if isLooking {
        let (look, waiter) = AsyncStream<Never>.makeStream()
        waiting.append(waiter)
        for await _ in look {}
      } else if ambient.uptime() < nextLook {
        try await ambient.sleep(nextLook - ambient.uptime())
      } else {
        return try await makeLook()
      }
    }
    return nil
  }

  private func makeLook() async throws -> Look? {
    isLooking = true
    begunLooks += 1
    let number = begunLooks
    let begun = ambient.uptime()
    defer {
      isLooking = false
      nextLook = ambient.uptime() + min(.seconds(10), (ambient.uptime() - begun) * 3)
      for waiter in waiting { waiter.finish() }
      waiting = []
    }
    do {
      let resources = try await list()
      let byID = Dictionary(resources.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
      let look = Look(number: number, begun: begun, resources: byID)
      latest = look
      return look
    } catch let error as OpenStackError where error.mayPass {
      return nil
    }
  }
}
