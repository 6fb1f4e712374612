import Ambience
import OrderedCollections

extension Engine {
  /// Gives a signal to a resource: a wait condition's handle keeps it, a scaling policy acts upon it.
  ///
  /// - Returns: The operation that it starts; nil when it starts none.
  @discardableResult
  package func signal(_ name: String, _ logicalID: String, _ signal: Signal) async throws -> Operation? {
    let stack = try await describe(name)
    guard let resource = stack.resources[logicalID] else { throw noSuchResource(logicalID, in: stack) }
    guard let type = catalog[resource.type] as? any SignalledResource else {
      try await journal.append([
        .signal(signal, logicalID: logicalID, stack: stack.identity.id, time: ambient.now())
      ])
      await bells.ring(stack.identity.id)
      return nil
    }
    switch try type.answer(to: signal, for: resource, of: stack, at: ambient.now()) {
    case .nothing(let reason):
      try await record("SIGNAL_COMPLETE", reason: reason, on: logicalID, of: name)
      return nil
    case .action(let action, let target, let reason):
      let operation = try await perform(action, on: target, of: name, reason: reason)
      try await record("SIGNAL_COMPLETE", reason: reason, on: logicalID, of: name)
      return operation
    }
  }
}
