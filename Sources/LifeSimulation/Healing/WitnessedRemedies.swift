import Ambience
import HighAvailability
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

  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
    let record = await course.patients.record(of: target)
    if let record, let id = record.physical?.id {
      course.chronicle.change { $0.names[target, default: [:]][record.physicalName] = id }
    }
    let act = course.chronicle.begin(
      HealingHistory.Act(
        process: process, application: application, target: target, action: action.phrase,
        isDisturbing: action.isDisturbing, tag: tag, server: record?.physical?.id,
        span: .init(from: course.ambient.uptime())))
    course.note("process \(process): \(action.phrase) of \(target) for \(application), \(tag)")
    defer { course.chronicle.end(act) }
    do {
      try await inner.perform(action, on: target, for: application, tag: tag)
      if case .notify = action {} else { course.chronicle.takeEffect(act) }
      course.note("process \(process): \(action.phrase) of \(target) is done")
    } catch {
      course.note("process \(process): \(action.phrase) of \(target) failed: \(error)")
      throw error
    }
  }

  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? {
    try await inner.trail(of: tag, on: target, waits: waits)
  }
}
