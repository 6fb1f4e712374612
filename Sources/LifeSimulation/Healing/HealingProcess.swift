import Ambience
import HighAvailability
import OpenStack
import StackEngine
import Synchronization

/// A machine that runs a supervisor, one process after the other.
final class HealingMachine: Sendable {
  struct State {
    var process: HealingProcess?
    /// How wrong its time of day is.
    var clockError = Duration.zero
    var weather = Weather.calm
    /// The services that can't be reached from it.
    var cutOff: Set<String> = []
    var isClosed = false
  }

  let number: Int
  let link = GuestLink()
  private let state = Mutex(State())

  init(_ number: Int) { self.number = number }

  var process: HealingProcess? { state.withLock(\.process) }
  var clockError: Duration { state.withLock(\.clockError) }
  var isClosed: Bool { state.withLock(\.isClosed) }

  func set(clockError: Duration) { state.withLock { $0.clockError = clockError } }
  func close() { state.withLock { $0.isClosed = true } }

  /// Puts a process on the machine, which is in the same network as the one before.
  func run(_ process: HealingProcess) {
    state.withLock { state in
      state.process = process
      process.network.weather = state.weather
      for service in state.cutOff { process.network.cut(service) }
    }
  }

  func set(weather: Weather) {
    state.withLock { state in
      state.weather = weather
      state.process?.network.weather = weather
    }
  }

  func cut(_ service: String) {
    state.withLock { state in
      state.cutOff.insert(service)
      state.process?.network.cut(service)
    }
  }

  func join(_ service: String) {
    state.withLock { state in
      state.cutOff.remove(service)
      state.process?.network.join(service)
    }
  }
}

/// A process that supervises: engine, supervisor, and what they reach the world by.
struct HealingProcess: Sendable {
  let number: Int
  let network: Network
  let inner: EngineProcess
  let supervisor: Supervisor

  var gate: Gate { inner.gate }

  init(
    _ number: Int, on machine: HealingMachine, network: Network, of course: HealingSurroundings
  ) throws {
    self.number = number
    self.network = network
    let witness: @Sendable ([JournalEntry]) -> Void = { [chronicle = course.chronicle] entries in
      for case .note(let note) in entries { chronicle.kept(note) }
    }
    inner = try EngineProcess(journal: course.store, network: network, witness: witness) {
      machine.clockError
    }
    let (process, client, gate) = (inner, inner.client, inner.gate)
    let link = machine.link
    let restart: EngineRemedies.RestartService = { _, target, _ in
      try await gate.pass()
      try await Fence.current?.ascertain()
      try await course.restart(target, by: number, over: link)
      try await gate.pass()
    }
    var surroundings = Supervisor.Surroundings(
      ambient: inner.ambient,
      prober: GuestProber(
        process: number, gate: gate, ambient: inner.ambient, link: link, patients: course.patients,
        chronicle: course.chronicle, applications: course.applications),
      remedies: WitnessedRemedies(
        inner: EngineRemedies(
          inner.engine, ambient: inner.ambient, servers: { try await Self.facts(of: $0, client) },
          restartService: restart),
        process: number, course: course),
      resolve: Supervisor.Surroundings.resolver(inner.engine),
      serverStates: { try await client.compute.servers.getIfPresent($0)?.status }, journal: process.journal)
    let record = Supervisor.Surroundings.recorder(inner.engine)
    surroundings.record = { event in
      guard !gate.isDead else { return }
      await course.heard(event, by: number)
      await record(event)
    }
    supervisor = Supervisor(surroundings)
  }

  private static func facts(of id: String, _ client: Cloud) async throws -> ServerFacts? {
    guard let server = try await client.compute.servers.getIfPresent(id) else { return nil }
    let deeds = try await client.compute.servers.deeds(on: id, newest: ServerFacts.deedsNeeded).map {
      ServerFacts.Deed(action: $0.action, request: $0.request, start: $0.start)
    }
    return ServerFacts(status: server.status, metadata: server.metadata, deeds: deeds)
  }
}
