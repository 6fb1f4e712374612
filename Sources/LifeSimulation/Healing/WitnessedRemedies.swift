import Ambience
import HighAvailability
import OrderedCollections
import StackEngine

/// Remedies of which every use is written down.
struct WitnessedRemedies: Remedies {
  let inner: EngineRemedies
  let process: Int
  let course: HealingSurroundings

  func readiness(of target: Target) async throws -> Readiness { try await inner.readiness(of: target) }

  func reach(of action: Action, on target: Target) async throws -> Set<Target> {
    try await inner.reach(of: action, on: target)
  }

  func tags(of target: Target) async throws -> [String: String] { try await inner.tags(of: target) }

  func takeUpAbandoned(where isMeant: @Sendable (_ stack: String) async -> Bool) async throws {
    try await inner.takeUpAbandoned(where: isMeant)
  }

  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
    let record = await course.patients.record(of: target)
    if let record, let id = record.physical?.id {
      course.chronicle.change { $0.names[target, default: [:]][record.physicalName] = id }
    }
    let before = await servers(replacedBy: action, target)
    var begun = HealingHistory.Act(
      process: process, application: application, target: target, action: action.bare.phrase,
      isDisturbing: action.isDisturbing, tag: tag, server: record?.physical?.id,
      span: .init(from: course.ambient.uptime()))
    if let before, case .replace(let replacement) = action {
      begun.reach = (try? await inner.reach(of: action, on: target)) ?? []
      begun.replacement = HealingHistory.Exchange(
        strategy: replacement.strategy, members: Set(replacement.members), whole: Set(before.keys))
    }
    let act = course.chronicle.begin(begun)
    course.note("process \(process): \(action.phrase) of \(target) for \(application), \(tag)")
    defer { course.chronicle.end(act) }
    do {
      try await inner.perform(action, on: target, for: application, tag: tag)
      if case .notify = action {} else { course.chronicle.takeEffect(act) }
      if let before, let after = await servers(replacedBy: action, target) {
        course.chronicle.replaced(Set(before.keys.filter { before[$0] != after[$0] }), by: act)
      }
      course.note("process \(process): \(action.phrase) of \(target) is done")
    } catch {
      course.note("process \(process): \(action.phrase) of \(target) failed: \(error)")
      throw error
    }
  }

  /// The physical IDs of the servers of a stack that are whole, where it matters which an action replaces.
  private func servers(replacedBy action: Action, _ target: Target) async -> [String: String]? {
    guard course.hasFamilies, case .replace = action,
      let stack = await course.store.stack(named: target.stack)
    else { return nil }
    var found: [String: String] = [:]
    for resource in stack.resources.values where resource.status.isUsable {
      found[resource.logicalID] = resource.physical?.id
    }
    return found
  }

  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? {
    try await inner.trail(of: tag, on: target, waits: waits)
  }
}
