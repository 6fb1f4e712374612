/// What may go wrong in a healing life.
package enum HealingFault: String, Sendable, CaseIterable {
  /// Applications crash, hang, are slow, serve error pages, or fail again at their start.
  case crash
  /// All applications fail within one interval.
  case mass
  /// Reboots and rebuilds end in ERROR, or never.
  case action
  /// Servers are deleted behind kiln's back.
  case gone
  /// A supervisor is killed, at a write or at any time, and another starts in its place.
  case kill
  /// A supervisor is stopped for some seconds or longer than its leases hold, as by SIGSTOP.
  case pause
  /// A supervisor's machine sleeps for an hour.
  case suspend
  /// The time of day is put forward or back by up to 262 s, once or again and again.
  case clock
  /// Some or all of the servers can't be reached from a supervisor.
  case partition
  /// The cloud's API can't be reached from a supervisor.
  case cloud
  /// Requests and answers are lost, late or doubled, and services refuse.
  case api
  /// The store can't be written for a while.
  case disk
  /// Applications are put in maintenance, or marked as nobody's business.
  case maintenance
  /// A person reboots, stops or starts a server.
  case person
  /// A stack is updated or deleted.
  case stack
  /// A second supervisor works with the same store.
  case rival
  /// A rung is a handler, whose acts are journaled.
  case handler

  /// Whether it may give a supervisor a reason to act.
  var hurtsApplications: Bool {
    switch self {
    case .crash, .mass, .action, .gone, .person, .stack: true
    case .kill, .pause, .suspend, .clock, .partition, .cloud, .api, .disk, .maintenance, .rival, .handler:
      false
    }
  }
}

/// What healing lives are made of.
package struct HealingOptions: Sendable {
  /// What may go wrong.
  package var faults = Set(HealingFault.allCases)
  /// The checks' rules and the ladder that are tried in place of drawn ones; nil for drawn ones.
  package var trial: HealingTrial?

  package init() {}
}
