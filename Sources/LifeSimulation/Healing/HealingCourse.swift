import Ambience
import Document
import EmbeddedCloud
import HighAvailability
import Simulation
import StackEngine
import Templates

/// The course of one healing life: what fails, who is killed meanwhile, and what it all comes to.
actor HealingCourse {
  let world: SimulatedWorld
  let surroundings: HealingSurroundings
  let options: HealingOptions
  let lots: Lots
  var sketch: HealingSketch
  let kin: Kinship
  var machines: [HealingMachine] = []
  /// The process of a person at a keyboard, which nothing ever happens to.
  var person: EngineProcess?
  private var processes: [HealingProcess] = []
  private var keepers: [Task<Void, Never>] = []
  private var funerals: [Task<Void, Never>] = []
  var report: HealingReport
  /// The servers that are marked as nobody's business.
  var marked: Set<HighAvailability.Target> = []
  /// Whether what goes wrong has come to its end.
  var isCalm = false

  var ambient: Ambient { surroundings.ambient }
  var chronicle: Chronicle { surroundings.chronicle }
  var patients: Patients { surroundings.patients }
  var store: MemoryJournal { surroundings.store }
  var cloud: EmbeddedCloud { surroundings.cloud }

  init(_ world: SimulatedWorld, _ options: HealingOptions, isTraced: Bool) {
    self.world = world
    self.options = options
    lots = Lots(seed: world.seed &* 0x2545_F491_4F6C_DD1D &+ 5)
    let sketch = HealingSketch(
      lots, options, families: Lots(seed: world.seed &* 0xD134_2543_DE82_EF95 &+ 3))
    self.sketch = sketch
    kin = Kinship(sketch.policies)
    report = HealingReport(seed: world.seed)
    let ambient = world.ambient
    let cloud = EmbeddedCloud(ambient: ambient)
    let store = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
    surroundings = HealingSurroundings(
      world: world, cloud: cloud, store: store, patients: Patients(cloud, store),
      chronicle: Chronicle(time: ambient.uptime), lots: lots, applications: sketch.applications,
      hasFamilies: sketch.hasFamilies, isTraced: isTraced)
  }

  func live() async -> HealingReport {
    do {
      try await begin()
      await suffer()
      await calm()
      await settle()
    } catch {
      violate("the life broke off: \(Self.sentence(error))")
    }
    await end()
    await audit()
    return report
  }

  func note(_ text: @autoclosure () -> String) { surroundings.note(text()) }

  func violate(_ sentence: String) {
    note("VIOLATION \(sentence)")
    report.violations.append(sentence)
  }

  static func sentence(_ error: any Error) -> String {
    (error as? any Explainable)?.diagnostics.map(\.message).joined(separator: "; ") ?? "\(error)"
  }

  // MARK: - The beginning

  private func begin() async throws {
    let faults = sketch.faults.map(\.rawValue).sorted().joined(separator: ", ")
    note("a life of \(sketch.policies.count) applications on \(sketch.stacks.count) stacks with \(faults)")
    chronicle.begin(sketch)
    chronicle.change { [options = Supervisor.Options()] history in
      (history.budgets, history.massFailures) = (options.budgets, options.massFailures)
    }
    let person = try EngineProcess(journal: store, network: network(of: .person)) { .zero }
    self.person = person
    for stack in sketch.stacks {
      _ = try await person.engine.create(stack.name, Self.template(stack)).result()
    }
    for number in 0..<sketch.machines {
      let machine = HealingMachine(number)
      machines.append(machine)
      if sketch.faults.contains(.api), lots.isDrawn(0.5) { machine.set(weather: Weather(lots)) }
      keepers.append(spawn { await self.keep(machine) })
      try await ambient.sleep(lots.span(upTo: 20_000))
    }
    try await waitUntilUp()
  }

  static func template(_ stack: HealingSketch.Stack) throws -> Template {
    let reading = TemplateReader.read(
      Source(name: "\(stack.name).json", text: stack.text), in: TemplateSurroundings())
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }

  private func waitUntilUp() async throws {
    for _ in 0..<60 {
      let states = await states()
      if sketch.policies.allSatisfy({ states[$0.name] == .up }) { return }
      try await ambient.sleep(.seconds(10))
    }
    note("not all applications are up at the beginning")
  }

  /// How the applications fare, as their supervisors have it; nothing of those that nobody watches.
  func states() async -> [String: ApplicationStatus.State] {
    var found: [String: ApplicationStatus.State] = [:]
    for machine in machines {
      guard let process = machine.process, !process.gate.isDead else { continue }
      for status in await process.supervisor.status() where status.state != .standingBy {
        found[status.name] = status.state
      }
    }
    return found
  }

  // MARK: - Processes

  private func network(of sender: HealingHistory.Sender) -> Network {
    Network(
      cloud, ambient, Lots(seed: world.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(processes.count)),
      heard: { [chronicle, patients] request, response in
        if chronicle.heard(request, response, by: sender) { patients.move() }
      }
    ) { [surroundings] text in
      guard surroundings.isTraced else { return }
      let line = text()
      if !line.contains("GET ") { surroundings.note("\(sender) \(line)") }
    }
  }

  /// Keeps a process on a machine until that is closed, as a service manager does.
  private func keep(_ machine: HealingMachine) async {
    while !machine.isClosed {
      do {
        let number = processes.count + 1
        let process = try HealingProcess(
          number, on: machine, network: network(of: .process(number)), of: surroundings)
        processes.append(process)
        chronicle.change { $0.machines[number] = machine.number }
        note("process \(number) starts on machine \(machine.number)")
        machine.run(process)
        for policy in sketch.policies { try await process.supervisor.add(policy) }
        await process.supervisor.start()
        if !isCalm, number > sketch.machines, sketch.faults.contains(.kill), lots.isDrawn(0.3) {
          process.gate.die(after: lots.below(40), keepsLast: lots.isDrawn(0.5))
        }
        await process.gate.death()
        note("process \(number) is dead")
        report.crashes += 1
        funerals.append(spawn { await process.supervisor.stop() })
        try await ambient.sleep(lots.span(upTo: 20_000))
      } catch {
        return violate("a process can't start: \(Self.sentence(error))")
      }
    }
  }

  /// A task in the simulated world.
  func spawn(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    return Task(executorPreference: executor) { await body() }
  }

  /// Stops all processes, and waits for the tasks of the dead.
  private func end() async {
    for machine in machines {
      machine.close()
      machine.link.join(Set(sketch.policies.map(\.target)))
      await machine.process?.supervisor.stop()
    }
    for process in processes { process.gate.kill() }
    for keeper in keepers { await keeper.value }
    for funeral in funerals { await funeral.value }
    for process in processes { await process.inner.engine.settle() }
    person?.gate.kill()
    report.crashes -= machines.count
    report.requests = processes.reduce(0) { $0 + $1.network.requests }
    report.writes = processes.reduce(0) { $0 + $1.gate.writes }
    (keepers, funerals) = ([], [])
  }

  /// Lets go of all that knows the course.
  func letGo() {
    processes = []
    machines = []
    person = nil
  }
}
