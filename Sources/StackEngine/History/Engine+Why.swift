import Ambience
import Document
import OrderedCollections

extension Engine {
  /// Why a resource is as it is: its event, the step that it was at, the request and the answer, or the other
  /// resource whose failure kept it from going on.
  ///
  /// The operation is named by its number in the history or by its id; without one, it is the last that touched the
  /// resource, or the last of all.
  package func why(
    _ logicalID: String, of name: String, operation wanted: String? = nil
  ) async throws -> Explanation {
    let entries = try await history(of: name)
    guard let stack = entries.last?.operation.stack else { throw noOperation(name) }
    let events = try await allEvents(of: stack.id)
    let named = try wanted.map { try entry($0, in: entries, of: name) }
    let own = events.last { $0.logicalID == logicalID }
    let parts = OperationEvents(entries.map(\.operation), events)
    let touching = entries.last { entry in parts[entry.operation].contains { $0.logicalID == logicalID } }
    if named == nil, let own, !(touching.map { parts[$0.operation].contains(own) } ?? false) {
      return Explanation(outside: own)
    }
    guard let entry = named ?? touching ?? entries.last else { throw noOperation(name) }
    let operation = entry.operation
    let needs = needs(in: operation)
    if own == nil, needs[logicalID] == nil {
      throw EngineError(
        .noSuchResource, "\(name) has no resource \(logicalID), and had none",
        hint: nearest(to: logicalID, among: needs.keys.sorted()).map { "did you mean \($0)?" })
    }
    let part = operation.stack == stack ? parts[operation] : try await self.events(of: entry)
    var inquiry = Inquiry(entry: entry, events: part, needs: needs)
    inquiry.inner = try await inside(operation, failed: part)
    if named == nil, let record = try await journal.stack(id: stack.id) {
      for (id, resource) in record.resources { inquiry.statuses[id] = resource.status }
    }
    return inquiry.explanation(of: logicalID)
  }

  private func noOperation(_ name: String) -> EngineError {
    EngineError(.noOperation, "\(name) has seen no operation")
  }

  /// Why the stacks that are resources of a stack failed, as far as they did.
  private func inside(_ operation: OperationRecord, failed events: [Event]) async throws -> [String:
    Explanation]
  {
    let failed = Set(events.filter { $0.status.hasSuffix("_FAILED") }.compactMap(\.logicalID))
    var found: [String: Explanation] = [:]
    for head in try await journal.summaries(includingDeleted: true) {
      guard let parent = head.parent, parent.stack == operation.stack.id, failed.contains(parent.logicalID)
      else { continue }
      let inner = try await allEvents(of: head.identity.id)
      guard let event = inner.last(where: { $0.logicalID != nil && $0.status.hasSuffix("_FAILED") }),
        let logicalID = event.logicalID
      else { continue }
      let reason = try await why(logicalID, of: head.identity.name)
      found[parent.logicalID] = Explanation("in its stack \(head.identity.name)", causes: [reason])
    }
    return found
  }
}

extension Explanation {
  /// An event that belongs to no operation, such as a mark.
  fileprivate init(outside event: Event) {
    var line = TonedLine(event.logicalID ?? event.stack.name, .strong)
    line.append(" is ")
    line.append(event.status, event.status.hasSuffix("_FAILED") ? .bad : .plain)
    let reason = event.reason.isEmpty ? "" : ": \(event.reason)"
    self.init(line, causes: [Explanation("\(event.time.description)  \(event.status)\(reason)")])
  }
}
