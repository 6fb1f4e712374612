import Ambience
import StackEngine

extension Supervisor.Surroundings {
  /// Asks whether a target may be acted upon.
  func ask(_ target: Target) async -> Result<Readiness, RemedyError> {
    do {
      return .success(
        try await within(Supervisor.askingTime, by: ambient) { try await remedies.readiness(of: target) })
    } catch let error as RemedyError {
      return .failure(error)
    } catch {
      return .failure(RemedyError(.unreachable, sentence(of: error)))
    }
  }

  /// Performs a step, and says what came of it; a broken handler leads to the next rung.
  func perform(_ step: Step, _ context: RungContext) async -> Deed {
    let result = await result(of: step, context)
    guard step.rung.action.isOperation else { return Deed(result) }
    // Nothing depends on it but what people read.
    return Deed(result, try? await remedies.trail(of: context.tag, on: context.target, waits: false))
  }

  private func result(of step: Step, _ context: RungContext) async -> ActionResult {
    let action = step.rung.action
    do {
      try await Fence.current?.ascertain()
      return try await within(step.rung.timeout, by: ambient) {
        if case .custom(_, let handler) = action { return ActionResult(try await handler(context)) }
        try await remedies.perform(action, on: context.target, for: context.application, tag: context.tag)
        return .done
      }
    } catch let error as RemedyError {
      return ActionResult(error, of: action)
    } catch let error as LeaseLost {
      return .unreachable(sentence(of: error))
    } catch {
      let reason = sentence(of: error)
      if case .custom = action { return .escalate("\(action.phrase) failed: \(reason)") }
      return .failed(reason)
    }
  }
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
