import Ambience
import StackEngine

extension Supervisor.Surroundings {
  /// Asks whether a target, and all that an action on it takes along, may be acted upon, and then what plugins say of it.
  func ask(_ proposal: StepProposal, _ action: Action) async -> Result<Answer, RemedyError> {
    do {
      return .success(
        try await within(Supervisor.askingTime, by: ambient) {
          var answer = Answer(try await remedies.readiness(of: proposal.target))
          guard answer.readiness == .ready else { return answer }
          answer.reach = try await remedies.reach(of: action, on: proposal.target)
          for other in answer.reach.sorted(by: { $0.logicalID < $1.logicalID }) where other != proposal.target
          {
            if case .busy(let reason) = try await remedies.readiness(of: other) {
              return Answer(.busy(reason))
            }
          }
          if let advisor { answer.advice = await advisor.advice(on: proposal) }
          return answer
        })
    } catch let error as RemedyError {
      return .failure(error)
    } catch {
      return .failure(RemedyError(.unreachable, sentence(of: error)))
    }
  }

  /// Performs a step, and says what came of it; a broken handler leads to the next rung.
  func perform(_ step: Step, _ context: RungContext, _ tools: HandlerTools) async -> Deed {
    let result = await result(of: step, context, tools)
    guard step.rung.action.isOperation else { return Deed(result) }
    // Nothing depends on it but what people read.
    return Deed(result, try? await remedies.trail(of: context.tag, on: context.target, waits: false))
  }

  private func result(
    of step: Step, _ context: RungContext, _ tools: HandlerTools
  ) async -> ActionResult {
    let action = step.rung.action
    do {
      try await Fence.current?.ascertain()
      return try await within(step.rung.timeout, by: ambient) {
        switch action {
        case .custom(_, let run): return ActionResult(try await run(context))
        case .handler(_, let run):
          return ActionResult(try await run(context, tools.powers, tools.journal))
        case .remoteRestart(let address, let command):
          let place = try await address.resolved(in: context.target.stack, by: resolve)
          let host = command.login.host(place, server: await server(of: context.target))
          return try await command.restart(on: host, by: shell, within: step.rung.timeout)
        case .agentRestart(let agent, let command):
          let server = try await resolve(.reference(context.target.logicalID), context.target.stack)
          return try await agent.restart(command, in: server, by: self, within: step.rung.timeout)
        default: break
        }
        try await remedies.perform(action, on: context.target, for: context.application, tag: context.tag)
        return .done
      }
    } catch let error as RemedyError {
      return ActionResult(error, of: action)
    } catch let error as LeaseLost {
      return .unreachable(sentence(of: error))
    } catch {
      let reason = sentence(of: error)
      switch action {
      case .custom, .handler: return .escalate("\(action.phrase) failed: \(reason)")
      default: return .failed(reason)
      }
    }
  }
}

extension Supervisor.Surroundings {
  /// What a target is known by, where that is known.
  func server(of target: Target) async -> String? {
    try? await resolve(.identity(of: target.logicalID), target.stack)
  }
}

/// Whether a step may be taken: what is known of its target, and what plugins say.
struct Answer: Sendable {
  let readiness: Readiness
  var advice = Advice.proceed
  /// What the step would take out of service.
  var reach: Set<Target> = []

  init(_ readiness: Readiness) { self.readiness = readiness }
}

extension ActionResult {
  package init(_ result: RungResult) {
    self =
      switch result {
      case .recovered: .done
      case .retry(let pause): .retry(after: pause)
      case .escalate(let reason): .escalate(reason)
      case .hold(let reason): .hold(reason)
      }
  }

  fileprivate init(_ error: RemedyError, of action: Action) {
    self =
      switch error.code {
      case .unreachable: .unreachable(error.message)
      case .failed: .failed(error.message)
      case .impossible: .escalate("\(action.phrase) isn't possible: \(error.message)")
      }
  }
}
