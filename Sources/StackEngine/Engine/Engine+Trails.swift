import Ambience
import Document
import OrderedCollections

/// What became of an operation, for those who asked for it before a crash.
package struct OperationTrail: Sendable, Hashable {
  /// The operation's id.
  package let operation: String
  package let isSuccess: Bool
  /// Why it failed; else what it was for.
  package let reason: String
  /// The cloud's name for the last request that it came to, where that is known.
  package let request: String?

  package init(operation: String, isSuccess: Bool, reason: String, request: String?) {
    self.operation = operation
    self.isSuccess = isSuccess
    self.reason = reason
    self.request = request
  }
}

extension Engine {
  /// How often an operation that another process works on is looked at.
  private static let look = Duration.seconds(2)

  /// The operation that was asked for with a tag, once it has ended.
  ///
  /// One that hasn't is waited for if asked to; then one that a dead process has left is taken up.
  ///
  /// - Returns: nil when there is none: it was never begun, and nothing was done.
  package func trail(of tag: String, on name: String, waits: Bool) async throws -> OperationTrail? {
    let stack = try await head(of: name)
    while true {
      guard let record = try await operation(tagged: tag, on: stack.identity) else { return nil }
      guard waits, record.isUnfinished else { return try await trail(of: record) }
      var operation = operation(on: name)
      if operation == nil { operation = try await takeUp(record) }
      if let operation, operation.id == record.id {
        _ = try? await operation.result()
        try Task.checkCancellation()
      } else {
        try await ambient.sleep(Self.look)
      }
    }
  }

  private func operation(tagged tag: String, on stack: StackIdentity) async throws -> OperationRecord? {
    // Most are asked for when they have just ended.
    if let newest = try await journal.operations(of: stack.id, last: 1).last, newest.options.tag == tag {
      return newest
    }
    return try await journal.operations(of: stack.id).last { $0.options.tag == tag }
  }

  /// The requests to the cloud that actions on a resource have come to, as far as their steps have kept them.
  package func requests(on logicalID: String, of name: String) async throws -> Set<String> {
    let (stack, known) = try await resource(logicalID, of: name)
    guard let resource = known else { return [] }
    var found: Set<String> = []
    for record in try await journal.operations(of: stack.identity.id, last: 50) {
      guard let action = record.action, record.target == logicalID else { continue }
      let scope = StepScope(operation: record.id, physicalName: resource.physicalName, verb: action.name)
      found.formUnion(try await journal.steps(of: scope).compactMap(\.request))
    }
    return found
  }

  private func trail(of record: OperationRecord) async throws -> OperationTrail {
    OperationTrail(
      operation: record.id, isSuccess: record.phase == .succeeded, reason: record.reason,
      request: try await lastRequest(of: record))
  }

  /// The request that failed, or else what the steps of an action have kept of theirs.
  private func lastRequest(of record: OperationRecord) async throws -> String? {
    if record.phase != .succeeded, let failed = try await failedRequest(of: record) { return failed }
    guard let action = record.action, let target = record.target,
      let resource = try await journal.resource(target, ofStack: record.stack.id)?.resource
    else { return nil }
    let scope = StepScope(operation: record.id, physicalName: resource.physicalName, verb: action.name)
    return try await journal.steps(of: scope).reversed().lazy.compactMap(\.request).first
  }

  private func failedRequest(of record: OperationRecord) async throws -> String? {
    var since = 0
    var found: String?
    while case let events = try await journal.events(of: record.stack.id, since: since, limit: 1000),
      !events.isEmpty
    {
      for event in events where event.operation == record.id {
        for case .request(let request) in event.causes { found = request.requestID ?? found }
      }
      since = events.last?.sequence ?? since
    }
    return found
  }
}
