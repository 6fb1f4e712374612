import Ambience
import Document
import OrderedCollections

extension Supervisor {
  /// How long after its deadline a probe that ignores it is given up on.
  private static let probePatience = Duration.seconds(2)

  func probeIsDue(_ name: String, _ generation: UInt64, _ index: Int, due: Duration) {
    guard let watched = watches[name], watched.generation == generation else { return }
    let check = watched.watch.policy.checks[index]
    let next = due + check.every
    timers.add(
      .probe(application: name, generation: generation, check: index),
      due: next > now ? next : now + check.every)
    if watched.watch.alarms[index] != nil {
      evaluateAlarm(of: name, check: index)
    } else if watches[name]?.probing.insert(index).inserted == true {
      probesWaiting.append(ProbeTicket(application: name, generation: generation, check: index))
    }
  }

  private func evaluateAlarm(of name: String, check index: Int) {
    guard let outcome = watches[name]?.watch.alarms[index]?.evaluate(at: now) else { return }
    watches[name]?.watch.observe(outcome, ofCheck: index, at: now)
    attend(to: name)
  }

  /// Takes as many waiting probes as may be under way.
  func startProbes() -> [Work] {
    let free = max(0, options.probesAtOnce - probesUnderWay.count)
    let tickets = probesWaiting.prefix(free)
    probesWaiting.removeFirst(tickets.count)
    return tickets.compactMap { ticket in
      guard let watched = watches[ticket.application], watched.generation == ticket.generation else {
        return nil
      }
      let policy = watched.watch.policy
      let check = policy.checks[ticket.check]
      lastTicket += 1
      probesUnderWay[lastTicket] = ticket
      timers.add(.overdue(ticket: lastTicket), due: now + check.timeout + Self.probePatience)
      return .probe(lastTicket, check, stack: policy.target.stack)
    }
  }

  func finishProbe(_ key: UInt64, _ outcome: Outcome) {
    guard let ticket = probesUnderWay.removeValue(forKey: key) else { return }
    guard watches[ticket.application]?.generation == ticket.generation else { return }
    watches[ticket.application]?.probing.remove(ticket.check)
    watches[ticket.application]?.watch.observe(outcome, ofCheck: ticket.check, at: now)
    attend(to: ticket.application)
  }
}

extension Check {
  /// Asks once.
  func probe(in stack: String, by world: Supervisor.Surroundings) async -> Outcome {
    do {
      return try await within(timeout, by: world.ambient) { try await ask(in: stack, by: world) }
    } catch is DeadlineError {
      return late
    } catch is CancellationError {
      return .unknown("cancelled")
    } catch {
      return .unknown(sentence(of: error))
    }
  }

  private func ask(in stack: String, by world: Supervisor.Surroundings) async throws -> Outcome {
    switch kind {
    case .tcp(let address, let port):
      let address = try await address.resolved(in: stack, by: world.resolve)
      return await world.prober.connect(to: address, port: port, within: timeout)
    case .http(let url, let expectation):
      let url = try await url.resolved(in: stack, by: world.resolve)
      return await world.prober.get(url, expecting: expectation, within: timeout)
    case .server(let id):
      let id = try await id.resolved(in: stack, by: world.resolve)
      return .ofServer(status: try await world.serverStates(id))
    case .custom(let function): return try await function()
    case .metric: return .unknown("samples are pushed")
    }
  }

  /// No answer in time is the application's fault only where it is the one that is asked.
  private var late: Outcome {
    switch kind {
    case .tcp, .http: .down("no answer within \(timeout.phrase)")
    case .server, .custom, .metric: .unknown("the check didn't end within \(timeout.phrase)")
    }
  }
}

/// What an error says to a person.
func sentence(of error: any Error) -> String {
  if let error = error as? any Explainable, let first = error.diagnostics.first { return first.message }
  if let error = error as? DeadlineError { return "it didn't end within \(error.allowed.phrase)" }
  return "\(error)"
}
