import Ambience
import Document
import OrderedCollections
import Templates

/// The stacks inside of a stack that an operation works on, kept by the same engine.
struct EngineNesting: NestedStacks {
  let engine: Engine
  let parent: ParentResource
  /// What the outer stack is being made into.
  let blueprint: Blueprint
  let reader: Engine.Reader
  /// Set when the outer operation is cancelled, or when part of it has failed: then nothing goes on inside.
  let isCancelled: Latch
  let isHalted: Latch
  /// Set when another operation takes the outer one over: then what goes on inside is to end where it is.
  let takeover: Latch
  /// Whether the outer operation starts from what the cloud has.
  var refreshes = false
  /// Where the operation inside stops and waits, and whether after failures.
  var breakpoints: [Breakpoint] = []
  var pausesAtFailure = false
  /// Whether the outer operation goes back or deletes, so that whatever else goes on inside is in vain.
  var isUndoing = false

  func read(_ text: String, named name: String) async throws -> Template {
    var surroundings = try blueprint.surroundings()
    surroundings.isNested = true
    let address = FileAddress.resolve(name, relativeTo: blueprint.templateName)
    let reading = reader(Source(name: address, text: text), surroundings)
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }

  func bring(
    _ name: String, to template: Template, parameters: OrderedDictionary<String, Value>, timeout: Duration?
  ) async throws -> StackRecord {
    try await settle(name)
    try Task.checkCancellation()
    let plan = try await plan(name, template, parameters)
    if let stack = try await find(name), plan.kind == .update, plan.isEmpty, stack.status.isStable,
      stack.tags == blueprint.tags
    {
      return stack
    }
    var options = OperationOptions(onFailure: .keep, timeout: timeout)
    options.parent = parent
    options.breakpoints = breakpoints
    options.pausesAtFailure = pausesAtFailure
    try await finish(try await engine.run(plan, options: options))
    guard let stack = try await find(name) else {
      throw EngineError(.noSuchStack, "the stack \(name) was deleted while it was made")
    }
    return stack
  }

  func delete(_ name: String) async throws {
    try await settle(name)
    guard try await find(name) != nil else { return }
    var options = OperationOptions()
    options.breakpoints = breakpoints
    options.pausesAtFailure = pausesAtFailure
    try await finish(try await engine.delete(name, options: options))
  }

  func visit(_ visit: Visit, _ name: String) async throws {
    try await settle(name)
    try await finish(try await engine.start(visit, on: name))
  }

  func find(_ name: String) async throws -> StackRecord? {
    try await engine.journal.stack(named: name).flatMap { $0.status == .deleteComplete ? nil : $0 }
  }

  private func plan(
    _ name: String, _ template: Template, _ parameters: OrderedDictionary<String, Value>
  ) async throws -> Plan {
    let template = template.asNested()
    var options = PlanOptions(refreshes: refreshes)
    options.tags = blueprint.tags
    if let old = try await find(name), !old.isRolledBackToNothing {
      return try await engine.planUpdate(name, template, parameters: parameters, options: options)
    }
    return try await engine.planCreate(name, template, parameters: parameters, options: options)
  }

  /// Waits for what is going on with a stack already, and takes up what a dead process has left there.
  private func settle(_ name: String) async throws {
    while true {
      do {
        guard let operation = try await engine.takeUp(name) else { return }
        if isUndoing, operation.kind != .delete { try? await engine.cancel(name) }
        try? await finish(operation)
      } catch let error as EngineError where error.code == .operationInProgress {
        // Another engine has taken that part up.
        try await engine.ambient.sleep(.seconds(1))
      }
    }
  }

  /// Waits for an operation; ends it early when the outer one is to end.
  private func finish(_ operation: Operation) async throws {
    do {
      try await end(of: operation)
    } catch {
      guard Task.isCancelled else { throw error }
      // Nobody waits for it any more, so it mustn't go on: who goes back next would meet it.
      try? await engine.cancel(operation.stack.name)
      await withCheckedContinuation { continuation in
        spawn {
          _ = try? await operation.result()
          continuation.resume()
        }
      }
      throw error
    }
  }

  private func end(of operation: Operation) async throws {
    try await withThrowingTaskGroup(of: StackHead?.self) { group in
      group.addTask { try await operation.result() }
      for latch in [isCancelled, isHalted] {
        group.addTask {
          await latch.wait()
          if !Task.isCancelled { await self.stop(operation) }
          return nil
        }
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if result != nil { return }
      }
      throw CancellationError()
    }
  }

  private func stop(_ operation: Operation) async {
    guard let run = await engine.running[operation.stack.id] else { return }
    if takeover.isSet, !isCancelled.isSet, operation.kind != .delete {
      run.takeover.set()
    } else {
      await run.cancel()
    }
  }
}

extension StackStatus {
  /// Whether an operation has ended well.
  fileprivate var isStable: Bool { self == .createComplete || self == .updateComplete }
}
