/// Somebody or something that is told of events.
package struct NotifyTarget: Sendable {
  /// Delivers one event; what it throws is tried again, but for a `Refusal`.
  package typealias Delivery = @Sendable (HAEvent) async throws -> Void

  /// The target wants none of it, and never will.
  package struct Refusal: Error, Sendable {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
  }

  /// What complaints call it, such as `https://hooks.example/kiln`.
  package let name: String
  /// Targets with the same share a queue.
  let id: String
  private let deliver: Delivery

  package init(_ name: String, id: String? = nil, _ deliver: @escaping Delivery) {
    self.name = name
    self.id = id ?? name
    self.deliver = deliver
  }

  /// Tries once to deliver an event.
  package func send(_ event: HAEvent) async throws { try await deliver(event) }
}

extension NotifyTarget: CustomReflectable {
  /// Functions and what they are called among themselves differ each time that a file is read.
  package var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

extension HAEvent {
  /// Who is to be told of it: the given ones, and those whom a notify rung names; each once.
  package func receivers(_ targets: [NotifyTarget], by policy: ApplicationPolicy) -> [NotifyTarget] {
    var receivers = targets
    if verb == .notify, let rung, policy.ladder.rungs.indices.contains(rung),
      case .notify(_, let named) = policy.ladder.rungs[rung].action
    {
      receivers += named
    }
    var ids: Set<String> = []
    return receivers.filter { ids.insert($0.id).inserted }
  }
}
