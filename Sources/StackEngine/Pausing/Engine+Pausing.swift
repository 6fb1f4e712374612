import Ambience
import OrderedCollections
import Templates

/// A pause that waits, and the stack whose operation it belongs to.
package struct WaitingPause: Sendable, Hashable {
  package let stack: StackIdentity
  package let pause: Pause
  /// Where it is, seen from the stack that was asked: logical IDs, those of the stacks around it first.
  package let path: [String]
}

extension Engine {
  /// The pauses at which the operation on a stack waits, whichever process runs it; those of stacks inside too.
  ///
  /// The longest come first, those of one time in the order of their paths.
  package func pauses(of name: String) async throws -> [WaitingPause] {
    try await pauses(of: head(of: name).identity, below: [])
  }

  func pauses(of stack: StackIdentity, below path: [String] = []) async throws -> [WaitingPause] {
    let unfinished = try await journal.operations(of: stack.id).filter(\.isUnfinished)
    if unfinished.isEmpty { return [] }
    var waiting: [WaitingPause] = []
    for record in unfinished where record.phase == .forward {
      let signals = try await journal.signals(to: OperationRequest.address(record.id), of: stack.id)
      waiting += Pause.all(in: signals).filter { $0.decision == nil }.map {
        WaitingPause(stack: stack, pause: $0, path: path + [$0.logicalID])
      }
    }
    for head in try await journal.summaries(includingDeleted: false) where head.parent?.stack == stack.id {
      guard let logicalID = head.parent?.logicalID else { continue }
      waiting += try await pauses(of: head.identity, below: path + [logicalID])
    }
    return waiting.sorted {
      ($0.pause.since, $0.path.joined(separator: "/")) < ($1.pause.since, $1.path.joined(separator: "/"))
    }
  }

  /// Decides what becomes of a resource's step that waits, whichever process runs it.
  ///
  /// `resource` is a logical ID, or a path of them into the stacks inside. Without a decision the step goes on, or
  /// is taken again where it has failed; without a moment, whichever pause it is.
  ///
  /// - Throws: `not_paused` when there is no such pause, `wrong_decision` when that can't be decided there.
  package func clear(
    _ name: String, _ resource: String, at moment: PausePoint.Moment? = nil,
    _ decision: PauseDecision? = nil
  ) async throws {
    let waiting = try await pauses(of: name)
    let path = resource.split(separator: "/").map(String.init)
    let found = waiting.first {
      $0.path == path && (moment == nil || $0.pause.point.moment == moment)
    }
    guard let found else { throw notPaused(name, resource, moment, waiting) }
    try await decide(found, decision ?? (found.pause.point.moment == .failure ? .retry : .goOn))
  }

  /// Decides what becomes of a step that waits.
  package func decide(_ waiting: WaitingPause, _ decision: PauseDecision) async throws {
    let pause = waiting.pause
    guard pause.choices.contains(decision) else {
      let moment = pause.point.moment.rawValue
      throw EngineError(
        .wrongDecision,
        "\(pause.logicalID) waits at \(moment), where \(decision.rawValue) can't be decided",
        hint: "choose one of \(pause.choices.map(\.rawValue).joined(separator: ", "))")
    }
    guard let record = try await journal.operations(of: waiting.stack.id).last(where: \.isUnfinished) else {
      throw EngineError(.noOperation, "no operation on \(waiting.stack.name) is in progress")
    }
    if decision == .skip, pause.point.moment != .preDelete {
      try await checkSkippable(pause, record, waiting.stack)
    }
    try await ask(.decide(pause.number, decision), of: record)
  }

  /// Says where the operation in progress on a stack stops from now on, whichever process runs it.
  package func setBreakpoints(_ breakpoints: [Breakpoint], of name: String) async throws {
    guard let record = try await operationInProgress(on: name) else {
      throw EngineError(.noOperation, "no operation on \(name) is in progress")
    }
    try await ask(.breakpoints(breakpoints), of: record)
  }

  /// - Throws: `needs_skipped` when what isn't there, and won't be, is needed by what isn't skipped.
  private func checkSkippable(_ pause: Pause, _ record: OperationRecord, _ stack: StackIdentity) async throws
  {
    guard let goal = record.goal, record.kind != .delete else { return }
    let known = try await journal.stack(id: stack.id)
    if known?.resources[pause.logicalID]?.physical != nil { return }
    let template = try Language.form(
      of: Language.template(of: goal, reader), given: goal.parameters.values)
    let signals = try await journal.signals(to: OperationRequest.address(record.id), of: stack.id)
    let skipped = record.options.skipped.union(
      Pause.all(in: signals).filter { $0.decision == .skip }.map(\.logicalID))
    let user = template.resources.values.first {
      $0.properties.values.contains { $0.references.contains(pause.logicalID) }
        && !skipped.contains($0.logicalID)
    }
    guard let user else { return }
    throw EngineError(
      .needsSkipped,
      "\(user.logicalID) needs \(pause.logicalID), which doesn't exist, so that it can't be skipped",
      hint: "let the operation fail, and retry it without both")
  }

  nonisolated func notPaused(
    _ name: String, _ resource: String, _ moment: PausePoint.Moment?, _ waiting: [WaitingPause]
  ) -> EngineError {
    let places = waiting.map { "\($0.path.joined(separator: "/")) (\($0.pause.point.moment.rawValue))" }
    return EngineError(
      .notPaused,
      "\(resource) of \(name) doesn't wait" + (moment.map { " at \($0.rawValue)" } ?? ""),
      hint: places.isEmpty ? "nothing of \(name) does" : "what waits: \(places.joined(separator: ", "))")
  }
}

// MARK: - At rest

extension Engine {
  /// Returns when an operation of this engine's has ended, or when nothing of it moves, since all that runs waits for
  /// somebody's word; besides when `isEnough` says so.
  package func waitForRest(
    of operation: Operation, orUntil isEnough: @Sendable () async throws -> Bool = { false }
  ) async throws {
    let stack = operation.stack.id
    while !operation.isOver {
      let rings = await bells.count(stack)
      if await isAtRest(stack) { return }
      if try await isEnough() || operation.isOver { return }
      try await bells.wait(stack, after: rings, looking: .seconds(1), ambient)
    }
  }

  /// Rings for those who wait until an operation is at rest, also in the stacks around it.
  func noteRest(of stack: String) async {
    guard await isAtRest(stack) else { return }
    await bells.ring(stack)
    if let parent = running[stack]?.parent { await noteRest(of: parent) }
  }

  /// Whether nothing moves in the operation on a stack: each step that runs waits at a pause, or for a stack inside
  /// that is at rest.
  func isAtRest(_ stack: String) async -> Bool {
    guard let standing = await running[stack]?.standing else { return false }
    var inside = 0
    for (id, run) in running where run.parent == stack {
      if await isAtRest(id) { inside += 1 }
    }
    return standing.running == standing.waiting + inside
  }
}
