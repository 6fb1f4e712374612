import Ambience
import Document
import EmbeddedCloud
import OrderedCollections
import Simulation
import StackEngine
import Synchronization
import Templates

/// The course of one life: what is done to its stack, and what goes wrong meanwhile.
actor LifeCourse {
  static let stackName = "life"

  let world: SimulatedWorld
  let ambient: Ambient
  let lots: Lots
  let cloud: EmbeddedCloud
  let network: Network
  /// Keeps the leases of the dead until their time is up, as a shared store does.
  let journal: MemoryJournal
  let isTraced: Bool
  /// How wrong the engines' clock is.
  nonisolated let clockError = Mutex(Duration.zero)
  var process: EngineProcess?
  var graveyard: [EngineProcess] = []
  /// A process on another machine with the same store, which nothing ever happens to.
  var rival: EngineProcess?
  /// What the rival is at.
  var rivalry: Task<Void, Never>?
  /// The kinds of faults that this life has.
  var weather = Weather()
  var report: LifeReport
  var audit = Audit()
  /// Whether anything went wrong on purpose with the operation that runs.
  var isDisturbed = false
  /// The resource that is being replaced, as it was.
  var replaced: ResourceRecord?
  /// The stack's last operation before that.
  var lastOperation: String?
  /// What the stack was last asked to be.
  var sketch = StackSketch()

  init(_ world: SimulatedWorld, isTraced: Bool) {
    self.world = world
    self.isTraced = isTraced
    ambient = world.ambient
    lots = Lots(seed: world.seed &* 0x2545_F491_4F6C_DD1D &+ 1)
    cloud = EmbeddedCloud(ambient: ambient)
    journal = MemoryJournal(leaseTerm: .seconds(15), uptime: ambient.uptime)
    report = LifeReport(seed: world.seed)
    network = Network(cloud, ambient, Lots(seed: world.seed &* 0x9E37_79B9_7F4A_7C15 &+ 2)) { text in
      if isTraced { world.note(text()) }
    }
  }

  func live() async -> LifeReport {
    do {
      audit.begin(await cloud.holdings())
      weather = lots.isDrawn(0.3) ? .calm : Weather(lots)
      try start()
      sketch = StackSketch(lots, most: lots.isDrawn(0.3) ? 12 : 5)
      await perform(.create)
      for _ in 0..<lots.below(6) {
        guard report.violations.isEmpty else { break }
        await perform(await choice())
      }
      if report.violations.isEmpty { await end() }
    } catch {
      violate("the life broke off: \(error)")
    }
    // The tasks of the dead end, too.
    network.calm()
    for dead in processes {
      dead.gate.kill()
      await dead.engine.settle()
    }
    report.requests = network.requests
    report.writes = writes
    report.trace = isTraced ? world.notes : []
    // They know the course by its clock.
    (process, rival, rivalry, graveyard) = (nil, nil, nil, [])
    return report
  }

  private var processes: [EngineProcess] { graveyard + [process, rival].compactMap(\.self) }
  private var writes: Int { processes.reduce(0) { $0 + $1.gate.writes } }

  nonisolated func note(_ text: @autoclosure () -> String) { if isTraced { world.note(text()) } }

  func violate(_ sentence: String) {
    note("VIOLATION \(sentence)")
    report.violations.append(sentence)
  }

  // MARK: - The process

  func start() throws {
    process = try makeProcess()
    note("a process starts")
  }

  func makeProcess() throws -> EngineProcess {
    try EngineProcess(journal: journal, network: network) { [self] in clockError.withLock { $0 } }
  }

  /// Puts a new process in the place of a dead one.
  func restart() async throws {
    guard let dead = process, dead.gate.isDead else { return }
    note("a process is dead")
    report.crashes += 1
    graveyard.append(dead)
    try await ambient.sleep(lots.span(upTo: 20_000))
    if lots.isDrawn(0.1) { clockError.withLock { $0 = .seconds(lots.below(7200) - 3600) } }
    try start()
    if lots.isDrawn(0.3) { process?.gate.die(after: lots.below(40), keepsLast: lots.isDrawn(0.5)) }
  }

  func template(_ sketch: StackSketch) throws -> Template {
    let text = sketch.text(prefix: "l").jsonText()
    let reading = TemplateReader.read(Source(name: "life.json", text: text), in: TemplateSurroundings())
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }
}
