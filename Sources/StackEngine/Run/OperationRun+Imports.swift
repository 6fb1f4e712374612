import Document
import OrderedCollections
import Templates

extension OperationRun {
  /// Takes what is in the cloud already into the stack, as it is.
  func take(
    _ physicalID: String, _ definition: ResourceDefinition, _ type: any ResourceType, _ target: Wanted
  ) async throws {
    var resource = current[definition.logicalID] ?? fresh(definition, .importInProgress)
    resource.status = .importInProgress
    resource.reason = ""
    resource.isImported = true
    resource.properties = target.properties
    resource.metadata = target.metadata
    resource.metadataIsSecret = target.metadataIsSecret
    resource.tags = target.evaluated.tags
    resource.physical = PhysicalResource(id: physicalID)
    try await keep(resource)
    let call = call(for: resource, previous: nil, verb: "import", isFresh: false)
    do {
      try await checkUnowned(physicalID, type)
      let seen = try await patiently(on: resource) {
        try await type.observe(PhysicalResource(id: physicalID), call)
      }
      resource.physical = try Self.accepted(seen, physicalID, type)
      for (name, value) in seen?.properties ?? [:] { resource.properties.values[name] = value }
      resource.status = .importComplete
    } catch {
      if let loss = ledger.loss { throw loss }
      resource.status = .importFailed
      resource.reason = sentence(of: error)
      // Nothing of it is the stack's, so nothing of it may be deleted with the stack.
      resource.physical = nil
      try await keep(resource)
      throw error
    }
    try await keep(resource)
  }

  private static func accepted(
    _ seen: Observation?, _ physicalID: String, _ type: any ResourceType
  ) throws -> PhysicalResource {
    guard let seen else {
      throw EngineError(
        .notImportable, "a \(type.name) can't be imported", hint: "let kiln make a new one")
    }
    switch seen.condition {
    case .gone: throw EngineError(.notImportable, "the cloud has no \(type.name) with the id \(physicalID)")
    case .unsound(let sentence): throw EngineError(.notImportable, "\(physicalID) doesn't work: \(sentence)")
    case .sound: return seen.resource
    }
  }

  private func checkUnowned(_ physicalID: String, _ type: any ResourceType) async throws {
    for head in try await ledger.journal.summaries(includingDeleted: false) {
      let stack = try await ledger.journal.stack(id: head.identity.id)
      for owned in stack?.resources.values.elements ?? []
      where owned.physical?.id == physicalID && owned.type == type.name && owned.status != .importInProgress {
        throw EngineError(
          .notImportable, "\(physicalID) is \(owned.logicalID) of the stack \(head.identity.name)",
          hint: "delete it there with its deletion policy as Retain, or refer to that stack's outputs")
      }
    }
  }
}
