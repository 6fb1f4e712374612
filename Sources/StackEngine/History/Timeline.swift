package import Ambience

/// An operation as time has it: for each resource when it waited and when it was worked on, and the chain that
/// decided how long the whole took.
package struct Timeline: Sendable, Hashable {
  /// One stretch of work on one resource.
  package struct Bar: Sendable, Hashable {
    package enum Result: String, Sendable {
      case succeeded, failed, running
    }

    package let logicalID: String
    package let type: String
    /// What was done, as events say it: `CREATE`.
    package let verb: String
    /// When all that it needs had ended: from then on it could have started.
    package internal(set) var ready: Timestamp
    package let started: Timestamp
    /// When it ended, or now.
    package internal(set) var ended: Timestamp
    package internal(set) var result: Result = .running
    package internal(set) var reason = ""
    /// The bars that had to end before it, by index.
    package internal(set) var needs: [Int] = []
    package internal(set) var isCritical = false
    /// The part of the operation that it belongs to; a part begins when all of the one before has ended.
    let part: Int

    package var span: Duration { ended - started }
  }

  package let stack: String
  package let kind: OperationRecord.Kind
  package let phase: OperationRecord.Phase
  package let started: Timestamp
  /// When it ended, or now.
  package let ended: Timestamp
  /// In the order of their starts.
  package let bars: [Bar]
  /// The bars of which each had to wait for the one before it, and the last of which ended last, by index.
  package let critical: [Int]

  package var span: Duration { ended - started }
  /// The time worked along the critical path: no operation of this graph is faster.
  package var criticalSpan: Duration { critical.reduce(.zero) { $0 + bars[$1].span } }
  /// The time that the resources would have taken one after the other.
  package var work: Duration { bars.reduce(.zero) { $0 + $1.span } }
}

extension Timeline {
  /// The timeline of an operation.
  ///
  /// - Parameters:
  ///   - operation: The operation, which may still be running.
  ///   - events: The operation's events, in order.
  ///   - needs: What each resource needs, by logical ID; a deletion goes the other way.
  ///   - now: The time until which what runs is drawn.
  package init(_ operation: OperationRecord, events: [Event], needs: [String: [String]], now: Timestamp) {
    var reader = TimelineReader(start: operation.started)
    for event in events { reader.take(event) }
    let end = operation.ended ?? max(now, events.last?.time ?? now)
    let graph = TimelineGraph(reader.bars(until: end), needs: needs, start: operation.started)
    stack = operation.stack.name
    kind = operation.kind
    phase = operation.phase
    started = operation.started
    ended = end
    bars = graph.bars
    critical = graph.critical
  }
}

/// Reads the stretches of work out of events.
private struct TimelineReader {
  private var bars: [Timeline.Bar] = []
  /// The bar that is open, by logical ID.
  private var open: [String: Int] = [:]
  private var part = 0
  private var start: Timestamp

  init(start: Timestamp) { self.start = start }

  mutating func take(_ event: Event) {
    guard let id = event.logicalID else {
      // The stack's own statuses part the operation: forward, back, cleaning up.
      if event.status.hasSuffix("_IN_PROGRESS"), !bars.isEmpty {
        part += 1
        start = event.time
      }
      return
    }
    guard let (verb, state) = Self.parts(event.status) else { return }
    if state == "IN_PROGRESS" {
      guard open[id].map({ bars[$0].verb != verb }) ?? true else { return }
      open[id] = bars.count
      bars.append(bar(event, verb, from: event.time))
      return
    }
    // A check tells of its end alone; what was restored took no time.
    let index = open.removeValue(forKey: id).flatMap { bars[$0].verb == verb ? $0 : nil } ?? bars.count
    if index == bars.count { bars.append(bar(event, verb, from: verb == "CHECK" ? start : event.time)) }
    bars[index].ended = event.time
    bars[index].result = state == "FAILED" ? .failed : .succeeded
    bars[index].reason = event.reason
  }

  private func bar(_ event: Event, _ verb: String, from time: Timestamp) -> Timeline.Bar {
    Timeline.Bar(
      logicalID: event.logicalID ?? "", type: event.type, verb: verb, ready: start, started: time,
      ended: time, part: part)
  }

  /// `CREATE` and `IN_PROGRESS`; nil for what is no change of state.
  private static func parts(_ status: String) -> (verb: String, state: String)? {
    for state in ["IN_PROGRESS", "COMPLETE", "FAILED", "SKIPPED"] where status.hasSuffix("_" + state) {
      return (String(status.dropLast(state.count + 1)), state)
    }
    return nil
  }

  /// The bars in the order of their starts, those that are open until `end`.
  func bars(until end: Timestamp) -> [Timeline.Bar] {
    var bars = bars
    for index in bars.indices where bars[index].result == .running { bars[index].ended = end }
    return bars.enumerated().sorted { ($0.element.started, $0.offset) < ($1.element.started, $1.offset) }
      .map(\.element)
  }
}
