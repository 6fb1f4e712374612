import Ambience
import OrderedCollections

// What is noted of a stack without an operation.

extension Engine {
  /// Marks a resource as broken, so that the next update replaces it, or as sound again.
  ///
  /// `reason` says what is wrong with it; nil takes the mark away.
  package func mark(_ logicalID: String, of name: String, unhealthy reason: String?) async throws {
    let stack = try await describe(name)
    guard var resource = stack.resources[logicalID] else { throw noSuchResource(logicalID, in: stack) }
    try checkInUse(stack.head)
    guard resource.status.isUsable || resource.status == .checkFailed else {
      throw EngineError(
        .unhealthy, "\(logicalID) is \(resource.status.rawValue)", hint: "an update mends it anyway")
    }
    resource.status = reason == nil ? .checkComplete : .checkFailed
    resource.reason = reason ?? ""
    resource.updated = ambient.now()
    var head = stack.head
    // What failed is to be told, and to be taken up again, as that.
    let hasFailed = head.status.rawValue.hasSuffix("_FAILED") && head.status != .checkFailed
    if let reason, !hasFailed {
      head.status = .checkFailed
      head.reason = "\(logicalID): \(reason)"
    } else if head.status == .checkFailed,
      !stack.resources.values.contains(where: { $0.isBroken(but: logicalID) })
    {
      head.status = .checkComplete
      head.reason = ""
    }
    let told = Event(
      sequence: 0, time: ambient.now(), stack: stack.identity, logicalID: logicalID,
      physicalID: resource.physical?.id, type: resource.type, status: resource.status.rawValue,
      reason: resource.reason)
    try await amend(head, [.resource(resource, stack: stack.identity.id), .event(told)])
  }

  /// Forbids a stack's deletion, or allows it again.
  package func protect(_ name: String, _ isProtected: Bool = true) async throws {
    var head = try await head(of: name)
    head.isProtected = isProtected
    try await amend(head, [])
  }

  /// Says what updates may do to a stack's resources; nil for anything.
  package func setPolicy(_ policy: StackPolicy?, of name: String) async throws {
    var head = try await head(of: name)
    head.policy = policy
    try await amend(head, [])
  }

  /// Keeps a changed head with what belongs to it, unless an operation is in progress; plans made before are outdated.
  func amend(_ head: StackHead, _ entries: [JournalEntry]) async throws {
    let id = head.identity.id
    var head = head
    head.revision += 1
    head.updated = ambient.now()
    guard running[id] == nil, let lease = try await journal.claim(id, by: holder) else {
      throw inProgress(head.identity.name)
    }
    do {
      try await checkEnded(head.identity)
      _ = try await journal.append([.stack(head)] + entries, under: lease)
    } catch {
      try? await journal.release(lease)
      throw error
    }
    try await journal.release(lease)
    await bells.ring(id)
  }
}

extension ResourceRecord {
  fileprivate func isBroken(but logicalID: String) -> Bool {
    self.logicalID != logicalID && status.isFailure
  }
}
