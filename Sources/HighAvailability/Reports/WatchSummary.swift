package import Ambience
package import Document
package import OrderedCollections
import StackEngine

/// How an application fares, as the store has it, whichever process watches it.
package struct WatchSummary: Sendable, Hashable {
  package let application: String
  /// Nil where an older kiln has watched it.
  package let target: Target?
  package let scope: ScopeLevel
  /// What it is a part of.
  package let parent: String?
  package let state: ApplicationStatus.State
  /// Since when that is so, as far as is known: of one that fails since the first failure.
  package let since: Timestamp
  /// The last step of the present failure, such as `restart 2`.
  package let rung: String?
  /// Why it fails, or why it did the last time.
  package let reason: String?
  /// The present incident.
  package let incident: String?
  /// Who watches it; nil when nobody does.
  package let leader: String?
  /// Why nothing is done about its failure, where so much fails at once that its watcher does nothing at all; else nil.
  package let frozen: String?

  /// The summary for programs.
  package var value: OrderedDictionary<String, Value> {
    [
      "application": .string(application), "stack": target.map { .string($0.stack) } ?? .null,
      "resource": target.flatMap { $0.isStack ? nil : .string($0.logicalID) } ?? .null,
      "scope": .string(scope.rawValue), "parent": parent.map { .string($0) } ?? .null,
      "state": .string(state.rawValue),
      "since": .string(since.description), "rung": rung.map { .string($0) } ?? .null,
      "reason": reason.map { .string($0) } ?? .null, "incident": incident.map { .string($0) } ?? .null,
      "leader": leader.map { .string($0) } ?? .null, "frozen": frozen.map { .string($0) } ?? .null,
    ]
  }
}

extension WatchSummary {
  /// Summaries as a tree: each after what it is a part of, and how deep it is in that.
  package static func tree(_ summaries: [WatchSummary]) -> [(summary: WatchSummary, depth: Int)] {
    let names = Set(summaries.map(\.application))
    var parts: [String: [WatchSummary]] = [:]
    var open: [(WatchSummary, Int)] = []
    for summary in summaries.reversed() {
      if let parent = summary.parent, names.contains(parent) {
        parts[parent, default: []].append(summary)
      } else {
        open.append((summary, 0))
      }
    }
    var tree: [(WatchSummary, Int)] = []
    while let (next, depth) = open.popLast() {
      tree.append((next, depth))
      open += (parts.removeValue(forKey: next.application) ?? []).map { ($0, depth + 1) }
    }
    // What an older policy made a part of itself has no root.
    return tree + parts.values.flatMap { $0.map { ($0, 0) } }.sorted { $0.0.application < $1.0.application }
  }
}

extension IncidentJournal {
  /// How all applications fare that the store knows, by name.
  package func status(at now: Timestamp) async throws -> [WatchSummary] {
    let watchers = try await watchers()
    var last: [String: Incident] = [:]
    for incident in try await incidents() where last[incident.application] == nil {
      last[incident.application] = incident
    }
    return try await watches().map { name, record in
      guard !record.isReleased else { return WatchSummary(name, record, last[name], leader: nil) }
      let watcher = watchers[record.holder]
      return WatchSummary(
        name, record, last[name], leader: watcher?.phrase(at: now) ?? "another program",
        suspicion: watcher?.suspicion)
    }
  }

  /// What the last supervisors of all applications have left, by name.
  func watches() async throws -> [(application: String, record: WatchRecord)] {
    try await store.pages(of: Self.watches).map { note in
      try explained(note.page) { (note.page, try WatchRecord(note.record)) }
    }
  }
}

extension WatchSummary {
  init(
    _ name: String, _ record: WatchRecord, _ last: Incident?, leader: String?, suspicion: String? = nil
  ) {
    let (state, failure) = (record.state, record.state.failure)
    let reason: String? =
      switch state.phase {
      case .held(let reason), .gaveUp(let reason): reason
      default: failure?.reason ?? last?.reason
      }
    self.init(
      application: name, target: record.target ?? last?.target, scope: record.scope, parent: record.parent,
      state: Self.state(record),
      since: failure?.start ?? state.healthySince ?? record.saved,
      rung: failure?.lastStep.flatMap { step in
        state.rungs.indices.contains(step.rung) ? "\(state.rungs[step.rung]) \(step.attempt)" : nil
      }, reason: reason, incident: record.incident, leader: leader, frozen: failure == nil ? nil : suspicion)
  }

  private static func state(_ record: WatchRecord) -> ApplicationStatus.State {
    let state = record.state
    if record.isReleased { return .unwatched }
    if state.isInMaintenance { return .maintenance }
    return switch state.phase {
    case .watching: state.failure != nil ? .down : state.healthySince == nil ? .starting : .up
    case .planned: .planned
    case .acting: .acting
    case .settling: .settling
    case .held: .held
    case .gaveUp: .gaveUp
    }
  }
}
