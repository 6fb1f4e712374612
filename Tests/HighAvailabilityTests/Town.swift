import Ambience
import HighAvailability
import StackEngine
import Synchronization

/// Applications on servers, as a supervisor meets them: probed, acted upon, and broken by tests.
final class Town: Remedies {
  struct Deed: Hashable {
    let second: Int64
    let action: String
    let target: String
    /// What the step is called.
    var tag = ""
  }

  private struct State {
    /// What it takes to heal what is broken, by address.
    var broken: [String: String] = [:]
    var unreachable: Set<String> = []
    var readiness: [Target: Readiness] = [:]
    /// What actions take along, by what they are called.
    var reach: [String: Set<Target>] = [:]
    /// How long what was under way as its process died goes on.
    var rest = Duration.zero
    /// Actions that fail.
    var failing: Set<String> = []
    /// What has another address than its name.
    var addresses: [String: String] = [:]
    var deeds: [Deed] = []
    /// What was done in the name of each step.
    var tags: [String: String] = [:]
    var underWay: [Target: Int] = [:]
    var mostAtOnce = 0
    var mostOnOne = 0
    var cancelled = 0
    var probes = 0
    var recorded: [HAEvent] = []
  }

  private let ambient: Ambient
  private let takes: Duration
  /// The store that all supervisors of the town share.
  let journal: any Journal
  private let state = Mutex(State())

  /// A town in which each action lasts as long as given.
  init(_ ambient: Ambient, takes: Duration = .seconds(5), journal: any Journal = MemoryJournal()) {
    self.ambient = ambient
    self.takes = takes
    self.journal = journal
  }

  // MARK: - What tests do and see

  func breakDown(_ address: String, until action: String = "restart") {
    state.withLock { $0.broken[address] = action }
  }

  func heal(_ address: String) { state.withLock { $0.broken[address] = nil } }

  func lose(_ address: String) { state.withLock { _ = $0.unreachable.insert(address) } }

  func find(_ address: String) { state.withLock { _ = $0.unreachable.remove(address) } }

  func set(_ readiness: Readiness, of target: Target) { state.withLock { $0.readiness[target] = readiness } }

  func set(reach: Set<Target>, of action: String) { state.withLock { $0.reach[action] = reach } }

  /// What was under way as a process died takes so long yet.
  func set(rest: Duration) { state.withLock { $0.rest = rest } }

  func fail(_ action: String) { state.withLock { _ = $0.failing.insert(action) } }

  func move(_ name: String, to address: String) { state.withLock { $0.addresses[name] = address } }

  var deeds: [Deed] { state.withLock(\.deeds) }
  var actions: [String] { deeds.map(\.action) }
  var mostAtOnce: Int { state.withLock(\.mostAtOnce) }
  var mostOnOne: Int { state.withLock(\.mostOnOne) }
  var cancelled: Int { state.withLock(\.cancelled) }
  var probes: Int { state.withLock(\.probes) }
  var recorded: [HAEvent] { state.withLock(\.recorded) }

  // MARK: - What the supervisor meets

  var surroundings: Supervisor.Surroundings {
    Supervisor.Surroundings(
      ambient: ambient,
      prober: FunctionProber(
        connect: { address, _ in self.probe(address) }, get: { url, _ in self.probe(url) }),
      remedies: self, resolve: { part, stack in try self.resolve(part, stack) },
      serverStates: { self.probe($0).isDown ? "SHUTOFF" : "ACTIVE" }, journal: journal,
      record: { event in self.state.withLock { $0.recorded.append(event) } })
  }

  /// The town as a process meets it whose time of day is wrong by a span.
  func surroundings(ahead error: Duration) -> Supervisor.Surroundings {
    var met = surroundings
    met.ambient = Ambient(
      now: { [ambient] in ambient.now() + error }, uptime: ambient.uptime, sleep: ambient.sleep,
      random: ambient.random)
    return met
  }

  /// The town as a process meets it that can be stopped or killed.
  func surroundings(_ fate: Fate) -> Supervisor.Surroundings {
    var met = surroundings
    met.ambient = fate.ambient(ambient)
    met.journal = FatedJournal(inner: journal, fate: fate)
    met.prober = FunctionProber(
      connect: { address, _ in (try? await fate.pass()) == nil ? .unknown("dead") : self.probe(address) },
      get: { url, _ in self.probe(url) })
    met.remedies = FatedRemedies(inner: self, fate: fate)
    met.record = { event in
      if (try? await fate.pass()) != nil { self.state.withLock { $0.recorded.append(event) } }
    }
    return met
  }

  private func resolve(_ part: LateText.Part, _ stack: String) throws -> String {
    if case .reference(let name) = part { return state.withLock { $0.addresses[name] } ?? name }
    throw RemedyError(.failed, "nothing is known of it yet")
  }

  /// What a probe would find.
  func probeNow(_ address: String) -> Outcome { probe(address) }

  private func probe(_ address: String) -> Outcome {
    state.withLock { state in
      state.probes += 1
      if state.unreachable.contains(address) { return .unknown("no route to host") }
      return state.broken[address] == nil ? .up : .down("connection refused")
    }
  }

  func tags(of target: Target) async throws -> [String: String] { ["env": target.stack] }

  func readiness(of target: Target) async throws -> Readiness {
    state.withLock { $0.readiness[target] } ?? .ready
  }

  func reach(of action: Action, on target: Target) async throws -> Set<Target> {
    state.withLock { $0.reach[Self.name(action)] } ?? [target]
  }

  /// What was begun in the name of a step; here it is done at once, or goes on for as long as was said.
  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? {
    if waits { try await ambient.sleep(state.withLock(\.rest)) }
    let deed = state.withLock { $0.tags[tag] }
    return deed.map { OperationTrail(operation: tag, isSuccess: true, reason: $0, request: nil) }
  }

  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
    try await Fence.current?.ascertain()
    state.withLock { $0.tags[tag] = action.phrase }
    begin(action, target, tag)
    defer { state.withLock { $0.underWay[target, default: 1] -= 1 } }
    do {
      try await ambient.sleep(takes)
    } catch {
      state.withLock { $0.cancelled += 1 }
      throw error
    }
    if state.withLock({ $0.failing.contains(Self.name(action)) }) {
      throw RemedyError(.failed, "the rest of the stack can't be updated")
    }
    var (power, servers) = (Trace.actions.firstIndex(of: Self.name(action)) ?? 0, [target.logicalID])
    if case .replace(let replacement) = action {
      power = Trace.actions.firstIndex(of: "replace") ?? 0
      servers += replacement.members
    }
    state.withLock { state in
      for server in servers {
        guard let healer = state.broken[server] else { continue }
        if power >= Trace.actions.firstIndex(of: healer) ?? .max { state.broken[server] = nil }
      }
    }
  }

  private func begin(_ action: Action, _ target: Target, _ tag: String) {
    state.withLock { state in
      state.deeds.append(
        Deed(
          second: ambient.uptime().components.seconds, action: Self.name(action), target: target.logicalID,
          tag: tag))
      state.underWay[target, default: 0] += 1
      state.mostAtOnce = max(state.mostAtOnce, state.underWay.values.reduce(0, +))
      state.mostOnOne = max(state.mostOnOne, state.underWay.values.max() ?? 0)
    }
  }

  static func name(_ action: Action) -> String { action.phrase.replacing(" ", with: "_") }
}

/// The remedies of a process that can be stopped or killed.
private struct FatedRemedies: Remedies {
  let inner: Town
  let fate: Fate

  func readiness(of target: Target) async throws -> Readiness {
    try await fate.pass()
    return try await inner.readiness(of: target)
  }

  func reach(of action: Action, on target: Target) async throws -> Set<Target> {
    try await inner.reach(of: action, on: target)
  }

  func tags(of target: Target) async throws -> [String: String] { try await inner.tags(of: target) }

  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
    try await fate.passAction()
    try await inner.perform(action, on: target, for: application, tag: tag)
    try await fate.pass()
  }

  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? {
    try await fate.pass()
    return try await inner.trail(of: tag, on: target, waits: waits)
  }
}
