import Ambience
import OrderedCollections
import StackEngine

// A step whose intent was kept, and no outcome, may have been taken or not.
extension Supervisor {
  /// Finds out what became of a step that was cut off, before anything else is done about its application.
  func lookInto(_ step: Step, of name: String) {
    guard let watched = watches[name] else { return }
    lastTicket += 1
    let ticket = ActionTicket(
      application: name, generation: watched.generation, target: watched.watch.policy.target)
    actionsUnderWay[lastTicket] = ticket
    timers.add(.overdue(ticket: lastTicket), due: now + step.rung.timeout + Self.actionPatience)
    stepsToPerform.append(.look(lastTicket, step, context(of: step, for: ticket)))
  }

  /// How often it is looked for operations that no process goes on with.
  private static let sweep = Duration.seconds(60)

  /// Has operations gone on with that no process goes on with, also of what has given up: nobody else may be there to
  /// free their stacks.
  func sweepOperations() -> [Work] {
    guard let due = sweepDue, due <= now, !massFailures.isFrozen else { return [] }
    sweepDue = nil
    return [.sweep]
  }

  func finishSweep() { sweepDue = now + Self.sweep }

  /// Whether what was begun on a stack may be gone on with: someone on it is looked after here, and no one is to be left
  /// alone.
  func looksAfter(stack: String) -> Bool {
    let all = watches.values.filter { $0.isLed && !$0.hasEnded && $0.watch.policy.target.stack == stack }
    return !massFailures.isFrozen && !all.isEmpty && all.allSatisfy(\.isOwn)
  }

  /// What an action of a step is told.
  func context(of step: Step, for ticket: ActionTicket) -> RungContext {
    let watched = watches[ticket.application]
    let log = watched?.log
    var context = RungContext(
      application: ticket.application, target: ticket.target,
      reason: watched?.watch.incident?.reason ?? "", attempt: step.attempt, intensity: step.rung.intensity,
      tag: log.flatMap(\.tag) ?? "")
    context.parts = watched?.watch.incident.map { Array($0.parts.keys) } ?? []
    return context
  }
}

extension Supervisor.Surroundings {
  /// Finds out what became of a step of another process, and waits for its end.
  func look(into step: Step, _ context: RungContext, _ tools: HandlerTools) async -> Deed {
    // Without its intent nobody can tell what of it was done, and a handler would do it all again.
    guard !context.tag.isEmpty else {
      return Deed(
        .unknown("its intent is lost, so that nobody knows what came of \(step.rung.action.phrase)"))
    }
    // A handler is run again: it gets what came of each of its acts from its journal.
    if case .handler = step.rung.action { return await perform(step, context, tools) }
    guard step.rung.action.isOperation else {
      return Deed(.unknown("it isn't known what came of \(step.rung.action.phrase); the checks will tell"))
    }
    do {
      return try await within(step.rung.timeout, by: ambient) {
        guard let trail = try await remedies.trail(of: context.tag, on: context.target, waits: true) else {
          return Deed(.notBegun("\(step.rung.action.phrase) was never begun"))
        }
        return Deed(trail.isSuccess ? .done : .failed(trail.reason), trail)
      }
    } catch {
      return Deed(
        .unknown("it can't be found out what came of \(step.rung.action.phrase): \(sentence(of: error))"))
    }
  }
}

/// What came of an action, and the operation that it was.
struct Deed: Sendable {
  let result: ActionResult
  let trail: OperationTrail?

  init(_ result: ActionResult, _ trail: OperationTrail? = nil) {
    self.result = result
    self.trail = trail
  }
}
