/// A kind of thing of the cloud's whose state tells of applications.
package enum WatchedThing: String, Sendable, CaseIterable {
  /// A host's `nova-compute`, by the host's name; for administrators.
  case computeService = "compute service"
  /// A hypervisor by its name; for administrators.
  case hypervisor
  /// The hypervisor on which a server runs, by the server's id; for administrators.
  case hypervisorOfServer = "hypervisor of the server"
  /// A member of a load balancer's pool, by `pool/member`; its health monitor tells.
  case poolMember = "pool member"
}

/// Asks the cloud for a thing's state, such as `up` or `ONLINE`; nil when there is no such thing.
package typealias CloudStates = @Sendable (WatchedThing, _ name: String) async throws -> String?

extension Outcome {
  /// What a state of the cloud's says of a thing.
  ///
  /// One that a person has put aside, or that nobody looks at, is neither up nor down.
  package static func of(_ thing: WatchedThing, _ name: String, state: String?) -> Outcome {
    guard let state else { return .unknown("there is no \(thing.rawValue) \(name)") }
    switch (thing, state) {
    case (.poolMember, "ONLINE"), (.poolMember, "DEGRADED"), (.poolMember, "DRAINING"): return .up
    case (.poolMember, "ERROR"): return .down("the pool member \(name) is in ERROR")
    case (.poolMember, "NO_MONITOR"): return .unknown("the pool member \(name) has no health monitor")
    case (.poolMember, _): return .unknown("the pool member \(name) is \(state)")
    case (_, "up"): return .up
    case (_, "down"): return .down("the \(thing.rawValue) \(name) is down")
    default: return .unknown("the \(thing.rawValue) \(name) is \(state)")
    }
  }
}
