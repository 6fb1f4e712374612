import Ambience
import OrderedCollections

extension Engine {
  /// Gives a signal to a resource: a wait condition's handle keeps it, a scaling policy acts upon it.
  ///
  /// - Returns: The operation that it starts; nil when it starts none.
  @discardableResult
  package func signal(_ name: String, _ logicalID: String, _ signal: Signal) async throws -> Operation? {
    let (stack, known) = try await resource(logicalID, of: name)
    guard let resource = known else { throw noSuchResource(logicalID, in: try await describe(name)) }
    guard let type = catalog[resource.type] as? any SignalledResource else {
      try await journal.append([
        .signal(signal, logicalID: logicalID, stack: stack.identity.id, time: ambient.now())
      ])
      await bells.ring(stack.identity.id)
      return nil
    }
    switch try await type.answer(to: signal, for: resource, of: describe(name), at: ambient.now()) {
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
