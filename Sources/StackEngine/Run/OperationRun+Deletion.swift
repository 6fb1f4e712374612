import Ambience
import Document
import Templates

extension OperationRun {
  /// Takes a step of the cleanup phase.
  func remove(_ step: Step) async -> Bool {
    guard let resource = superseded[step.physicalName ?? ""] ?? current[step.logicalID] else { return true }
    let handling = StepHandling(
      resource: { self.superseded[resource.physicalName] ?? self.current[resource.logicalID] ?? resource },
      skip: { if self.record.kind == .delete { try await self.retain(resource, "it was asked to be left") } })
    return await insist(resource.logicalID, handling) {
      if step.action == .retain { return try await self.retain(resource, step.reason) }
      let context = self.context(of: resource, resource.properties, over: nil)
      if resource.physical != nil { try await self.pass(.preDelete, context, of: resource) }
      let entries = try await self.delete(resource) { deleted in
        if resource.physical != nil { try await self.finish(.postDelete, context, of: deleted) }
      }
      try await self.ledger.keep(entries)
      self.forget(resource)
    }
  }

  /// Takes a resource out of the stack, and leaves it in the cloud.
  private func retain(_ resource: ResourceRecord, _ reason: String) async throws {
    let told = event(of: resource, ResourceStatus.deleteSkipped.rawValue, reason)
    try await ledger.keep([removal(of: resource), .event(told)])
    forget(resource)
  }

  func removal(of resource: ResourceRecord) -> JournalEntry {
    .removal(physicalName: resource.physicalName, stack: record.stack.id)
  }

  func forget(_ resource: ResourceRecord) {
    if resource.isSuperseded {
      superseded[resource.physicalName] = nil
    } else {
      current[resource.logicalID] = nil
    }
  }

  /// Deletes what exists of a resource; `finish` is called when it is gone.
  ///
  /// - Returns: What to keep then.
  func delete(
    _ resource: ResourceRecord, finish: (ResourceRecord) async throws -> Void = { _ in }
  ) async throws -> [JournalEntry] {
    let before = resource
    var resource = resource
    resource.status = .deleteInProgress
    resource.reason = ""
    try await keep(resource)
    do {
      let type = try catalog.type(of: resource)
      if before.physical == nil { resource.physical = try await remains(of: before, type) }
      if let physical = resource.physical, type.notesItsHolders || !isOfAnother(physical, resource) {
        let policy = resource.isSuperseded ? resource.updateReplacePolicy : resource.deletionPolicy
        let call = call(
          for: resource, previous: nil, verb: "delete", isFresh: false, keepsSnapshot: policy == .snapshot)
        try await patiently(on: resource) { try await type.delete(physical, call) }
      }
      try await finish(resource)
    } catch {
      if let loss = ledger.loss { throw loss }
      resource.status = .deleteFailed
      resource.reason = error is CancellationError ? "Resource deletion cancelled" : sentence(of: error)
      let call = call(for: resource, previous: nil, verb: "delete", isFresh: false)
      try await keep(resource, causes: await causes(of: error, call, "delete"))
      throw error
    }
    let told = event(of: resource, ResourceStatus.deleteComplete.rawValue, "")
    return [removal(of: resource), .event(told)]
  }

  /// Whether what is to be deleted is another resource's by now, such as a link of the same ends under another
  /// logical ID.
  private func isOfAnother(_ physical: PhysicalResource, _ resource: ResourceRecord) -> Bool {
    let own = resource.isSuperseded ? superseded[resource.physicalName] : current[resource.logicalID]
    let owners = current.owners(of: physical.id) + superseded.owners(of: physical.id)
    guard owners > (own?.physical?.id == physical.id ? 1 : 0) else { return false }
    return (current.values + superseded.values).contains {
      $0.physicalName != resource.physicalName && $0.type == resource.type && $0.status.isUsable
        && $0.physical?.id == physical.id
    }
  }

  /// What a creation that didn't end has left.
  private func remains(of resource: ResourceRecord, _ type: any ResourceType) async throws
    -> PhysicalResource?
  {
    let call = call(
      for: resource, previous: nil, verb: "create", isFresh: false, operation: resource.createdBy)
    let steps = try await call.journal.entries()
    if steps.isEmpty { return nil }
    if resource.isCutOff, steps.contains(where: { $0.record == .interrupted }) {
      // What was sent last may be on its way still.
      let age = ambient.now() - resource.updated
      try await ambient.sleep(ResourceCall.longestSearch - min(max(age, .zero), ResourceCall.longestSearch))
    }
    return try await patiently(on: resource) { try await type.remains(call) }
  }
}
