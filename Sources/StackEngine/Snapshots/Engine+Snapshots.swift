import Ambience
import Document
import OrderedCollections

// Snapshots, as Heat's: what a stack is now is kept, data and all, and an update leads back to it.

extension Engine {
  /// Starts to keep what a stack is now, with the data of its resources, under a name: `snapshot-1` and so on if none is
  /// given.
  ///
  /// - Throws: `snapshot_exists` when the stack has one of that name, `wrong_status` when it isn't whole.
  package func takeSnapshot(of stackName: String, as name: String? = nil) async throws -> Operation {
    if let name { try checkName(name, of: "snapshot") }
    let stack = try await describe(stackName)
    try await checkIdle(stack.identity)
    try stack.checkWhole()
    let taken = Set(try await journal.snapshots(of: stack.identity.id).map(\.name))
    let free = (1...).lazy.map { "snapshot-\($0)" }.first { !taken.contains($0) }
    let chosen = name ?? free ?? "snapshot"
    if taken.contains(chosen) { throw EngineError.snapshotExists(chosen, of: stackName) }
    let reference = SnapshotReference(id: ambient.uuid(), name: chosen)
    return try await start(operation(.snapshot, reference, on: stack), plan: nil)
  }

  /// The snapshots of a stack, oldest first.
  package func snapshots(of stackName: String) async throws -> [SnapshotRecord] {
    try await journal.snapshots(of: head(of: stackName).identity.id)
  }

  package func snapshot(_ name: String, of stackName: String) async throws -> SnapshotRecord {
    let all = try await snapshots(of: stackName)
    if let found = all.first(where: { $0.name == name }) { return found }
    throw EngineError(
      .noSuchSnapshot, "\(stackName) has no snapshot \(name)",
      hint: nearest(to: name, among: all.map(\.name)).map { "did you mean \($0)?" })
  }

  /// Plans to make a stack what it was when a snapshot was taken.
  ///
  /// What has data in the snapshot is made anew from it; the rest is changed as by any update, and all of it goes back
  /// as after any when it fails.
  package func planRestore(_ stackName: String, to name: String) async throws -> Plan {
    let stack = try await describe(stackName)
    try checkThere(stack, to: "restore")
    try checkInUse(stack.head)
    let snapshot = try await snapshot(name, of: stackName)
    guard snapshot.status == .complete else {
      throw EngineError(
        .wrongStatus, "the snapshot \(name) is \(snapshot.status.rawValue), so it isn't whole",
        hint: "choose another: kiln stacks snapshot list \(stackName)")
    }
    let template = try Language.template(of: snapshot.blueprint, reader)
    let parameters = snapshot.blueprint.parameters.values
    var planner = try await planner(stack.identity, kind: .update, to: template, parameters)
    planner.tags = snapshot.blueprint.tags
    for id in snapshot.contents.keys where stack.resources[id] != nil {
      planner.replacements[id] = "it is made again from the snapshot \(name)"
    }
    var plan = try planner.plan(to: template, parameters: parameters, from: stack)
      .held(to: stack.head.policy, from: stack)
    plan.snapshot = SnapshotReference(id: snapshot.id, name: name)
    plan.purpose = "back to the snapshot \(name)"
    return try await noticing(plan, from: stack)
  }

  /// Starts to make a stack what it was when a snapshot was taken.
  package func restore(
    _ stackName: String, to name: String, options: OperationOptions = OperationOptions()
  ) async throws -> Operation {
    try await run(planRestore(stackName, to: name), options: options)
  }

  /// Starts to delete a snapshot, with what the cloud keeps for it.
  package func deleteSnapshot(_ name: String, of stackName: String) async throws -> Operation {
    let stack = try await describe(stackName)
    let snapshot = try await snapshot(name, of: stackName)
    try await checkIdle(stack.identity)
    let reference = SnapshotReference(id: snapshot.id, name: name)
    return try await start(operation(.deleteSnapshot, reference, on: stack), plan: nil)
  }

  private func operation(
    _ kind: OperationRecord.Kind, _ snapshot: SnapshotReference, on stack: StackRecord
  ) -> OperationRecord {
    var record = OperationRecord(
      id: ambient.uuid(), stack: stack.identity, kind: kind, goal: nil, origin: nil,
      options: OperationOptions(), started: ambient.now())
    record.snapshot = snapshot
    record.purpose = "the snapshot \(snapshot.name)"
    return record
  }
}

extension StackRecord {
  /// - Throws: `wrong_status` when the stack isn't what it was last asked to be.
  func checkWhole() throws(EngineError) {
    let isFailed = status.rawValue.hasSuffix("_FAILED")
    guard isFailed || head.stable == nil || isRolledBackToNothing else { return }
    throw EngineError(
      .wrongStatus, "\(identity.name) is \(status.rawValue), so there is nothing whole to keep",
      hint: "update it, go on with what failed, or go back first")
  }
}

extension EngineError {
  static func snapshotExists(_ name: String, of stack: String) -> EngineError {
    EngineError(
      .snapshotExists, "\(stack) has a snapshot \(name) already",
      hint: "delete that one, or choose another name")
  }

  static func snapshotGone(_ name: String) -> EngineError {
    EngineError(
      .noSuchSnapshot, "the snapshot \(name) that was to be gone back to is deleted",
      hint: "update the stack, or go back")
  }
}
