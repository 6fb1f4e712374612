import Ambience
import Document

// What an engine that has lost its lease still owes.
//
// Before each request that changes the cloud it is made sure that the lease holds (`Fence`), so all that an engine can
// do after that is the one request that was on its way when its process paused. Late as it comes, it can do this:
//
// - A second deletion finds nothing, and a second update of the same says the same.
// - What a late create makes has the physical name that the new holder looks for, several times within seconds. If
//   it comes later, the new holder has made another, and the late one is nobody's: the journal doesn't have it. Its
//   maker, who alone knows of it, deletes it.
extension OperationRun {
  private static let pause = Duration.seconds(2)
  private static let patience = Duration.seconds(600)

  /// Deletes what a create has made too late, unless the new holder has found it.
  func disown(_ resource: ResourceRecord, _ type: any ResourceType, _ call: ResourceCall) async {
    guard let steps = call.journal as? CallSteps else { return }
    let made = await steps.unkept
    if made.isEmpty { return }
    let end = ambient.uptime() + Self.patience
    while ambient.uptime() < end {
      if let kept = try? await steps.entriesNow(), await isDecided(made, kept) {
        let strays = made.filter { !kept.contains($0) }
        guard let stray = PhysicalResource(madeBy: strays) else { return }
        // What the journal doesn't have is no other engine's either.
        await Fence.$current.withValue(nil) { try? await type.delete(stray, call.afterwards) }
        return
      }
      do { try await ambient.sleep(Self.pause) } catch { return }
    }
  }

  /// Whether the new holder won't look for what was made any more.
  private func isDecided(_ made: [StepEntry], _ kept: [StepEntry]) async -> Bool {
    let isKept = made.allSatisfy { entry in
      kept.contains { $0.key == entry.key && $0.record != .interrupted }
    }
    if isKept { return true }
    guard let operation = try? await ledger.journal.operation(record.id) else { return false }
    return !operation.isUnfinished
  }
}

extension ResourceCall {
  /// The same call without a journal, for what is no operation's any more.
  fileprivate var afterwards: ResourceCall {
    ResourceCall(
      stack: stack, logicalID: logicalID, properties: properties, physicalName: physicalName,
      ambient: ambient,
      journal: Unrecorded(), signals: signals, nested: nested, lookUp: lookUp)
  }
}

/// Steps that nothing remembers.
private struct Unrecorded: StepJournal {
  func begin(_ key: String) async throws -> StepRecord { .new }
  func end(_ key: String, result: Value) async throws {}
  func entries() async throws -> [StepEntry] { [] }
}
