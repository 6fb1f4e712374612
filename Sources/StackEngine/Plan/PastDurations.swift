import Ambience

/// How long it took in the past to do something to a resource of some type.
package struct PastDurations: Sendable {
  private struct Work: Hashable {
    let type: String
    let verb: String
  }

  private var spans: [Work: [Duration]] = [:]

  package init() {}

  /// Learns from a stack's events.
  package mutating func learn(from events: [Event]) {
    var begun: [String: Event] = [:]
    for event in events {
      guard let id = event.logicalID else { continue }
      if event.status.hasSuffix("_IN_PROGRESS") {
        // What tells of a wait in between begins nothing.
        if begun[id]?.status != event.status { begun[id] = event }
        continue
      }
      guard let start = begun.removeValue(forKey: id), event.status.hasSuffix("_COMPLETE"),
        start.status.dropLast("IN_PROGRESS".count) == event.status.dropLast("COMPLETE".count)
      else { continue }
      let verb = String(event.status.dropLast("_COMPLETE".count))
      spans[Work(type: event.type, verb: verb), default: []].append(event.time - start.time)
    }
  }

  /// The median of what it took; nil when it was never done.
  package func median(_ verb: String, _ type: String) -> Duration? {
    guard let all = spans[Work(type: type, verb: verb)]?.sorted(), !all.isEmpty else { return nil }
    let middle = all.count / 2
    return all.count.isMultiple(of: 2) ? (all[middle - 1] + all[middle]) / 2 : all[middle]
  }
}
