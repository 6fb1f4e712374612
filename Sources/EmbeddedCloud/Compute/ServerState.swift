/// What Nova knows of a server's condition: the state of the machine, what is being done with it, and its power.
struct ServerState: Sendable, Hashable {
  enum Machine: String, Sendable {
    case building, active, paused, suspended, stopped, resized, shelved, rescued, deleted, error
    case shelvedOffloaded = "shelved_offloaded"
  }

  var machine: Machine
  var task: String?
  /// The power that stays when an administrator says that it is in another state than it is.
  var keptPower: Int?

  init(_ machine: Machine, _ task: String? = nil) {
    self.machine = machine
    self.task = task
  }

  /// The power state's number: 0 none, 1 running, 3 paused, 4 shut down, 7 suspended.
  var power: Int {
    if let keptPower { return keptPower }
    return switch machine {
    case .building, .deleted, .error: 0
    case .active, .resized: 1
    case .paused: 3
    case .stopped, .shelved, .shelvedOffloaded, .rescued: 4
    case .suspended: 7
    }
  }

  /// In which states the plug may be pulled, and while which tasks (Nova's `ALLOW_HARD_REBOOT` and `ALLOW_REBOOT`).
  ///
  /// Who is stuck in a hard reboot that has begun can only be deleted, or reset by an administrator.
  static let hardRebootMachines: Set<Machine> = [.active, .stopped, .paused, .suspended, .error]
  static let hardRebootTasks: Set = [
    "rebooting", "reboot_pending", "reboot_started", "rebooting_hard", "resuming", "pausing", "unpausing",
    "suspending",
  ]

  /// The one word that the API makes of it (Nova's `_STATE_MAP`).
  var status: String {
    if let task, let word = Self.tasks[task], machine != .error { return word }
    return switch machine {
    case .building: "BUILD"
    case .active: "ACTIVE"
    case .paused: "PAUSED"
    case .suspended: "SUSPENDED"
    case .stopped: "SHUTOFF"
    case .resized: "VERIFY_RESIZE"
    case .shelved: "SHELVED"
    case .shelvedOffloaded: "SHELVED_OFFLOADED"
    case .rescued: "RESCUE"
    case .deleted: "DELETED"
    case .error: "ERROR"
    }
  }

  private static let tasks = [
    "rebooting": "REBOOT", "reboot_pending": "REBOOT", "reboot_started": "REBOOT",
    "rebooting_hard": "HARD_REBOOT", "reboot_pending_hard": "HARD_REBOOT",
    "reboot_started_hard": "HARD_REBOOT", "rebuilding": "REBUILD", "rebuild_spawning": "REBUILD",
    "resize_prep": "RESIZE", "resize_migrating": "RESIZE", "resize_migrated": "RESIZE",
    "resize_finish": "RESIZE", "resize_reverting": "REVERT_RESIZE",
  ]
}
