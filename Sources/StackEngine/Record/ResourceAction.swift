package import Ambience

/// Something that can be done to a resource without changing what its template says of it.
package enum ResourceAction: Sendable, Hashable {
  case softReboot
  case hardReboot
  case stopStart
  /// Made anew from its image, with the same identity, addresses and volumes.
  case rebuild
  /// Powered off, and left so.
  case stop
  /// Made anew on another host, as its own is down.
  case evacuate
  /// Led to another server, given by its physical ID.
  case lead(to: String)
  /// Given no new connections, while it serves those that it has.
  case drain
  /// Given connections again, as its template says.
  case admit
  /// Given so many members; scaling policies then leave it alone for the cooldown.
  case resize(to: Int, cooldown: Duration)

  /// What it is called in events and journals, such as `soft_reboot`.
  package var name: String {
    switch self {
    case .softReboot: "soft_reboot"
    case .hardReboot: "hard_reboot"
    case .stopStart: "stop_start"
    case .rebuild: "rebuild"
    case .stop: "stop"
    case .evacuate: "evacuate"
    case .lead: "lead"
    case .drain: "drain"
    case .admit: "admit"
    case .resize: "resize"
    }
  }
}

extension ResourceAction {
  /// Whether each request that it makes of the cloud is a step in the journal, and so follows what is kept of that.
  var keepsSteps: Bool {
    switch self {
    case .softReboot, .hardReboot, .stopStart, .rebuild, .stop, .evacuate: true
    case .lead, .drain, .admit, .resize: false
    }
  }
}

/// A type whose resources can be acted on, by HA, by a scaling policy or by hand.
package protocol ActionableResource: ResourceType {
  /// Whether its resources can be acted on so.
  func can(_ action: ResourceAction) -> Bool
  /// Performs an action that it can, and returns when the resource is in service again.
  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource
}

/// A type whose resources do something when they are signalled, instead of keeping the signal.
package protocol SignalledResource: ResourceType {
  /// What a signal asks for, as its stack and the time are.
  ///
  /// - Throws: A diagnostic when the resource can't do what it is there for.
  func answer(
    to signal: Signal, for resource: ResourceRecord, of stack: StackRecord, at time: Timestamp
  ) throws -> SignalAnswer
}

/// What a signal to a resource asks for.
package enum SignalAnswer: Sendable, Hashable {
  /// Nothing, for the reason.
  case nothing(String)
  /// An action on another resource of the stack.
  case action(ResourceAction, on: String, reason: String)
}
