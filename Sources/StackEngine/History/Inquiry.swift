import Ambience
import Document

/// Looks into an operation for why its resources became what they are.
struct Inquiry {
  let entry: HistoryEntry
  /// The operation's events, in order.
  let events: [Event]
  /// What each resource needs.
  let needs: [String: [String]]
  /// Why the stacks inside became what they are, by the logical IDs of the resources that they are.
  var inner: [String: Explanation] = [:]
  /// The statuses that the stack's resources have now; empty when what a past operation did is asked for.
  var statuses: [String: ResourceStatus] = [:]

  /// Why a resource is as it is.
  func explanation(of logicalID: String) -> Explanation { explanation(of: logicalID, seen: []) }

  private func explanation(of id: String, seen: Set<String>) -> Explanation {
    let own = events.filter { $0.logicalID == id }
    // Of a replacement, the last event tells that the old resource is gone.
    let present = own.last { $0.status == statuses[id]?.rawValue }
    guard let last = present ?? own.last else { return untouched(id, seen: seen) }
    var line = TonedLine(id, .strong)
    line.append(" (\(last.type))", .faint)
    line.append(" is ")
    line.append(statuses[id]?.rawValue ?? last.status, statuses[id]?.tone ?? last.tone)
    // What failed and was then taken away is explained by its failure.
    let telling = own.last { $0.status.hasSuffix("_FAILED") } ?? last
    var causes = [explanation(of: telling, seen: seen.union([id]))]
    if telling.status.hasSuffix("_FAILED") {
      if let inner = inner[id] { causes[0].causes.append(inner) }
    } else if let turn = turn(seen: seen.union([id])), last.sequence > turn.sequence {
      causes.append(turn.explanation)
    }
    return Explanation(line, causes: causes)
  }

  // MARK: - Events

  private func explanation(of event: Event, seen: Set<String>) -> Explanation {
    var line = TonedLine(event.time.description + "  ", .faint)
    line.append(event.status, event.tone)
    if !event.reason.isEmpty { line.append("  \(event.reason)") }
    line.append("  operation \(entry.number), \(entry.operation.kind.rawValue)", .faint)
    var causes: [Explanation] = []
    // Each link explains the one before it.
    for cause in event.causes.reversed() {
      causes = [explanation(of: cause, below: causes, seen: seen)]
    }
    return Explanation(line, causes: causes)
  }

  private func explanation(of cause: Cause, below: [Explanation], seen: Set<String>) -> Explanation {
    switch cause {
    case .step(let key, let verb):
      return Explanation("the step `\(key)` of its \(verb) didn't end", causes: below)
    case .request(let request): return Explanation(request)
    case .resource(let other):
      if seen.contains(other) { return Explanation("\(other) failed", causes: below) }
      return explanation(of: other, seen: seen)
    }
  }

  /// The instant when the operation went back, and why it did.
  private func turn(seen: Set<String>) -> (sequence: Int, explanation: Explanation)? {
    let turn = events.first { $0.logicalID == nil && $0.status.hasSuffix("ROLLBACK_IN_PROGRESS") }
    guard let turn else { return nil }
    var line = TonedLine(turn.time.description + "  ", .faint)
    line.append(turn.status, .bad)
    line.append("  operation \(entry.number) went back")
    return (turn.sequence, Explanation(line, causes: failures(but: seen)))
  }

  /// Why each resource failed that failed by itself.
  private func failures(but seen: Set<String>) -> [Explanation] {
    let first = events.filter { event in
      guard let id = event.logicalID, event.status.hasSuffix("_FAILED"), !seen.contains(id) else {
        return false
      }
      return !event.causes.contains { if case .resource = $0 { true } else { false } }
    }
    var told: Set<String> = []
    let ids = first.compactMap(\.logicalID).filter { told.insert($0).inserted }
    return ids.prefix(3).map { explanation(of: $0, seen: seen.union(ids)) }
  }

  // MARK: - What was never begun

  private func untouched(_ id: String, seen: Set<String>) -> Explanation {
    let operation = entry.operation
    var line = TonedLine(id, .strong)
    guard operation.phase != .succeeded else {
      line.append(" wasn't touched by operation \(entry.number), which succeeded")
      return Explanation(line)
    }
    if operation.isUnfinished {
      line.append(" wasn't begun yet by operation \(entry.number)")
      let waits = needs[id, default: []].filter { need in
        let last = events.last { $0.logicalID == need }
        return last?.status.hasSuffix("_IN_PROGRESS") ?? false
      }
      return Explanation(
        line, causes: waits.map { Explanation("it needs \($0), which isn't ready") })
    }
    line.append(" was never begun by operation \(entry.number)")
    if let path = path(from: id) {
      let chain = path.dropFirst().joined(separator: ", which needs ")
      return Explanation(
        line,
        causes: [
          Explanation(
            "it needs \(chain)", causes: [explanation(of: path[path.count - 1], seen: seen.union(path))])
        ])
    }
    let failures = failures(but: seen)
    let why = failures.isEmpty ? operation.reason : "the operation began nothing more after the first failure"
    return Explanation(line, causes: [Explanation(why, causes: failures)])
  }

  /// The way from a resource along what it needs to the nearest that failed.
  private func path(from id: String) -> [String]? {
    let failed = Set(events.filter { $0.status.hasSuffix("_FAILED") }.compactMap(\.logicalID))
    var open = [[id]]
    var seen: Set<String> = [id]
    var next = 0
    while next < open.count {
      let path = open[next]
      next += 1
      for need in needs[path[path.count - 1]] ?? [] where seen.insert(need).inserted {
        if failed.contains(need) { return path + [need] }
        open.append(path + [need])
      }
    }
    return nil
  }
}

extension Explanation {
  /// A request, with what came back.
  init(_ request: FailedRequest) {
    var line = TonedLine("\(request.method) \(request.url)", .strong)
    line.append(" → ")
    line.append(
      request.status.map { "\($0)" } ?? "no answer", request.status.map { $0 < 400 } ?? false ? .plain : .bad)
    var causes = [Explanation("\(request.service) said: \(request.message)")]
    if let id = request.requestID { causes.append(Explanation("its request id is \(id)")) }
    self.init(line, causes: causes)
  }
}

extension Event {
  fileprivate var tone: TonedLine.Tone {
    if status.hasSuffix("_FAILED") { return .bad }
    return status.hasSuffix("_IN_PROGRESS") ? .active : .good
  }
}
