/// What a rung of a ladder does.
package enum Action: Sendable {
  /// Restarts the application inside its server; without a name the application's own service.
  case restart(service: String?)
  /// Restarts the application by a command inside its server.
  case remoteRestart(address: LateText, RemoteCommand)
  /// Restarts the application by a command that the guest agent inside its server runs.
  indirect case agentRestart(GuestAgent, command: String)
  case softReboot
  case hardReboot
  case stopStart
  /// Gives the server a fresh disk from its image, keeping its id and addresses.
  case rebuild
  /// Replaces the resource in its stack, and as much more as its strategy says.
  case replace(Replacement = Replacement())
  /// Sees to it that the server is off for certain, so that what it did may be done elsewhere.
  case fence
  /// Makes the server anew on another host, as its own is down.
  case evacuate
  /// Fences the server, and leads a floating IP of the stack to another one; both are logical IDs.
  case moveAddress(String, to: String)
  /// Takes a member of a load balancer's pool, a logical ID, out of service, or back in.
  case drain(String)
  case admit(String)
  /// Tells someone; heals nothing. The targets are those that whoever sees its event delivers that to.
  case notify(String, to: [NotifyTarget] = [])
  /// A function of the user's.
  case custom(name: String, RungHandler)
  /// A handler of a plugin, whose acts are journaled: after a crash it is run again and goes on where it was.
  case handler(name: String, HandlerRun)

  /// The action in words, such as `soft reboot`.
  package var phrase: String {
    switch self {
    case .restart, .remoteRestart, .agentRestart: "restart"
    case .softReboot: "soft reboot"
    case .hardReboot: "hard reboot"
    case .stopStart: "stop and start"
    case .rebuild: "rebuild"
    case .replace(let replacement): replacement.phrase
    case .notify: "notify"
    case .fence: "fence"
    case .evacuate: "evacuate"
    case .moveAddress(let address, let server): "move \(address) to \(server)"
    case .drain(let member): "drain \(member)"
    case .admit(let member): "admit \(member)"
    case .custom(let name, _), .handler(let name, _): name
    }
  }

  /// Whether it is an operation of the engine's, which has a record of its own.
  package var isOperation: Bool {
    switch self {
    case .softReboot, .hardReboot, .stopStart, .rebuild, .replace, .fence, .evacuate, .moveAddress, .drain,
      .admit:
      true
    case .restart, .remoteRestart, .agentRestart, .notify, .custom, .handler: false
    }
  }

  /// Whether it only tells someone.
  var isNotice: Bool { if case .notify = self { true } else { false } }

  /// Whether all that runs on the server feels it.
  var disturbsServer: Bool {
    switch self {
    case .restart, .remoteRestart, .agentRestart, .notify, .drain, .admit: false
    case .softReboot, .hardReboot, .stopStart, .rebuild, .replace, .fence, .evacuate, .moveAddress, .custom,
      .handler:
      true
    }
  }

  /// Whether it can be done for a stack as a whole, where no resource is named.
  var suitsStacks: Bool {
    switch self {
    case .replace, .drain, .admit, .notify, .custom, .handler: true
    case .restart, .remoteRestart, .agentRestart, .softReboot, .hardReboot, .stopStart, .rebuild, .fence,
      .evacuate,
      .moveAddress:
      false
    }
  }

  /// The event's status, such as `HA_SOFT_REBOOT`.
  var verb: HAEvent.Verb {
    switch self {
    case .restart, .remoteRestart, .agentRestart: .restart
    case .softReboot: .softReboot
    case .hardReboot: .hardReboot
    case .stopStart: .stopStart
    case .rebuild: .rebuild
    case .replace: .replace
    case .notify: .notify
    case .fence: .fence
    case .evacuate: .evacuate
    case .moveAddress: .moveAddress
    case .drain: .drain
    case .admit: .admit
    case .custom, .handler: .custom
    }
  }
}

/// A user's way of healing; must end soon after its task is cancelled.
package typealias RungHandler = @Sendable (RungContext) async throws -> RungResult

/// A plugin's way of healing; what it does is a step of the journal that it is given.
package typealias HandlerRun =
  @Sendable (RungContext, any HandlerPowers, any HandlerJournal) async throws -> RungResult

/// What a custom rung is told.
package struct RungContext: Sendable, Hashable {
  package let application: String
  package let target: Target
  /// Why the application is held to be down.
  package let reason: String
  /// The attempt on this rung, counted from 1.
  package let attempt: Int
  package let intensity: Int
  /// What this step alone is called: its incident and the number of its entry there.
  package let tag: String
  /// The parts of the application that have given up.
  package var parts: [String] = []

  package init(
    application: String, target: Target, reason: String, attempt: Int, intensity: Int, tag: String = ""
  ) {
    self.application = application
    self.target = target
    self.reason = reason
    self.attempt = attempt
    self.intensity = intensity
    self.tag = tag
  }
}

/// What a custom rung says of its attempt.
package enum RungResult: Sendable, Hashable {
  /// It did what it could; the checks tell after the settle time whether that was enough.
  case recovered
  /// Try this rung again after a while, if its intensity allows.
  case retry(after: Duration)
  /// Go on with the next rung at once.
  case escalate(String)
  /// Do nothing more until the application recovers or a person resumes the ladder.
  case hold(String)
}

/// What actions act on: a resource, or a stack as a whole.
package struct Target: Sendable, Hashable {
  package let stack: String
  /// Empty for the stack as a whole.
  package let logicalID: String

  package var isStack: Bool { logicalID.isEmpty }

  package init(stack: String, logicalID: String) {
    self.stack = stack
    self.logicalID = logicalID
  }
}

extension Target: CustomStringConvertible {
  package var description: String { isStack ? stack : "\(stack)/\(logicalID)" }
}
