package import Ambience
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
  private let servers: ServerLookUp?
  private let onlooker: Onlooker

  /// Remedies with what reaches into servers, if anything does, and what a notify rung does beyond its event.
  ///
  /// Where servers can be looked up, those are left alone that are marked so or that people do something to.
  package init(
    _ engine: Engine, ambient: Ambient = .system(), servers: ServerLookUp? = nil,
    restartService: RestartService? = nil, notify: @escaping Notify = { _, _, _ in }
  ) {
    self.engine = engine
    self.servers = servers
    self.restartService = restartService
    self.notify = notify
    onlooker = Onlooker(ambient)
  }

  package func readiness(of target: Target) async throws -> Readiness {
    // What a supervisor has begun and no process goes on with, as after a full disk, would be in the way for ever. While
    // its lease lasts nobody knows that, and whatever is begun meanwhile would be followed by it one day.
    if let other = try await engine.takeUpAbandoned(on: target.stack) {
      return .busy("another process has begun an operation (\(other.kind)) on the stack \(target.stack)")
    }
    let stack: StackHead
    let resource: ResourceRecord?
    do {
      (stack, resource) = try await engine.resource(target.logicalID, of: target.stack)
    } catch let error as EngineError where error.code == .noSuchStack {
      return .gone("the stack \(target.stack) is gone")
    }
    if stack.status == .deleteComplete { return .gone("the stack \(target.stack) was deleted") }
    if stack.status.isInProgress { return .busy("the stack \(target.stack) is \(stack.status.rawValue)") }
    if let operation = await engine.operation(on: target.stack) {
      return .busy("an operation (\(operation.kind)) on the stack \(target.stack) is in progress")
    }
    if resource?.physical == nil, !target.isStack {
      return .gone("\(target.logicalID) of the stack \(target.stack) is gone")
    }
    if stack.blueprint.tags[Tags.highAvailability] == "off" {
      return .busy("the stack \(target.stack) is tagged \(Tags.highAvailability)=off")
    }
    guard let resource, let physical = resource.physical else { return .ready }
    guard let facts = try await servers?(physical.id) else { return .ready }
    if facts.metadata[Tags.highAvailability] == "off" {
      return .busy("the server \(target.logicalID) is marked \(Tags.highAvailability)=off")
    }
    let objection = try await onlooker.objection(
      facts, own: { [engine] in try await engine.requests(on: target.logicalID, of: target.stack) },
      touched: resource.updated)
    return objection.map { .busy($0) } ?? .ready
  }

  package func reach(of action: Action, on target: Target) async throws -> Set<Target> {
    guard case .replace(let replacement) = action, replacement != Replacement(.oneForOne) else {
      return [target]
    }
    do {
      let ids = try await engine.replaced(
        by: replacement.logicalIDs(with: target, in: engine.describe(target.stack)),
        withDependants: replacement.strategy == .restForOne, in: target.stack)
      return Set(ids.map { Target(stack: target.stack, logicalID: $0) }).union([target])
    } catch is EngineError {
      // What is wrong with it is told when it is tried.
      return [target]
    }
  }

  package func tags(of target: Target) async throws -> [String: String] {
    let tags = try await engine.head(of: target.stack).blueprint.tags
    return Dictionary(uniqueKeysWithValues: tags.map { ($0, $1) })
  }

  package func perform(
    _ action: Action, on target: Target, for application: String, tag: String
  ) async throws {
    var options = OperationOptions()
    options.tag = tag
    switch action {
    case .restart(let service):
      guard let restartService else {
        throw RemedyError(.impossible, "nothing can reach into the server \(target.logicalID)")
      }
      try await restartService(service, target, application)
    case .softReboot: try await act(.softReboot, target, application, options)
    case .hardReboot: try await act(.hardReboot, target, application, options)
    case .stopStart: try await act(.stopStart, target, application, options)
    case .rebuild: try await act(.rebuild, target, application, options)
    case .replace(let replacement):
      try await finish {
        let ids = try await replacement.logicalIDs(with: target, in: engine.describe(target.stack))
        guard !ids.isEmpty else {
          throw RemedyError(.impossible, "none of its parts is a resource of the stack \(target.stack)")
        }
        return try await engine.replace(
          ids, withDependants: replacement.strategy == .restForOne,
          of: target.stack, reason: reason(action, application), options: options)
      }
    case .notify(let whom, _): try await notify(whom, target, application)
    case .fence: try await act(.stop, target, application, options)
    case .evacuate: try await act(.evacuate, target, application, options)
    case .moveAddress(let address, let server):
      try await move(
        address, Target(stack: target.stack, logicalID: server), from: target, application, options)
    case .drain(let member):
      try await act(.drain, Target(stack: target.stack, logicalID: member), application, options)
    case .admit(let member):
      try await act(.admit, Target(stack: target.stack, logicalID: member), application, options)
    case .custom, .handler, .remoteRestart, .agentRestart: break
    }
  }

  /// Leads a floating IP to another server, once the one that had it is off for certain.
  private func move(
    _ address: String, _ server: Target, from old: Target, _ application: String, _ options: OperationOptions
  ) async throws {
    guard let id = try await engine.resource(server.logicalID, of: old.stack).resource?.physical?.id else {
      throw RemedyError(.impossible, "\(server.logicalID) of the stack \(old.stack) has no server")
    }
    if server != old {
      var fencing = options
      fencing.tag = options.tag.map { $0 + "/fence" }
      try await act(.stop, old, application, fencing)
    }
    try await act(.lead(to: id), Target(stack: old.stack, logicalID: address), application, options)
  }

  package func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? {
    try await engine.trail(of: tag, on: target.stack, waits: waits)
  }

  package func takeUpAbandoned(where isMeant: @Sendable (_ stack: String) async -> Bool) async throws {
    try await engine.takeUpAbandoned(where: isMeant)
  }

  private func act(
    _ action: ResourceAction, _ target: Target, _ application: String, _ options: OperationOptions
  ) async throws {
    try await finish {
      try await engine.perform(
        action, on: target.logicalID, of: target.stack,
        reason: "to heal the application \(application)", options: options)
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
        event.status, reason: "\(event.application): \(event.reason)",
        on: event.target.isStack ? nil : event.target.logicalID, of: event.target.stack)
    }
  }

  /// Looks references, attributes and outputs up in the engine's stacks.
  package static func resolver(_ engine: Engine) -> Resolver {
    { part, name in
      do { return try await text(of: part, name, engine) } catch let error as EngineError {
        if error.code == .noSuchStack { throw ResourceGone(stack: name, logicalID: nil) }
        throw error
      }
    }
  }

  private static func text(of part: LateText.Part, _ stack: String, _ engine: Engine) async throws -> String {
    switch part {
    case .text(let text): return text
    case .reference(let id):
      if let text = try await physical(id, stack, engine).reference.scalarText { return text }
      throw RemedyError(.failed, "\(id) of the stack \(stack) has no name")
    case .identity(let id):
      guard let physical = try await engine.resource(id, of: stack).resource?.physical else {
        throw RemedyError(.failed, "\(id) of the stack \(stack) doesn't exist")
      }
      return physical.rebuilds == 0 ? physical.id : "\(physical.id)-\(physical.rebuilds)"
    case .attribute(let id, let attribute):
      if let text = try await physical(id, stack, engine).attributes[attribute]?.scalarText { return text }
      throw RemedyError(.failed, "\(id) of the stack \(stack) has no \(attribute)")
    case .property(let id, let path):
      let resource = try await engine.resource(id, of: stack).resource
      let value = path.reduce(resource.map { Value.map($0.properties.values) }) { value, step in
        if let items = value?.list {
          return Int(step).flatMap { items.indices.contains($0) ? items[$0] : nil }
        }
        return value?[step]
      }
      if let text = value?.scalarText { return text }
      throw RemedyError(.failed, "\(id) of the stack \(stack) has no text at \(path.joined(separator: "."))")
    case .output(let output):
      if case .plain(let value) = try await engine.head(of: stack).outputs[output]?.content,
        let text = value.scalarText
      {
        return text
      }
      throw RemedyError(.failed, "the stack \(stack) has no plain output \(output)")
    }
  }

  /// What there is of a resource in the cloud.
  private static func physical(
    _ id: String, _ stack: String, _ engine: Engine
  ) async throws -> PhysicalResource {
    let (head, resource) = try await engine.resource(id, of: stack)
    if let physical = resource?.physical { return physical }
    if resource == nil, !head.status.isInProgress { throw ResourceGone(stack: stack, logicalID: id) }
    throw RemedyError(.failed, "\(id) of the stack \(stack) doesn't exist now")
  }
}
