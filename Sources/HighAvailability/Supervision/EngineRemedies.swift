import Document
import OrderedCollections
package import StackEngine

/// Acts on resources through the engine, as operations on their stack.
package struct EngineRemedies: Remedies {
  /// Restarts a service inside a server, or the application's own where no service is named.
  package typealias RestartService =
    @Sendable (
      _ service: String?, _ target: Target, _ application: String
    ) async throws -> Void
  /// Tells a person.
  package typealias Notify =
    @Sendable (
      _ whom: String, _ target: Target, _ application: String
    ) async throws -> Void

  private let engine: Engine
  private let restartService: RestartService?
  private let notify: Notify

  /// Remedies with what reaches into servers, if anything does, and what a notify rung does beyond its event.
  package init(
    _ engine: Engine, restartService: RestartService? = nil, notify: @escaping Notify = { _, _, _ in }
  ) {
    self.engine = engine
    self.restartService = restartService
    self.notify = notify
  }

  package func readiness(of target: Target) async throws -> Readiness {
    let stack: StackRecord
    do {
      stack = try await engine.describe(target.stack)
    } catch let error as EngineError where error.code == .noSuchStack {
      return .gone("the stack \(target.stack) is gone")
    }
    if stack.status == .deleteComplete { return .gone("the stack \(target.stack) was deleted") }
    if stack.status.isInProgress { return .busy("the stack \(target.stack) is \(stack.status.rawValue)") }
    if let operation = await engine.operation(on: target.stack) {
      return .busy("an operation (\(operation.kind)) on the stack \(target.stack) is in progress")
    }
    guard stack.resources[target.logicalID]?.physical != nil else {
      return .gone("\(target.logicalID) of the stack \(target.stack) is gone")
    }
    return .ready
  }

  package func perform(_ action: Action, on target: Target, for application: String) async throws {
    switch action {
    case .restart(let service):
      guard let restartService else {
        throw RemedyError(.impossible, "nothing can reach into the server \(target.logicalID)")
      }
      try await restartService(service, target, application)
    case .softReboot: try await act(.softReboot, target, application)
    case .hardReboot: try await act(.hardReboot, target, application)
    case .stopStart: try await act(.stopStart, target, application)
    case .rebuild: try await act(.rebuild, target, application)
    case .replace:
      try await finish {
        try await engine.replace(target.logicalID, of: target.stack, reason: reason(action, application))
      }
    case .notify(let whom): try await notify(whom, target, application)
    case .custom: break
    }
  }

  private func act(_ action: ResourceAction, _ target: Target, _ application: String) async throws {
    try await finish {
      try await engine.perform(
        action, on: target.logicalID, of: target.stack,
        reason: "to heal the application \(application)")
    }
  }

  private func reason(_ action: Action, _ application: String) -> String {
    "\(action.phrase) to heal the application \(application)"
  }

  /// Starts an operation and waits for its end.
  private func finish(_ start: () async throws -> Operation) async throws {
    do {
      _ = try await start().result()
    } catch let error as EngineError {
      throw RemedyError(error)
    }
  }
}

extension RemedyError {
  /// An engine that is at work elsewhere has done nothing; one that knows no such action never will.
  init(_ error: EngineError) {
    let code: Code =
      switch error.code {
      case .operationInProgress, .planOutdated: .unreachable
      case .notActionable, .noSuchResource, .noSuchStack: .impossible
      default: .failed
      }
    self.init(code, error.diagnostics.map(\.message).joined(separator: "; "))
  }
}

// MARK: - What else a supervisor wants of an engine

extension Supervisor.Surroundings {
  /// Keeps events with the stack that they are about.
  package static func recorder(_ engine: Engine) -> @Sendable (HAEvent) async -> Void {
    { event in
      // A stack that is gone keeps no events; the supervisor's own listeners have got this one.
      _ = try? await engine.record(
        event.status, reason: "\(event.application): \(event.reason)", on: event.target.logicalID,
        of: event.target.stack)
    }
  }

  /// Looks references, attributes and outputs up in the engine's stacks.
  package static func resolver(_ engine: Engine) -> Resolver {
    { part, name in
      let stack = try await engine.describe(name)
      switch part {
      case .text(let text): return text
      case .reference(let id):
        guard let text = stack.resources[id]?.physical?.reference.scalarText else {
          throw RemedyError(.failed, "\(id) of the stack \(name) doesn't exist")
        }
        return text
      case .attribute(let id, let attribute):
        guard let text = stack.resources[id]?.physical?.attributes[attribute]?.scalarText else {
          throw RemedyError(.failed, "\(id) of the stack \(name) has no \(attribute)")
        }
        return text
      case .output(let output):
        guard case .plain(let value) = stack.outputs[output]?.content, let text = value.scalarText else {
          throw RemedyError(.failed, "the stack \(name) has no plain output \(output)")
        }
        return text
      }
    }
  }
}
