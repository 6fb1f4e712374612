import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func actOnServer(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    guard let (name, argument) = try call.json().map?.elements.first.map({ ($0.key, $0.value) }) else {
      throw .badRequest("Malformed request body")
    }
    if server.isLocked, !call.isAdmin, !["unlock", "os-getConsoleOutput"].contains(name) {
      throw .conflict("Instance \(server.id) is locked")
    }
    if let simple = Self.simpleActions[name] {
      try check(server, simple.word, simple.from)
      record(server.id, simple.word)
      perform(simple, on: server.id)
      return accepted
    }
    switch name {
    case "reboot": return try reboot(server, isHard: argument["type"]?.string?.uppercased() == "HARD")
    case "rebuild": return try rebuild(server, argument, call)
    case "resize": return try resize(server, argument)
    case "confirmResize": return try confirmResize(server)
    case "revertResize": return try revertResize(server)
    case "addSecurityGroup", "removeSecurityGroup":
      return try changeGroup(server, argument, call, isNew: name == "addSecurityGroup")
    case "lock", "unlock":
      servers[server.id]?.isLocked = name == "lock"
      return accepted
    case "createImage": return try createImage(of: server, argument, call)
    case "shelve": return try shelve(server, call)
    case "shelveOffload": return try offload(server)
    case "unshelve": return try unshelve(server)
    case "rescue": return try rescue(server, argument)
    case "unrescue": return try unrescue(server)
    case "os-resetState": return try resetState(server, argument, call)
    case "forceDelete":
      _ = try deleteServer(call)
      return accepted
    case "os-getConsoleOutput": return Answer(200, ["output": .string(consoleLines(server.id))])
    case "os-getVNCConsole": return try oldConsole(server, call)
    default: throw .badRequest("There is no such action: \(name)")
    }
  }

  var accepted: Answer { Answer(202, headers: ["Content-Type": "application/json"]) }

  /// Refuses an action on a server that is in none of the states for it.
  func check(
    _ server: Server, _ action: String, _ states: Set<ServerState.Machine>
  ) throws(Refusal) {
    guard states.contains(server.state.machine) else {
      // Who is on no host can't be asked anything.
      if server.state.machine == .shelvedOffloaded, action == "stop" {
        throw .conflict("Instance \(server.id) is not ready")
      }
      throw .conflict(
        "Cannot '\(action)' instance \(server.id) while it is in vm_state \(server.state.machine.rawValue)")
    }
    // What is being done comes to its end first.
    if let task = server.state.task {
      throw .conflict("Cannot '\(action)' instance \(server.id) while it is in task_state \(task)")
    }
  }

  func action(_ name: String, message: String? = nil) -> Server.Action {
    Server.Action(name: name, request: requestID ?? "req-" + ambient.uuid(), time: now, message: message)
  }

  func record(_ id: String, _ name: String) { servers[id]?.actions.insert(action(name), at: 0) }

  // MARK: - Actions that are a way through states and no more

  /// An action: from which states it starts, through which it goes, and what it does to the guest.
  struct SimpleAction: Sendable {
    enum Effect: Sendable { case stop, boot, freeze, thaw }

    let word: String
    let from: Set<ServerState.Machine>
    let steps: [Step]
    let effect: Effect
  }

  private static let simpleActions: [String: SimpleAction] = [
    "os-stop": SimpleAction(
      word: "stop", from: [.active, .error],
      steps: [Step(.zero, .active, "powering-off"), Step(.milliseconds(500), .stopped)], effect: .stop),
    "os-start": SimpleAction(
      word: "start", from: [.stopped],
      steps: [Step(.zero, .stopped, "powering-on"), Step(.milliseconds(600), .active)], effect: .boot),
    "suspend": SimpleAction(
      word: "suspend", from: [.active],
      steps: [Step(.zero, .active, "suspending"), Step(.milliseconds(500), .suspended)], effect: .freeze),
    "resume": SimpleAction(
      word: "resume", from: [.suspended],
      steps: [Step(.zero, .suspended, "resuming"), Step(.milliseconds(500), .active)], effect: .thaw),
    "pause": SimpleAction(
      word: "pause", from: [.active],
      steps: [Step(.zero, .active, "pausing"), Step(.milliseconds(300), .paused)], effect: .freeze),
    "unpause": SimpleAction(
      word: "unpause", from: [.paused],
      steps: [Step(.zero, .paused, "unpausing"), Step(.milliseconds(300), .active)], effect: .thaw),
  ]

  private func perform(_ action: SimpleAction, on id: String) {
    switch action.effect {
    case .stop, .freeze: guests[id]?.isRunning = false
    case .boot, .thaw: break
    }
    walk(id, action.steps) { cloud in
      switch action.effect {
      case .boot: cloud.boot(id, isNew: false, healing: .hardReboot)
      case .thaw: cloud.guests[id]?.isRunning = true
      case .stop, .freeze: break
      }
    }
  }

  // MARK: - Reboot and rebuild

  private func reboot(_ server: Server, isHard: Bool) throws(Refusal) -> Answer {
    let (id, machine) = (server.id, server.state.machine)
    let machines = isHard ? ServerState.hardRebootMachines : [.active]
    guard machines.contains(machine) else {
      throw .conflict("Cannot 'reboot' instance \(id) while it is in vm_state \(machine.rawValue)")
    }
    if let task = server.state.task, !isHard || !ServerState.hardRebootTasks.contains(task) {
      throw .conflict("Cannot 'reboot' instance \(id) while it is in task_state \(task)")
    }
    record(id, "reboot")
    guests[id]?.isRunning = false
    let suffix = isHard ? "_hard" : ""
    walk(
      server,
      [
        Step(.zero, machine, "rebooting" + suffix),
        Step(.milliseconds(200), machine, "reboot_pending" + suffix),
        Step(.milliseconds(100), machine, "reboot_started" + suffix),
      ], Step(.milliseconds(isHard ? 700 : 400), .active)
    ) { $0.boot(id, isNew: false, healing: isHard ? .hardReboot : .softReboot) }
    return accepted
  }

  private func rebuild(_ server: Server, _ argument: Value, _ call: Call) throws(Refusal) -> Answer {
    let id = server.id
    guard let image = argument["imageRef"]?.string, thing(.images, image) != nil else {
      throw .badRequest("Cannot find image for rebuild")
    }
    try check(server, "rebuild", [.active, .stopped, .error])
    record(id, "rebuild")
    guests[id]?.isRunning = false
    servers[id]?.image = image
    if let name = argument["name"]?.string { servers[id]?.name = name }
    if let metadata = argument["metadata"]?.map { servers[id]?.metadata = metadata }
    if let data = argument["user_data"], call.has(57) { servers[id]?.userData = data.string }
    let machine: ServerState.Machine = server.state.machine == .error ? .active : server.state.machine
    walk(
      server,
      [Step(.zero, machine, "rebuilding"), Step(.milliseconds(500), machine, "rebuild_spawning")],
      Step(.milliseconds(500), .active)
    ) { $0.boot(id, isNew: true, healing: .rebuild) }
    var shown = show(try self.server(id, call), call, .changed)
    shown["adminPass"] = .string(ambient.characters(12, from: "abcdefghijkmnpqrstuvwxyz23456789"))
    return Answer(202, ["server": .map(shown)], headers: ["Location": call.root + "/servers/" + id])
  }

  /// Takes a server through the steps of an action to its last one, unless a fault strikes the action.
  private func walk(_ server: Server, _ steps: [Step], _ last: Step, then end: @escaping Agenda.Act) {
    switch faults.strikeAction(server.name, ambient) {
    case .failAction(let message)?:
      walk(server.id, steps + [Step(last.after, .error)]) { cloud in
        cloud.servers[server.id]?.fault = Server.Fault(message: message, time: cloud.now)
      }
    case .stuckAction?: walk(server.id, steps)
    default: walk(server.id, steps + [last], then: end)
    }
  }

  // MARK: - Resize

  private func resize(_ server: Server, _ argument: Value) throws(Refusal) -> Answer {
    let id = server.id
    let reference = argument["flavorRef"]?.scalarText ?? ""
    guard let flavor = thing(.flavors, flavorID(reference)) else {
      throw .badRequest("Flavor \(reference) could not be found.")
    }
    guard flavor["id"] != server.flavor["id"] else {
      throw .badRequest("When resizing, instances must change flavor!")
    }
    try check(server, "resize", [.active, .stopped])
    record(id, "resize")
    guests[id]?.isRunning = false
    let machine = server.state.machine
    walk(
      id,
      [
        Step(.zero, machine, "resize_prep"), Step(.milliseconds(300), machine, "resize_migrating"),
        Step(.milliseconds(300), machine, "resize_migrated"),
        Step(.milliseconds(200), machine, "resize_finish"), Step(.milliseconds(200), .resized),
      ]
    ) { cloud in
      cloud.servers[id]?.oldFlavor = server.flavor
      cloud.servers[id]?.flavor = flavor
      cloud.boot(id, isNew: false, healing: .hardReboot)
    }
    return accepted
  }

  private func confirmResize(_ server: Server) throws(Refusal) -> Answer {
    try check(server, "confirmResize", [.resized])
    record(server.id, "confirmResize")
    walk(server.id, [Step(.milliseconds(300), .active)]) { $0.servers[server.id]?.oldFlavor = nil }
    return Self.noContent
  }

  private func revertResize(_ server: Server) throws(Refusal) -> Answer {
    let id = server.id
    try check(server, "revertResize", [.resized])
    record(id, "revertResize")
    guests[id]?.isRunning = false
    walk(id, [Step(.zero, .resized, "resize_reverting"), Step(.milliseconds(500), .active)]) { cloud in
      if let old = cloud.servers[id]?.oldFlavor { cloud.servers[id]?.flavor = old }
      cloud.servers[id]?.oldFlavor = nil
      cloud.boot(id, isNew: false, healing: .hardReboot)
    }
    return accepted
  }

  // MARK: - Security groups

  private func changeGroup(
    _ server: Server, _ argument: Value, _ call: Call, isNew: Bool
  ) throws(Refusal) -> Answer {
    let name = argument["name"]?.string ?? ""
    let id = try group(named: name, call)
    for port in ports(of: server.id) {
      var groups = (port["security_groups"]?.list ?? []).filter { $0 != .string(id) }
      if isNew { groups.append(.string(id)) }
      set(.ports, port.text("id"), ["security_groups": .list(groups)])
    }
    return accepted
  }

  /// The id of a group that is given by name or id.
  func group(named name: String, _ call: Call) throws(Refusal) -> String {
    let found = all(.groups).first {
      $0.text("_project") == call.project && ($0.text("name") == name || $0.text("id") == name)
    }
    guard let found else {
      throw .notFound("Security group \(name) is not found for project \(call.project)")
    }
    return found.text("id")
  }
}
