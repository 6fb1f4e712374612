import Ambience
import OrderedCollections
import Templates

extension OperationRun {
  /// Gives resources other logical IDs, all at once; the cloud isn't asked for anything.
  func rename(_ moves: OrderedDictionary<String, String>) async throws(Ledger.Loss) {
    var entries: [JournalEntry] = []
    func renamed(_ resources: ResourceTable) -> [ResourceRecord] {
      resources.values.sorted { $0.physicalName < $1.physicalName }.map { old in
        var resource = old.renamed(moves)
        guard resource != old else { return old }
        resource.updated = ambient.now()
        entries.append(.resource(resource, stack: record.stack.id))
        if resource.logicalID != old.logicalID, !old.isSuperseded {
          entries.append(
            .event(event(of: resource, resource.status.rawValue, "renamed from \(old.logicalID)")))
        }
        return resource
      }
    }
    guard !moves.isEmpty else { return }
    current = ResourceTable(renamed(current), by: .logicalID)
    superseded = ResourceTable(renamed(superseded), by: .physicalName)
    for old in moves.keys { scope.resources[old] = nil }
    try await ledger.keep(entries)
  }
}
