import Ambience
import HighAvailability
import OpenStack
import StackEngine

// What people do meanwhile.
extension HealingCourse {
  /// What is soon seen by those who are to leave something alone.
  private static let notice = Duration.seconds(30)

  /// Puts applications in maintenance, or marks a server as nobody's business, for a while.
  func beginTruce() async {
    if lots.isDrawn(0.3) { return await markServer() }
    guard let policy = lots.pick(sketch.policies), let person else { return }
    let place: MaintenanceWindow.Scope =
      policy.target.isStack ? .stack(policy.target.stack) : .resource(policy.target)
    let scopes: [MaintenanceWindow.Scope] = [
      .everything, .stack(policy.target.stack), place, .application(policy.name),
    ]
    let journal = IncidentJournal(store)
    let isOn = (try? await journal.maintenance(at: person.ambient.now())) ?? []
    // A second one of the same scope would take the place of the first.
    guard let scope = lots.pick(scopes), !isOn.contains(where: { $0.scope == scope }) else { return }
    let span = Duration.seconds(60 + lots.below(900))
    let (now, from) = (person.ambient.now(), ambient.uptime())
    let isTimed = lots.isDrawn(0.3)
    note("maintenance of \(scope) begins" + (isTimed ? ", for \(span)" : ""))
    let window = MaintenanceWindow(
      id: ambient.characters(5, from: "bcdfghjk"), scope: scope, from: now, until: isTimed ? now + span : nil)
    do { try await journal.begin(window, at: now) } catch { return violate("no maintenance: \(error)") }
    try? await ambient.sleep(span)
    note("maintenance of \(scope) ends")
    _ = try? await journal.endMaintenance(of: scope, at: person.ambient.now())
    let meant = sketch.policies.filter { scope.means($0, within: kin.ancestors(of: $0.name)) }
    let whole = Set(targets.filter(scope.isWhole))
    truce(Set(meant.map(\.name)), whole, HealingHistory.Truce.maintenance, from: from)
  }

  private func markServer() async {
    // Who takes a mark away takes that of another away, too.
    guard let target = lots.pick(targets), let person, marked.insert(target).inserted else { return }
    defer { marked.remove(target) }
    guard let id = await patients.server(of: target)?.id else { return }
    let servers = person.client.compute.servers
    let from = ambient.uptime()
    guard (try? await servers.setMetadata(id, [Tags.highAvailability: "off"])) != nil else { return }
    note("the server of \(target) is marked as nobody's business")
    try? await ambient.sleep(.seconds(60 + lots.below(900)))
    // A replaced server has no mark any more.
    let isThere = await patients.server(of: target)?.id == id
    try? await servers.deleteMetadata(id, key: Tags.highAvailability)
    note("the mark on the server of \(target) is taken away")
    if isThere {
      truce(
        Set(sketch.policies.filter { $0.target == target }.map(\.name)), [target],
        "marked as nobody's business", from: from)
    }
  }

  /// Writes down that applications were to be left alone until now, from when everybody had seen it.
  private func truce(
    _ names: Set<String>, _ servers: Set<HighAvailability.Target>, _ reason: String, from: Duration
  ) {
    let truce = HealingHistory.Truce(
      applications: names, servers: servers, reason: reason,
      span: .init(from: from + Self.notice, to: ambient.uptime()))
    chronicle.change { $0.truces.append(truce) }
  }

  /// A person reboots a server, or stops it and starts it some time later.
  func meddle() async {
    guard let target = lots.pick(targets), let person, let id = await patients.server(of: target)?.id else {
      return
    }
    let servers = person.client.compute.servers
    switch lots.below(3) {
    case 0:
      note("a person reboots \(target)")
      try? await servers.reboot(id, .soft)
    case 1:
      note("a person pulls the plug of \(target)")
      try? await servers.reboot(id, .hard)
    default:
      note("a person stops \(target)")
      try? await servers.stop(id)
      try? await ambient.sleep(.seconds(60 + lots.below(900)))
      note("a person starts \(target)")
      try? await servers.start(id)
    }
  }

  /// Changes a stack, takes a server out of it, or deletes it.
  func changeStack() async {
    guard let index = lots.pick(Array(sketch.stacks.indices)), let person else { return }
    let name = sketch.stacks[index].name
    do {
      switch lots.below(5) {
      case 0 where sketch.stacks.count > 1:
        note("== the stack \(name) is deleted")
        _ = try await person.engine.delete(name).result()
      case 1 where sketch.stacks[index].servers.count > 1:
        note("== a server goes from the stack \(name)")
        sketch.stacks[index].servers.removeLast()
        _ = try await person.engine.update(name, Self.template(sketch.stacks[index])).result()
      default:
        note("== the stack \(name) is updated")
        sketch.stacks[index].label += 1
        _ = try await person.engine.update(name, Self.template(sketch.stacks[index])).result()
      }
    } catch {
      note("refused: \(Self.sentence(error))")
    }
  }
}

extension MaintenanceWindow.Scope {
  /// Whether it is about an application.
  fileprivate func means(_ policy: ApplicationPolicy, within family: [String]) -> Bool {
    switch self {
    case .everything: true
    case .stack(let name): policy.target.stack == name
    case .resource(let target): policy.target == target
    case .application(let name): policy.name == name || family.contains(name)
    case .tag: false
    }
  }

  /// Whether it is about a server with all that is on it.
  fileprivate func isWhole(_ server: HighAvailability.Target) -> Bool {
    switch self {
    case .everything: true
    case .stack(let name): server.stack == name
    case .resource(let target): server == target
    case .application, .tag: false
    }
  }
}
