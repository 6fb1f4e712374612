import Ambience
import Document
import OrderedCollections
import StackEngine

// What is decided is written down before it is done.
//
// Each turn of the loop keeps what is new of all applications, in one commit of the store where that can, and only then
// begins what it tells of. An action whose intent couldn't be kept isn't begun: it waits as if the cloud were away.
extension Supervisor {
  /// Writes what a notice tells into the application's incident, and opens or closes that.
  func note(_ notice: Watch.Notice, of name: String) {
    guard let watched = watches[name] else { return }
    let time = surroundings.ambient.now()
    var log = watched.log
    if notice.verb == .detected, let failure = watched.watch.incident, let new = newLog(of: watched.watch) {
      tally.detect(name, after: now - failure.start)
      watches[name]?.open(new)
      log = new
    }
    guard var log, log.isOpen else { return }
    var cause = watched.watch.cause
    if let rung = notice.rung { cause.rung = rung }
    cause.incident = notice.source
    if notice.verb == .startedOver { cause.action = notice.reason }
    log.add(IncidentEntry.Kind(notice.verb), notice.reason, cause, at: time)
    switch notice.verb {
    case .recovered: log.set(.recovered, at: time)
    case .held: log.set(.held, at: time)
    case .gaveUp: log.set(.gaveUp, at: time)
    case .ended: log.set(.ended, at: time)
    // What is under way has yet to come to something.
    case .maintenanceBegan where !watched.watch.isActing: log.set(.ended, at: time)
    default: break
    }
    watches[name]?.log = log
  }

  /// A new incident of an application that fails; nil when it doesn't.
  func newLog(of watch: Watch) -> IncidentLog? {
    guard let failure = watch.incident else { return nil }
    let ambient = surroundings.ambient
    return IncidentLog(
      Incident(
        id: ambient.characters(Incident.length, from: Incident.alphabet), application: watch.policy.name,
        target: watch.policy.target, began: ambient.now() + (failure.start - now), reason: failure.reason))
  }

  /// Writes down which step was chosen and why, once.
  func noteDecision(of name: String) {
    guard let watched = watches[name], var log = watched.log, log.isOpen,
      case .planned(let plan) = watched.watch.phase
    else { return }
    let decision = "\(plan.step.index) \(plan.step.attempt)"
    guard log.decision != decision else { return }
    log.decision = decision
    log.set(.open, at: surroundings.ambient.now())
    let wait = plan.due - now
    let when = wait > .zero ? "in \(wait.phrase)" : "at once"
    log.add(
      .decided, "\(plan.step.phrase), \(when)", IncidentCause(plan.step), at: surroundings.ambient.now())
    watches[name]?.log = log
  }

  /// Writes down what came of a step.
  func noteOutcome(_ result: ActionResult, _ trail: OperationTrail?, of step: Step, for name: String) {
    tally.count(result, of: step)
    guard var log = watches[name]?.log, log.isOpen else { return }
    var cause = IncidentCause(step)
    cause.operation = trail?.operation
    cause.request = trail?.request
    log.decision = nil
    log.add(.outcome, result.phrase, cause, at: surroundings.ambient.now())
    watches[name]?.log = log
  }

  /// Ends an incident whose last step has outlasted the beginning of maintenance.
  func endIncidentOfMaintenance(of name: String) {
    guard let watch = watches[name]?.watch, watch.isInMaintenance, watch.incident == nil else { return }
    watches[name]?.log?.set(.ended, at: surroundings.ambient.now())
  }

  // MARK: - Keeping

  /// What is to be kept of an application.
  private struct News {
    let name: String
    let policy: ApplicationPolicy
    let lease: Lease
    let logs: [IncidentLog]
    let state: WatchState<Duration>
  }

  /// Of how many applications the news are kept at once.
  private static let newsAtOnce = 500

  /// Keeps what is new.
  ///
  /// - Returns: The applications whose news couldn't be kept.
  func keepIncidents() async -> Set<String> {
    let generations = generations(of: Array(touched))
    touched = []
    var failed: Set<String> = []
    for generation in generations {
      var names = generation[...]
      while !names.isEmpty {
        failed.formUnion(await keep(await news(of: names.prefix(Self.newsAtOnce))))
        names = names.dropFirst(Self.newsAtOnce)
      }
    }
    return failed
  }

  /// Applications, parts before what they are parts of: who goes on with the whole has to find why something is done for it.
  func generations(of names: [String]) -> [[String]] {
    guard !parts.isEmpty else { return [names] }
    let depths = Dictionary(grouping: names) { name in
      parts[name] == nil ? Int.max : watches[name].map { ancestors(of: $0.watch.policy).count } ?? 0
    }
    return depths.sorted { $0.key > $1.key }.map(\.value)
  }

  private func news(of names: ArraySlice<String>) async -> [News] {
    var news: [News] = []
    for name in names {
      guard let watched = watches[name], watched.isLed else { continue }
      let state = watched.watch.state
      guard watched.hasNews || watched.hasEnded || state.hashValue != watched.saved else { continue }
      if watched.hasNews { await nameIncidents(of: name) }
      guard let lease = watches[name]?.lease else { continue }
      let logs = watches[name]?.takeNews() ?? []
      news.append(
        News(name: name, policy: watched.watch.policy, lease: lease, logs: logs, state: state))
      watches[name]?.saved = state.hashValue
    }
    return news
  }

  private func keep(_ news: [News]) async -> Set<String> {
    guard !news.isEmpty else { return [] }
    return await withTaskGroup(of: (String, [IncidentLog], (any Error)?).self) { group in
      for item in news {
        let entries = entries(of: item.policy, item.logs, item.state, isReleased: isStopping)
        group.addTask { [store = incidents.store] in
          do {
            try await store.append(entries, under: item.lease)
            return (item.name, item.logs, nil)
          } catch {
            return (item.name, item.logs, error)
          }
        }
      }
      var failed: Set<String> = []
      for await (name, logs, error) in group {
        guard let error else {
          if watches[name]?.hasEnded ?? false, var gone = watches.removeValue(forKey: name) {
            dismiss(&gone)
            departures.append((name, gone))
          }
          continue
        }
        failed.insert(name)
        if let lost = error as? LeaseLost {
          stepDown(name, lost.lease)
        } else {
          watches[name]?.putBack(logs)
          watches[name]?.saved = nil
          touched.append(name)
        }
      }
      return failed
    }
  }

  func entries(
    of policy: ApplicationPolicy, _ logs: [IncidentLog], _ state: WatchState<Duration>, isReleased: Bool
  ) -> [JournalEntry] {
    var entries: [JournalEntry] = []
    let operates = state.step.map { policy.ladder.rungs[$0.rung].action.isOperation } ?? false
    for log in logs {
      if log.isChanged { entries.append(IncidentJournal.entry(log.incident)) }
      entries += log.unkept.map { IncidentJournal.entry($0, of: log.incident.id, operates: operates) }
    }
    let log = logs.last
    var record = WatchRecord(
      state, uptime: now, time: surroundings.ambient.now(), holder: holder, isReleased: isReleased,
      incident: log.flatMap { $0.isOpen ? $0.incident.id : nil }, entries: log?.count ?? 0)
    record.target = policy.target
    record.scope = policy.relations.scope
    record.parent = policy.relations.parent
    return entries + [IncidentJournal.entry(record, of: policy.name)]
  }

  /// Gives new incidents ids that the store doesn't have.
  private func nameIncidents(of name: String) async {
    for log in watches[name]?.logs ?? [] where !log.isKnown {
      var id = log.incident.id
      // What can't be asked now can't be written either.
      while (try? await incidents.has(id)) ?? false {
        let other = surroundings.ambient.characters(Incident.length, from: Incident.alphabet)
        guard let index = watches[name]?.logs.firstIndex(where: { $0.incident.id == id }) else { break }
        watches[name]?.logs[index].rename(to: other)
        id = other
      }
    }
  }
}

extension Watch {
  /// What its checks say, and the step that it is at.
  var cause: IncidentCause {
    var cause = IncidentCause()
    switch phase {
    case .planned(let plan), .asking(let plan): cause = IncidentCause(plan.step)
    case .acting(let step): cause = IncidentCause(step)
    case .watching, .settling, .held, .gaveUp:
      if let step = incident?.lastStep { cause = IncidentCause(step) }
    }
    cause.findings = zip(policy.checks, healths).compactMap { check, health in
      health.last.map { IncidentCause.Finding(check: check.name, outcome: "\($0)") }
    }
    return cause
  }
}

extension IncidentCause {
  init(_ step: Step) {
    self.init()
    rung = step.index
    action = step.rung.action.phrase
    counter = "\(step.attempt) of \(step.rung.intensity) within \(step.rung.period.phrase)"
  }
}

extension ActionResult {
  /// What came of an attempt, in a phrase.
  var phrase: String {
    switch self {
    case .done: "done"
    case .retry(let pause): "to be tried again after \(pause.phrase)"
    case .escalate(let reason), .hold(let reason), .failed(let reason), .unreachable(let reason),
      .notBegun(let reason), .unknown(let reason):
      reason
    }
  }
}

extension IncidentEntry.Kind {
  init(_ verb: HAEvent.Verb) {
    self =
      switch verb {
      case .detected: .detected
      case .restart, .softReboot, .hardReboot, .stopStart, .rebuild, .replace, .fence, .evacuate,
        .moveAddress,
        .drain, .admit, .notify, .custom:
        .intent
      case .failed: .outcome
      case .escalated: .escalated
      case .startedOver: .startedOver
      case .waiting: .waiting
      case .held: .held
      case .recovered: .recovered
      case .gaveUp: .gaveUp
      case .frozen, .flapping: .frozen
      case .thawed, .steadied: .thawed
      case .maintenanceBegan, .maintenanceEnded: .maintenance
      case .tookOver: .tookOver
      case .ended: .ended
      }
  }
}
