import Ambience
import EmbeddedCloud
import HighAvailability
import OpenStack
import Simulation
import StackEngine

extension HealingCourse {
  /// Lets go wrong what is to go wrong in this life, each thing at a time of its own.
  func suffer() async {
    let faults = HealingFault.allCases.filter { sketch.faults.contains($0) && $0 != .rival && $0 != .handler }
    guard !faults.isEmpty else { return }
    let span = 600 + lots.below(lots.isDrawn(0.3) ? 5400 : 1800)
    note("== trouble for \(span) s")
    var events: [(Duration, HealingFault)] = []
    for fault in faults {
      for _ in 0...lots.below(fault == .crash ? 5 : 3) { events.append((.seconds(lots.below(span)), fault)) }
    }
    await withTaskGroup(of: Void.self) { group in
      for (start, fault) in events {
        group.addTask { [self] in
          guard (try? await ambient.sleep(start)) != nil else { return }
          await strike(fault)
        }
      }
      group.addTask { [self] in try? await ambient.sleep(.seconds(span)) }
    }
  }

  private func strike(_ fault: HealingFault) async {
    chronicle.countFault()
    switch fault {
    case .crash: await crash()
    case .mass: await crashAll()
    case .action: await spoilActions()
    case .gone: await deleteServer()
    case .kill: kill()
    case .pause: await pause(for: .milliseconds(2000 + lots.below(lots.isDrawn(0.5) ? 12_000 : 90_000)))
    case .suspend: await pause(for: .seconds(3600))
    case .clock: await bumpClock()
    case .partition: await cutGuests()
    case .cloud: await cutCloud()
    case .api: await worsenWeather()
    case .disk: await fillDisk()
    case .maintenance: await beginTruce()
    case .person: await meddle()
    case .stack: await changeStack()
    case .rival, .handler: break
    }
  }

  /// The servers that applications are on.
  var targets: [HighAvailability.Target] {
    Set(sketch.policies.map(\.target).filter { !$0.isStack }).sorted { "\($0)" < "\($1)" }
  }

  /// A machine whose process lives.
  private var victim: (machine: HealingMachine, process: HealingProcess)? {
    guard let machine = lots.pick(machines), let process = machine.process, !process.gate.isDead else {
      return nil
    }
    return (machine, process)
  }

  private func wait(upTo seconds: Int) async { try? await ambient.sleep(lots.span(upTo: seconds * 1000)) }

  // MARK: - Applications

  private func crash() async {
    guard let target = lots.pick(targets) else { return }
    let now = ambient.uptime()
    if lots.isDrawn(0.1) {
      chronicle.change { $0.outages.append(.init(target: target, time: now, isPlain: false)) }
      note("the system of \(target) hangs")
      _ = await patients.hang(target)
      return
    }
    if lots.isDrawn(0.1) {
      chronicle.change { $0.outages.append(.init(target: target, time: now, isPlain: false)) }
      note("\(target) can't be healed any more")
      patients.set(incurable: true, target)
      if lots.isDrawn(0.5) {
        await wait(upTo: 900)
        note("\(target) can be healed again")
        patients.set(incurable: false, target)
      }
      return
    }
    await crash(target, lots.isDrawn(0.2) ? lots.below(3) : 0)
  }

  private func crash(_ target: HighAvailability.Target, _ relapses: Int) async {
    let asked = sketch.policies.filter { $0.target == target && !$0.checks.isEmpty }
    let strongest = asked.compactMap { Ladder(rungs(for: $0)).strength }.max() ?? .restart
    // What only a page tells isn't seen by those who ask for none.
    let isSeen = asked.allSatisfy { $0.checks.contains { $0.name == "http" } }
    guard let remedy = lots.pick(Remedy.allCases.filter { $0 <= strongest }),
      let look = isSeen ? lots.pick(Patients.Look.allCases) : .refused
    else { return }
    note("\(target) breaks until \(remedy.rawValue), and is \(look), with \(relapses) relapses")
    let began = ambient.uptime()
    if await patients.ail(target, until: remedy, look, relapses: relapses) {
      chronicle.change { $0.outages.append(.init(target: target, time: began)) }
    }
  }

  private func crashAll() async {
    note("all break at once")
    for target in targets { await crash(target, 0) }
    guard lots.isDrawn(0.7) else { return }
    await wait(upTo: 900)
    await thaw()
  }

  /// A person says that the failures are real.
  func thaw() async {
    for machine in machines {
      // What is stopped hears nobody.
      guard let process = machine.process, !process.gate.isDead, !process.gate.isPaused,
        await process.supervisor.isFrozen
      else { continue }
      // Who looks sees that it is the machine that is cut off.
      if machine.link.isCut { continue }
      note("a person thaws machine \(machine.number)")
      let now = ambient.uptime()
      chronicle.change { $0.thaws.append((machine.number, now)) }
      await process.supervisor.thaw()
    }
  }

  private func spoilActions() async {
    let effect: Fault.Effect = lots.isDrawn(0.5) ? .failAction("no valid host was found") : .stuckAction
    note("actions \(effect)")
    await cloud.add(
      Fault(nil, "", effect, times: 1 + lots.below(2), span: .seconds(60 + lots.below(900))))
  }

  private func deleteServer() async {
    guard let target = lots.pick(targets), let id = await patients.server(of: target)?.id else { return }
    note("someone deletes the server of \(target)")
    _ = try? await person?.client.compute.servers.deleteIfPresent(id)
  }

  // MARK: - Supervisors

  private func kill() {
    guard let (machine, process) = victim else { return }
    if lots.isDrawn(0.3) {
      note("the process on machine \(machine.number) is killed")
      process.gate.kill()
    } else {
      process.gate.die(after: lots.below(30), keepsLast: lots.isDrawn(0.5))
    }
  }

  private func pause(for span: Duration) async {
    guard let (machine, process) = victim, !process.gate.isPaused else { return }
    note("process \(process.number) on machine \(machine.number) is stopped for \(span)")
    process.gate.pause()
    try? await ambient.sleep(span)
    if span > .seconds(45) { chronicle.blind(process.number) }
    note("process \(process.number) goes on")
    process.gate.goOn()
  }

  private func bumpClock() async {
    guard let machine = lots.pick(machines) else { return }
    // No two clocks of a life are further apart than one jump takes them.
    let sign = world.seed % 2 == 0 ? 1 : -1
    let bump = Duration.milliseconds(sign * lots.below(262_000))
    note("the clock of machine \(machine.number) is \(bump) off")
    if lots.isDrawn(0.3) {
      for _ in 0..<10 {
        machine.set(clockError: machine.clockError == .zero ? bump : .zero)
        await wait(upTo: 10)
      }
    } else {
      machine.set(clockError: machine.clockError == .zero ? bump : .zero)
    }
  }

  private func fillDisk() async {
    guard let (_, process) = victim else { return }
    note("the disk of process \(process.number) is full")
    process.gate.fillDisk(true)
    await wait(upTo: 300)
    note("the disk of process \(process.number) has room")
    process.gate.fillDisk(false)
  }

  // MARK: - Networks

  private func cutGuests() async {
    guard let machine = lots.pick(machines), !machine.link.isCut else { return }
    let all = targets
    let some = lots.isDrawn(0.5) ? all : all.filter { _ in lots.isDrawn(0.4) }
    let (targets, cut) = (Set(some), lots.isDrawn(0.6) ? GuestLink.Cut.silent : .noRoute)
    note("machine \(machine.number) can't reach \(targets.count) of \(all.count) servers, \(cut)")
    machine.link.cut(targets, cut)
    let (from, silent) = (ambient.uptime(), chronicle.silent.intersection(targets))
    try? await ambient.sleep(.seconds(20 + lots.below(600)))
    note("machine \(machine.number) can reach all servers")
    machine.link.join(targets)
    let cutOff = HealingHistory.Cut(
      machine: machine.number, targets: targets, silent: silent,
      span: .init(from: from, to: ambient.uptime()))
    chronicle.change { $0.cuts.append(cutOff) }
  }

  private func cutCloud() async {
    guard let machine = lots.pick(machines) else { return }
    let service = lots.isDrawn(0.7) ? "compute" : "identity"
    note("machine \(machine.number) can't reach \(service)")
    machine.cut(service)
    try? await ambient.sleep(.seconds(20 + lots.below(600)))
    note("machine \(machine.number) can reach \(service)")
    machine.join(service)
  }

  private func worsenWeather() async {
    guard let machine = lots.pick(machines) else { return }
    machine.set(weather: Weather(lots))
    note("the network of machine \(machine.number) is bad")
    try? await ambient.sleep(.seconds(60 + lots.below(900)))
    machine.set(weather: .calm)
    note("the network of machine \(machine.number) is good")
  }
}
