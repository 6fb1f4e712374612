import Document
import HTTP
import HighAvailability
import OrderedCollections
import StackEngine
import Synchronization

/// Writes a healing life's history down while it is lived.
final class Chronicle: Sendable {
  /// What one process's probes have found of one check, judged by the check's rules and nothing else.
  private struct Streak {
    var downs = 0
    var ups = 0
    var isDown = false
  }

  private struct Seat: Hashable {
    let process: Int
    let application: String
    let check: String
  }

  private struct State {
    var history = HealingHistory()
    var streaks: [Seat: Streak] = [:]
    var rules: [String: [String: (fall: Int, rise: Int)]] = [:]
    /// The servers that didn't answer when they were last asked by anybody who could.
    var silent: Set<Target> = []
    var probes = 0
    var faults = 0
  }

  private let state = Mutex(State())
  private let time: @Sendable () -> Duration

  init(time: @escaping @Sendable () -> Duration) { self.time = time }

  var history: HealingHistory { state.withLock(\.history) }
  var probes: Int { state.withLock(\.probes) }
  var faults: Int { state.withLock(\.faults) }
  var silent: Set<Target> { state.withLock(\.silent) }

  func countFault() { state.withLock { $0.faults += 1 } }

  func change(_ body: (inout HealingHistory) -> Void) { state.withLock { body(&$0.history) } }

  func begin(_ sketch: HealingSketch) {
    state.withLock { state in
      state.history.policies = sketch.policies
      for stack in sketch.stacks {
        for (server, need) in stack.needs {
          let target = Target(stack: stack.name, logicalID: server)
          state.history.needs[target] = Target(stack: stack.name, logicalID: need)
        }
      }
      for policy in sketch.policies {
        for check in policy.checks {
          state.rules[policy.name, default: [:]][check.name] = (check.fall, check.rise)
        }
      }
    }
  }

  // MARK: - Probes

  func found(_ outcome: Outcome, by process: Int, of application: String, _ check: String) {
    state.withLock { state in
      state.probes += 1
      guard let rules = state.rules[application]?[check] else { return }
      let seat = Seat(process: process, application: application, check: check)
      var streak = state.streaks[seat] ?? Streak()
      switch outcome {
      case .unknown: return
      case .up:
        (streak.ups, streak.downs) = (streak.ups + 1, 0)
        if streak.ups >= rules.rise { streak.isDown = false }
      case .down:
        (streak.ups, streak.downs) = (0, streak.downs + 1)
        if streak.downs >= rules.fall { streak.isDown = true }
      }
      state.streaks[seat] = streak
    }
  }

  /// Notes whether a server answers those who can reach it.
  func asked(_ target: Target, answers: Bool) {
    state.withLock { state in
      if answers { state.silent.remove(target) } else { state.silent.insert(target) }
    }
  }

  /// Forgets what a process has found: it has seen nothing for long.
  func blind(_ process: Int) {
    state.withLock { state in state.streaks = state.streaks.filter { $0.key.process != process } }
  }

  // MARK: - Acts

  /// Notes that a supervisor acts; returns the number of the act.
  func begin(_ act: HealingHistory.Act) -> Int {
    state.withLock { state in
      var act = act
      act.isFounded = state.streaks.contains {
        $0.key.process == act.process && $0.key.application == act.application && $0.value.isDown
      }
      state.history.acts.append(act)
      return state.history.acts.count - 1
    }
  }

  func end(_ act: Int) {
    let now = time()
    state.withLock { state in
      if state.history.acts[act].span.to == nil { state.history.acts[act].span.to = now }
    }
  }

  /// Takes note of what was written down.
  ///
  /// With the outcome of a step its acts have ended, whoever has found that out: the process that began them may be
  /// stopped.
  func kept(_ note: Note) {
    guard note.book == "incident", let kind = note.record["kind"]?.string.flatMap(IncidentEntry.Kind.init)
    else { return }
    let now = time()
    state.withLock { state in
      switch kind {
      case .gaveUp, .recovered, .startedOver, .maintenance, .ended:
        state.history.turns.append(HealingHistory.Turn(incident: note.page, kind: kind, time: now))
      default: break
      }
      guard kind == .outcome else { return }
      for index in state.history.acts.indices {
        let act = state.history.acts[index]
        guard act.span.to == nil, act.incident == note.page else { continue }
        state.history.acts[index].span.to = now
      }
    }
  }

  /// Notes which servers are others now.
  func replaced(_ servers: Set<String>, by act: Int) {
    state.withLock { $0.history.acts[act].replacement?.replaced = servers }
  }

  /// Notes that something has come of an act in the cloud or in a guest.
  func takeEffect(_ act: Int) { state.withLock { $0.history.acts[act].hasEffect = true } }

  // MARK: - Requests

  /// Notes what the cloud has answered to a request; returns whether servers have come or gone.
  func heard(_ request: Request, _ response: Response, by sender: HealingHistory.Sender) -> Bool {
    guard request.method != .get, (200..<300).contains(response.status) else { return false }
    let path = request.url.split(separator: "/").drop { $0 != "compute" }
    guard let servers = path.firstIndex(of: "servers") else { return false }
    let rest = path[(servers + 1)...]
    guard let server = rest.first, rest.last == "action" else { return rest.count <= 1 }
    guard let verb = Self.verb(of: request) else { return false }
    let id = response.headers["X-Compute-Request-Id"] ?? ""
    let now = time()
    state.withLock { state in
      state.history.deeds.append(
        HealingHistory.Deed(time: now, sender: sender, server: String(server), verb: verb, request: id))
      guard case .process(let process) = sender else { return }
      let index = state.history.acts.lastIndex { $0.process == process && $0.server == String(server) }
      if let index { state.history.acts[index].hasEffect = true }
    }
    return false
  }

  /// What an action is called in Nova's list.
  private static func verb(of request: Request) -> String? {
    let name = (try? Value.json(String(decoding: request.body, as: UTF8.self)))?.map?.keys.first
    switch name {
    case "os-stop": return "stop"
    case "os-start": return "start"
    case let name?: return name
    case nil: return nil
    }
  }
}

extension Check {
  /// How many failures, at the least, make it down.
  fileprivate var fall: Int {
    switch rules.fall {
    case .inARow(let count), .of(let count, _), .within(let count, _): count
    }
  }
}
