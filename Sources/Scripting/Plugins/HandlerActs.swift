import Ambience
import Document
import HighAvailability
import StackEngine
import Synchronization

/// What a handler's context acts by; each act is a step.
protocol HandlerActs: Sendable {
  /// Acts on a resource, the application's own if none is named; a failure is a result, which the handler judges.
  func perform(_ action: Action, on resource: String?) async throws -> Value
  /// Whether the application is up, at once or within a span.
  func look(within span: Duration) async throws -> Value
  func wait(_ span: Duration) async throws
}

/// Acts whose steps are journaled: each before it is taken, and its result after it.
///
/// When the process dies the handler is run again from its top, and each step that has a result only gives that back.
final class JournaledActs: HandlerActs {
  private let context: RungContext
  private let powers: any HandlerPowers
  private let journal: any HandlerJournal
  private let ambient: Ambient
  private let steps = Mutex(0)

  init(
    _ context: RungContext, powers: any HandlerPowers, journal: any HandlerJournal, ambient: Ambient
  ) {
    self.context = context
    self.powers = powers
    self.journal = journal
    self.ambient = ambient
  }

  /// Takes a step, or gives what it came to before.
  ///
  /// `isRepeatable` says that a step which may have been taken before a crash may be taken again; `find` finds out
  /// what came of one, where that can be, and gives nil for one that was never begun.
  private func step(
    _ name: String, isRepeatable: Bool = false,
    find: (@Sendable (HandlerStep) async throws -> Value?)? = nil,
    _ body: @Sendable (HandlerStep) async throws -> Value
  ) async throws -> Value {
    let number = steps.withLock { steps in
      steps += 1
      return steps
    }
    let step = HandlerStep(number: number, name: name)
    switch try await journal.begin(step) {
    case .done(let result): return result
    case .interrupted:
      if let find {
        if let found = try await find(step) {
          try await journal.end(step, result: found)
          return found
        }
      } else if !isRepeatable {
        return ["ok": false, "error": "interrupted", "uncertain": true]
      }
    case .new: break
    }
    let result = try await body(step)
    try await journal.end(step, result: result)
    return result
  }

  func perform(_ action: Action, on resource: String?) async throws -> Value {
    let target = Target(stack: context.target.stack, logicalID: resource ?? context.target.logicalID)
    let tag: @Sendable (HandlerStep) -> String = { [context] in "\(context.tag)/\($0.number)" }
    let find: @Sendable (HandlerStep) async throws -> Value? = { [powers] step in
      try await powers.trail(of: tag(step), on: target).map(\.result)
    }
    return try await step(
      action.step(on: target.logicalID), find: action.isOperation ? find : nil
    ) { [powers, context] step in
      do {
        try await powers.perform(action, on: target, for: context.application, tag: tag(step))
        return ["ok": true]
      } catch let error as RemedyError {
        return ["ok": false, "error": .string(error.message)]
      }
    }
  }

  func look(within span: Duration) async throws -> Value {
    try await step("look within \(span.phrase)", isRepeatable: true) { [powers, context] _ in
      .bool(try await powers.isHealthy(context.application, within: span))
    }
  }

  func wait(_ span: Duration) async throws {
    _ = try await step("wait \(span.phrase)", isRepeatable: true) { [ambient] _ in
      try await ambient.sleep(span)
      return true
    }
  }
}

extension Action {
  /// What a step is called that takes it, such as `soft reboot Web`.
  fileprivate func step(on resource: String) -> String {
    switch self {
    // What they act on is in their phrase.
    case .moveAddress, .drain, .admit: phrase
    default: "\(phrase) \(resource)"
    }
  }
}

extension OperationTrail {
  /// What an act came to.
  fileprivate var result: Value { isSuccess ? ["ok": true] : ["ok": false, "error": .string(reason)] }
}
