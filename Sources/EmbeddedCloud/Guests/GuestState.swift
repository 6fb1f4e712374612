/// What heals a broken application, from the gentlest to the strongest.
package enum Remedy: String, Sendable, CaseIterable, Comparable {
  case restart
  case softReboot = "soft_reboot"
  case hardReboot = "hard_reboot"
  case rebuild
  case replace

  package static func < (left: Self, right: Self) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// What runs in a server.
struct GuestState: Sendable {
  /// Whether the system runs, so that it answers at all.
  var isRunning = false
  /// The deployments that were carried out, by id.
  var deployed: Set<String> = []
  /// Whether the system runs but does nothing any more.
  var hangs = false
  /// What it takes to make the application answer again; nil when it does.
  var needs: Remedy?
  /// How often a remedy that is strong enough doesn't help, as the application fails again at its start.
  var relapses = 0
  /// The TCP ports of its services.
  var ports: Set<Int> = [22, 80]
  /// How often it has booted.
  var boots = 0

  var applicationIsUp: Bool { isRunning && !hangs && needs == nil }

  mutating func heal(by remedy: Remedy) {
    if let needs, remedy >= needs {
      if relapses == 0 { self.needs = nil } else { relapses -= 1 }
    }
    // A system that hangs doesn't hear that it should reboot.
    if remedy >= .hardReboot { hangs = false }
  }
}

/// What a connection attempt meets.
package enum ProbeAnswer: Sendable, Hashable {
  case open
  /// The machine is there, and nothing listens.
  case refused
  /// Nothing answers.
  case silent
}
