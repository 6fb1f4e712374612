import Ambience
import Document
import OrderedCollections

extension OperationRun {
  // MARK: - Taking one

  /// Keeps what the stack is and what its resources hold.
  ///
  /// The stack's status stays what it was: nothing of the stack is changed.
  func takeSnapshot() async throws {
    let begun = try await begunSnapshot()
    let resources = begun.resources.values.filter {
      begun.contents[$0.logicalID] == nil && $0.physical != nil && snapshotType(of: $0) != nil
    }
    let walk = Walk(
      edges: Array(repeating: [], count: resources.count), concurrency: surroundings.concurrency,
      stopsAtFailure: false, timeout: record.options.timeout, cancellation: cancellation, ambient: ambient)
    let stop = await walk.run(halt: {}) { index in
      await self.keepContent(of: resources[index])
      return true
    }
    try checkLedger()
    guard let stop = stop ?? (failures.isEmpty ? nil : .failed) else {
      end(.succeeded)
      return try await keep(.complete, event: "SNAPSHOT_COMPLETE", reason: unkept)
    }
    let reason = reason(of: stop)
    end(.failed, reason)
    try await keep(.failed, event: "SNAPSHOT_FAILED", reason: reason)
    throw error(stop, reason)
  }

  private func begunSnapshot() async throws -> SnapshotRecord {
    if let kept { return kept }
    guard let reference = record.snapshot else {
      throw EngineError(.operationFailed, "the journal doesn't say which snapshot was to be taken")
    }
    let stack = snapshot()
    // What was found fit before the lease was had may have changed.
    try stack.checkWhole()
    let others = try await ledger.journal.snapshots(of: record.stack.id)
    if others.contains(where: { $0.name == reference.name }) {
      throw EngineError.snapshotExists(reference.name, of: record.stack.name)
    }
    let begun = SnapshotRecord(
      id: reference.id, name: reference.name, stack: record.stack, operation: record.id,
      created: ambient.now(), blueprint: stack.head.blueprint, resources: stack.resources)
    kept = begun
    try await keep(.inProgress, event: "SNAPSHOT_IN_PROGRESS", reason: "User Initiated")
    return begun
  }

  private func snapshotType(of resource: ResourceRecord) -> (any SnapshottableResource)? {
    (try? catalog.type(of: resource)) as? any SnapshottableResource
  }

  private func keepContent(of resource: ResourceRecord) async {
    guard let snapshot = kept, let physical = resource.physical, let type = snapshotType(of: resource) else {
      return
    }
    let id = resource.logicalID
    let call = call(of: snapshot, resource, verb: "snapshot", isFresh: !isResumed)
    do {
      try await ledger.keep([.event(event(of: resource, "SNAPSHOT_IN_PROGRESS", ""))])
      let content: Value?
      do {
        content = try await patiently(on: resource) { try await type.snapshot(physical, call) }
      } catch {
        if ledger.loss != nil { return }
        note(error, on: id)
        let causes = await causes(of: error, call, "snapshot")
        let told = event(of: resource, "SNAPSHOT_FAILED", sentence(of: error), causes)
        return try await ledger.keep([.event(told)])
      }
      kept?.contents[id] = content
      try await ledger.keep(
        keptEntries + [
          .event(
            event(of: resource, "SNAPSHOT_COMPLETE", content == nil ? "it holds nothing of its own" : ""))
        ])
    } catch {
      // The ledger has lost its journal: `checkLedger` tells that.
    }
  }

  /// What the snapshot's reason says of stacks inside: silence would be a lie.
  private var unkept: String {
    let inside = current.values.filter { $0.physical?.nestedStack != nil }.map(\.logicalID).sorted()
    return inside.isEmpty ? "" : "what stacks inside hold isn't kept: \(inside.joined(separator: ", "))"
  }

  // MARK: - Going back to one

  /// What a resource is made from that goes back to a snapshot.
  func content(for logicalID: String, _ type: any ResourceType) -> Value? {
    guard record.kind == .update, record.phase == .forward, let kept,
      kept.resources[logicalID]?.type == type.name
    else { return nil }
    return kept.contents[logicalID]
  }

  // MARK: - Deleting one

  /// Deletes a snapshot with what the cloud keeps for it.
  func deleteSnapshot() async throws {
    guard kept != nil else {
      end(.succeeded)
      return try await ledger.keep([.operation(record)])
    }
    let stop = try await discardSnapshot()
    guard let stop else {
      end(.succeeded)
      return try await ledger.keep([.operation(record)])
    }
    let reason = reason(of: stop)
    end(.failed, reason)
    try await ledger.keep([.operation(record)])
    throw error(stop, reason)
  }

  /// Deletes all snapshots of the stack.
  ///
  /// They go when the resources are gone, as what was made from a copy may need it: Ceph keeps images that servers
  /// were made from.
  func discardSnapshots() async throws -> Stop? {
    for snapshot in try await ledger.journal.snapshots(of: record.stack.id) {
      kept = snapshot
      if let stop = try await discardSnapshot() { return stop }
    }
    return nil
  }

  private func discardSnapshot() async throws -> Stop? {
    guard let snapshot = kept else { return nil }
    let name = snapshot.name
    try await keep(
      .deleteInProgress, event: "SNAPSHOT_DELETE_IN_PROGRESS", reason: "the snapshot \(name)")
    let resources = snapshot.resources.values.filter { $0.physical != nil && snapshotType(of: $0) != nil }
    let walk = Walk(
      edges: Array(repeating: [], count: resources.count), concurrency: surroundings.concurrency,
      stopsAtFailure: false, timeout: nil, cancellation: cancellation, ambient: ambient)
    let stop = await walk.run(halt: {}) { index in
      await self.discardContent(of: resources[index])
      return true
    }
    try checkLedger()
    if let stop = stop ?? (failures.isEmpty ? nil : .failed) {
      let why = "the snapshot \(name): \(reason(of: stop))"
      try await keep(.deleteFailed, event: "SNAPSHOT_DELETE_FAILED", reason: why)
      return stop
    }
    kept = nil
    try await ledger.keep([
      .snapshotRemoval(id: snapshot.id),
      .event(event("SNAPSHOT_DELETE_COMPLETE", "the snapshot \(name)")),
    ])
    return nil
  }

  private func discardContent(of resource: ResourceRecord) async {
    guard let snapshot = kept, let type = snapshotType(of: resource) else { return }
    let content = snapshot.contents[resource.logicalID]
    let call = call(of: snapshot, resource, verb: "delete_snapshot", isFresh: false)
    do {
      if content == nil { try await waitForCutOff(resource, snapshot) }
      try await patiently(on: resource) { try await type.deleteSnapshot(content, call) }
    } catch {
      if ledger.loss == nil { note(error, on: resource.logicalID) }
    }
  }

  /// Waits as long as what was sent last, and had no answer, may be on its way.
  private func waitForCutOff(_ resource: ResourceRecord, _ snapshot: SnapshotRecord) async throws {
    let call = call(
      of: snapshot, resource, verb: "snapshot", isFresh: false, operation: snapshot.operation)
    guard try await call.journal.entries().contains(where: { $0.record == .interrupted }) else { return }
    try await ambient.sleep(ResourceCall.longestSearch)
  }

  // MARK: - Parts

  /// A call on what a snapshot keeps of a resource, which has a name of its own.
  private func call(
    of snapshot: SnapshotRecord, _ resource: ResourceRecord, verb: String, isFresh: Bool,
    operation: String? = nil
  ) -> ResourceCall {
    var resource = resource
    resource.physicalName = snapshot.physicalName(of: resource.logicalID)
    return call(
      for: resource, previous: resource.properties, verb: verb, isFresh: isFresh, operation: operation)
  }

  private var keptEntries: [JournalEntry] { kept.map { [.snapshot($0)] } ?? [] }

  /// Keeps the snapshot's new status with the event that tells it.
  private func keep(_ status: SnapshotRecord.Status, event: String, reason: String) async throws {
    kept?.status = status
    kept?.reason = status == .inProgress || status == .deleteInProgress ? "" : reason
    try await ledger.keep([.operation(record)] + keptEntries + [.event(self.event(event, reason))])
  }

  private func event(_ status: String, _ reason: String) -> Event {
    Event(
      sequence: 0, time: ambient.now(), stack: record.stack, logicalID: nil, physicalID: record.stack.id,
      type: stackType, status: status, reason: reason, operation: record.id)
  }
}
