import Ambience
import Document
import OrderedCollections

/// What a probe is to know of its application.
struct ProbeTask: Sendable {
  let target: Target
  /// What the check's late text stands for, where that is known already.
  let text: String?
  /// Whether the text is enough where a thread can ask the rest.
  let handsOver: Bool
}

/// What a probe brought.
enum ProbeResult: Sendable {
  case found(Outcome, text: String?)
  /// What the late text stands for; the thread asks the rest.
  case text(String)
  /// The late text stands for nothing now, and why.
  case unresolved(String)
  /// What the late text names isn't there any more.
  case gone(ResourceGone)
}

extension Supervisor {
  /// How long after its deadline a probe that ignores it is given up on.
  private static let probePatience = Duration.seconds(2)

  /// Sees to a check that is due.
  func attend(to due: Monitor.Due) {
    switch due {
    case .found(let finding): take(finding)
    case .probe(let key):
      guard let owner = local[key], let watched = watches[owner.application] else { return }
      if let alarm = watched.watch.alarms[owner.check] {
        count(alarm.evaluate(at: now), at: watched.seats[owner.check])
      } else {
        probesWaiting.append(ProbeTicket(key: key, owner: owner))
      }
    }
  }

  /// Takes as many waiting probes as may be under way.
  func startProbes() -> [Work] {
    let free = max(0, options.probesAtOnce - probesUnderWay.count)
    let tickets = probesWaiting.prefix(free)
    probesWaiting.removeFirst(tickets.count)
    return tickets.compactMap { ticket in
      let owner = ticket.owner
      guard let watched = watches[owner.application], watched.generation == owner.generation else {
        return nil
      }
      let policy = watched.watch.policy
      let check = policy.checks[owner.check]
      lastTicket += 1
      probesUnderWay[lastTicket] = ticket
      timers.add(.overdue(ticket: lastTicket), due: now + check.timeout + Self.probePatience)
      let task = ProbeTask(
        target: policy.target, text: ticket.isLookUp ? nil : watched.seats[owner.check].text,
        handsOver: loop != nil)
      return .probe(lastTicket, check, task)
    }
  }

  func finishProbe(_ number: UInt64, _ result: ProbeResult) {
    guard let ticket = probesUnderWay.removeValue(forKey: number) else { return }
    if case .found(let outcome, _) = result { pulse.count(outcome) }
    let owner = ticket.owner
    guard watches[owner.application]?.generation == owner.generation else { return }
    if case .gone(let gone) = result, end(owner.application, for: gone) { return }
    if ticket.isLookUp {
      guard native[ticket.key] != nil else { return }
      if case .text(let text) = result { takeText(text, of: owner) } else { takeText(nil, of: owner) }
      return
    }
    guard let seat = watches[owner.application]?.seats[owner.check] else { return }
    watches[owner.application]?.seats[owner.check].isUnresolved = result.isUnresolved
    switch result {
    case .text(let text) where loop != nil: takeText(text, of: owner)
    case .text: count(.unknown("interrupted"), at: seat)
    case .unresolved(let reason):
      watches[owner.application]?.seats[owner.check].text = nil
      count(.unknown(reason), at: seat)
    case .gone(let gone): count(.unknown("\(gone)"), at: seat)
    case .found(let outcome, let text):
      watches[owner.application]?.seats[owner.check].text = outcome == .up ? text : nil
      count(outcome, at: seat)
    }
  }

  /// Ends the watch of an application whose target is gone, which no check can find down any more; false when it was
  /// something else that is gone, or an action is under way.
  private func end(_ name: String, for gone: ResourceGone) -> Bool {
    guard let watched = watches[name], watched.isOwn, case let target = watched.watch.policy.target,
      target.stack == gone.stack,
      gone.logicalID.map({ $0 == target.logicalID }) ?? true,
      watches[name]?.watch.lose("\(gone)") ?? false
    else { return false }
    attend(to: name)
    return true
  }

  /// Lets the supervisor's own judge count an outcome.
  func count(_ outcome: Outcome, at seat: Seat) {
    guard case .local(let key) = seat.place else { return }
    if let finding = monitor.observe(outcome, of: key, at: nanoseconds) { take(finding) }
  }

  /// Takes what the supervisor's own judge has found.
  func take(_ finding: Monitor.Finding) {
    if let owner = local[finding.key] { take(finding.judge, finding.verdict, of: owner) }
  }

  func take(_ judge: Judge, _ verdict: Judge.Verdict, of owner: Roster.Owner) {
    guard watches[owner.application]?.generation == owner.generation else { return }
    if verdict.isNews, let witness = surroundings.witness, let outcome = judge.last,
      let watched = watches[owner.application], watched.isOwn
    {
      let check = watched.watch.policy.checks[owner.check]
      witness(
        Sighting(
          time: surroundings.ambient.now(), application: owner.application, check: check.name,
          outcome: outcome))
    }
    watches[owner.application]?.watch.take(judge, verdict, ofCheck: owner.check, at: now)
    attend(to: owner.application)
  }
}

extension ProbeResult {
  fileprivate var isUnresolved: Bool {
    switch self {
    case .unresolved, .gone: true
    case .found, .text: false
    }
  }
}

extension Check {
  /// Asks once.
  func probe(_ task: ProbeTask, by world: Supervisor.Surroundings) async -> ProbeResult {
    do {
      return try await within(timeout, by: world.ambient) { try await ask(task, by: world) }
    } catch is DeadlineError {
      return .found(late, text: nil)
    } catch let error as ResourceGone {
      return .gone(error)
    } catch is CancellationError {
      return .found(.unknown("cancelled"), text: nil)
    } catch {
      return .found(.unknown(sentence(of: error)), text: nil)
    }
  }

  private func ask(_ task: ProbeTask, by world: Supervisor.Surroundings) async throws -> ProbeResult {
    var text = task.text
    if text == nil {
      do {
        text = try await lateText(for: task.target)?.resolved(in: task.target.stack, by: world.resolve)
      } catch {
        guard let error = error as? RemedyError else { throw error }
        return .unresolved(error.message)
      }
    }
    if task.handsOver, let text, question(text) != nil { return .text(text) }
    return .found(try await outcome(text ?? "", task.target, by: world), text: text)
  }

  private func outcome(_ text: String, _ target: Target, by world: Supervisor.Surroundings) async throws
    -> Outcome
  {
    let timeout = timeout
    switch kind {
    case .tcp(_, let port):
      return await see(by: world) { await $0.connect(to: text, port: port, within: timeout) }
    case .http(_, let expectation):
      return await see(by: world) { await $0.get(text, expecting: expectation, within: timeout) }
    case .server: return .ofServer(status: try await world.serverStates(text))
    case .cloud(let thing, _): return .of(thing, text, state: try await world.cloudStates(thing, text))
    case .dns(_, let query): return await world.prober.ask(query, at: text, within: timeout)
    case .ssh(_, let command):
      let host = command.login.host(text, server: await world.server(of: target))
      return await command.outcome(on: host, by: world.shell, within: timeout)
    case .guestAgent(_, let agent, let command):
      return try await agent.outcome(of: text, running: command, by: world, within: timeout)
    case .custom(let function): return try await function()
    case .metric, .heartbeat, .reported: return .unknown("nothing was pushed")
    }
  }

  /// Asks from this machine, or from where the check is to be asked.
  private func see(
    by world: Supervisor.Surroundings, _ ask: @escaping @Sendable (any Prober) async -> Outcome
  ) async -> Outcome {
    if let vantage { return await vantage.outcome(by: world, ask) }
    return await ask(world.prober)
  }

  /// No answer in time is the application's fault only where it is the one that is asked.
  private var late: Outcome {
    switch kind {
    case .tcp, .http, .dns: .down("no answer within \(timeout.phrase)")
    case .server, .cloud, .ssh, .guestAgent, .custom, .metric, .heartbeat, .reported:
      .unknown("the check didn't end within \(timeout.phrase)")
    }
  }
}

/// What an error says to a person.
func sentence(of error: any Error) -> String {
  if let error = error as? any Explainable, let first = error.diagnostics.first { return first.message }
  if let error = error as? DeadlineError { return "it didn't end within \(error.allowed.phrase)" }
  return "\(error)"
}
