package import Ambience

/// Something that a supervisor saw, decided or did.
package struct HAEvent: Sendable, Hashable {
  package enum Verb: String, Sendable, CaseIterable {
    case detected = "HA_DETECTED"
    case restart = "HA_RESTART"
    case softReboot = "HA_SOFT_REBOOT"
    case hardReboot = "HA_HARD_REBOOT"
    case stopStart = "HA_STOP_START"
    case rebuild = "HA_REBUILD"
    case replace = "HA_REPLACE"
    case fence = "HA_FENCE"
    case evacuate = "HA_EVACUATE"
    case moveAddress = "HA_MOVE_ADDRESS"
    case drain = "HA_DRAIN"
    case admit = "HA_ADMIT"
    case notify = "HA_NOTIFY"
    case custom = "HA_CUSTOM"
    /// An action failed.
    case failed = "HA_FAILED"
    case escalated = "HA_ESCALATED"
    /// Something was done for what it is a part of: its ladder begins anew.
    case startedOver = "HA_STARTED_OVER"
    /// Something else is at work on the target, or the cloud can't be reached.
    case waiting = "HA_WAITING"
    case held = "HA_HELD"
    case recovered = "HA_RECOVERED"
    case gaveUp = "HA_GAVE_UP"
    /// So many failed at once that the fault may be the watcher's own: nothing is done.
    case frozen = "HA_FROZEN"
    case thawed = "HA_THAWED"
    /// A check changes to and fro so often that nothing is done.
    case flapping = "HA_FLAPPING"
    case steadied = "HA_STEADIED"
    case maintenanceBegan = "HA_MAINTENANCE_BEGAN"
    case maintenanceEnded = "HA_MAINTENANCE_ENDED"
    /// Another supervisor has gone on from where the one before stopped.
    case tookOver = "HA_TOOK_OVER"
    /// The target is gone; the application is watched no longer.
    case ended = "HA_ENDED"

    /// Whether it tells of an action on the target.
    package var isAction: Bool {
      switch self {
      case .restart, .softReboot, .hardReboot, .stopStart, .rebuild, .replace, .fence, .evacuate,
        .moveAddress,
        .drain, .admit, .notify, .custom:
        true
      default: false
      }
    }
  }

  package let time: Timestamp
  package let application: String
  package let target: Target
  package let verb: Verb
  /// Why, in a sentence without full stop.
  package let reason: String
  /// The rung that acted, counted from 0.
  package let rung: Int?

  package init(
    time: Timestamp, application: String, target: Target, verb: Verb, reason: String, rung: Int?
  ) {
    self.time = time
    self.application = application
    self.target = target
    self.verb = verb
    self.reason = reason
    self.rung = rung
  }

  package var status: String { verb.rawValue }
}
