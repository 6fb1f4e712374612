import Document
import OrderedCollections

extension OperationRun {
  /// Visits every resource, and keeps what came of that.
  ///
  /// A resource that fails keeps no other from its visit.
  func visit(_ visit: Visit) async throws {
    if !isResumed || head.status != visit.statuses.inProgress {
      head.revision += 1
      try await keep(visit.statuses.inProgress, reason: "User Initiated")
    }
    let resources = snapshot().resources.values.filter { isVisited($0, by: visit) }
    let walk = Walk(
      edges: edges(resources, visit), concurrency: surroundings.concurrency, stopsAtFailure: false,
      timeout: record.options.timeout, cancellation: cancellation, ambient: ambient)
    let stop = await walk.run(halt: {}) { index in
      await self.visit(visit, resources[index])
      return true
    }
    try checkLedger()
    let broken = current.values.filter {
      ($0.status.isFailure || $0.physical == nil) && !record.options.skipped.contains($0.logicalID)
    }
    for resource in broken.sorted(by: { $0.logicalID < $1.logicalID })
    where !failures.contains(where: { $0.logicalID == resource.logicalID }) {
      let sentence = "\(resource.status.rawValue)" + (resource.reason.isEmpty ? "" : ", \(resource.reason)")
      failures.append(
        Failure(
          logicalID: resource.logicalID, sentence: sentence, error: EngineError(.operationFailed, sentence)))
    }
    guard let stop = stop ?? (failures.isEmpty ? nil : .failed) else {
      end(.succeeded)
      return try await keep(visit.statuses.complete, reason: unchecked)
    }
    let reason = reason(of: stop)
    end(.failed, reason)
    try await keep(visit.statuses.failed, reason: reason)
    throw error(stop, reason)
  }

  private func isVisited(_ resource: ResourceRecord, by visit: Visit) -> Bool {
    if record.options.skipped.contains(resource.logicalID) { return false }
    guard resource.physical != nil, let type = try? catalog.type(of: resource) else { return false }
    switch visit {
    case .check: return resource.status.isUsable || resource.status == .checkFailed
    case .suspend, .resume: return type is any SuspendableResource || resource.physical?.nestedStack != nil
    }
  }

  /// Those that come first: what a resource needs, or when suspending what needs it; nobody waits for a check.
  private func edges(_ resources: [ResourceRecord], _ visit: Visit) -> [[Int]] {
    var edges: [[Int]] = Array(repeating: [], count: resources.count)
    if visit == .check { return edges }
    let indices = Dictionary(uniqueKeysWithValues: resources.enumerated().map { ($1.logicalID, $0) })
    for (index, resource) in resources.enumerated() {
      for need in resource.dependencies.compactMap({ indices[$0] }) {
        if visit == .suspend { edges[need].append(index) } else { edges[index].append(need) }
      }
    }
    return edges
  }

  private func visit(_ visit: Visit, _ resource: ResourceRecord) async {
    var resource = resource
    do {
      guard let physical = resource.physical else { return }
      let type = try catalog.type(of: resource)
      // What another operation has failed on stays known as that.
      let isSound = resource.status.isUsable || visit == .check || resource.status.isOfVisit
      if let status = visit.resourceStatuses.inProgress, isSound {
        resource.status = status
        resource.reason = ""
        try await keep(resource)
      }
      let call = call(for: resource, previous: resource.properties, verb: visit.rawValue, isFresh: !isResumed)
      do {
        let before = resource
        let seen = try await patiently(on: before) {
          try await Self.visit(visit, type, physical, call)
        }
        guard let seen else { return notice(unchecked: resource) }
        resource.physical = seen
        guard isSound else { return try await keep(resource) }
        resource.status = visit.resourceStatuses.complete
        resource.reason = ""
      } catch {
        // A check that is broken off is no verdict.
        if ledger.loss != nil || error is CancellationError && visit == .check { return }
        resource.status = visit.resourceStatuses.failed
        resource.reason = error is CancellationError ? "cancelled" : sentence(of: error)
        note(error, on: resource.logicalID)
        return try await keep(resource, causes: await causes(of: error, call, visit.rawValue))
      }
      try await keep(resource)
    } catch is Ledger.Loss {
    } catch {
      note(error, on: resource.logicalID)
    }
  }

  /// Visits a resource; nil when its type can't ask the cloud.
  private static func visit(
    _ visit: Visit, _ type: any ResourceType, _ physical: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource? {
    if let name = physical.nestedStack {
      try await call.nested.visit(visit, name)
      return physical
    }
    switch visit {
    case .check:
      guard let seen = try await type.observe(physical, call) else { return nil }
      switch seen.condition {
      case .sound: return seen.resource
      case .gone: throw EngineError(.unhealthy, "it is gone from the cloud")
      case .unsound(let sentence): throw EngineError(.unhealthy, sentence)
      }
    case .suspend: try await (type as? any SuspendableResource)?.suspend(physical, call)
    case .resume: try await (type as? any SuspendableResource)?.resume(physical, call)
    }
    return physical
  }

  private func notice(unchecked resource: ResourceRecord) { uncheckedIDs.append(resource.logicalID) }

  /// What the stack's reason says of resources whose types can't ask the cloud: silence would be a lie.
  private var unchecked: String {
    if uncheckedIDs.isEmpty { return "" }
    return "not checked, as their types can't be: " + uncheckedIDs.sorted().joined(separator: ", ")
  }
}
