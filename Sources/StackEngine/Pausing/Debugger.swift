import Ambience

/// Runs an operation of this engine's step by step: looks where it waits, and says what becomes of the steps.
package actor Debugger {
  package nonisolated let operation: Operation
  private let engine: Engine
  /// Where it stops, beside where it would anyhow.
  package private(set) var breakpoints: [Breakpoint]
  /// Whether it stops before each step.
  private var isStepping = false

  private static let everyStep = (try? Breakpoint("pre-*", at: "*")).map { [$0] } ?? []

  /// Starts what a plan says, and returns once it waits or has ended.
  ///
  /// It waits at the breakpoints of the options and of the environment, before every step if there are none, and at
  /// each failure.
  package static func start(
    _ plan: Plan, options: OperationOptions = OperationOptions(), on engine: Engine,
    started: @Sendable (Operation) -> Void = { _ in }
  ) async throws -> Debugger {
    var options = options
    options.pausesAtFailure = true
    let own = options.breakpoints
    let isStepping = await engine.breakpoints(for: plan).isEmpty && own.isEmpty
    if isStepping { options.breakpoints = everyStep }
    let operation = try await engine.run(plan, options: options)
    started(operation)
    let breakpoints = isStepping ? [] : await engine.running[operation.stack.id]?.record.options.breakpoints
    let debugger = Debugger(operation, engine, breakpoints ?? own, isStepping: isStepping)
    try await debugger.waitForNews(beside: [])
    return debugger
  }

  /// Takes hold of an operation that this engine runs: from now on it waits at failures too.
  package init(_ operation: Operation, on engine: Engine) async {
    self.operation = operation
    self.engine = engine
    let run = await engine.running[operation.stack.id]
    await run?.pauseAtFailure()
    breakpoints = await run?.record.options.breakpoints ?? []
  }

  private init(_ operation: Operation, _ engine: Engine, _ breakpoints: [Breakpoint], isStepping: Bool) {
    self.operation = operation
    self.engine = engine
    self.breakpoints = breakpoints
    self.isStepping = isStepping
  }

  // MARK: - Looking

  /// What waits, the longest first; nothing once the operation has ended.
  package func pauses() async throws -> [WaitingPause] {
    if operation.isOver { return [] }
    return try await engine.pauses(of: operation.stack)
  }

  /// The pause of a resource, by its path; without one, the first.
  ///
  /// - Throws: `not_paused` when there is none.
  package func pause(of resource: String? = nil) async throws -> WaitingPause {
    let waiting = try await pauses()
    guard let resource else {
      if let first = waiting.first { return first }
      throw EngineError(
        .notPaused, "nothing of \(operation.stack.name) waits",
        hint: operation.isOver ? "the operation has ended" : "`continue` runs to the next breakpoint")
    }
    let path = resource.split(separator: "/").map(String.init)
    if let found = waiting.first(where: { $0.path == path }) { return found }
    throw engine.notPaused(operation.stack.name, resource, nil, waiting)
  }

  /// What the step that waits is about to do, or has done; nil when it has failed before that was known.
  package func step(at waiting: WaitingPause) async -> StepContext? {
    await engine.running[waiting.stack.id]?.contexts[waiting.pause.logicalID]
  }

  // MARK: - Going on

  /// Lets one step be taken, and returns when nothing moves any more: at the next steps, after a failure, or at the
  /// end.
  package func step(_ resource: String? = nil) async throws {
    let waiting = try await pause(of: resource)
    try checkUndecided([waiting])
    isStepping = true
    try await setBreakpoints()
    try await engine.decide(waiting, .goOn)
    try await waitForRest()
  }

  /// Lets all go on that waits, and returns at the next breakpoint, after a failure, or at the end.
  package func goOn() async throws {
    let waiting = try await pauses()
    try checkUndecided(waiting)
    isStepping = false
    if !operation.isOver { try await setBreakpoints() }
    for pause in waiting { try await engine.decide(pause, .goOn) }
    try await waitForNews(beside: waiting)
  }

  /// Decides what becomes of one step, and returns when something waits again, or at the end.
  package func decide(_ decision: PauseDecision, _ resource: String? = nil) async throws {
    let waiting = try await pauses()
    try await engine.decide(try await pause(of: resource), decision)
    if isStepping { try await waitForRest() } else { try await waitForNews(beside: waiting) }
  }

  /// Ends the operation where it is; the stack then goes back or stays, as the policy or else the operation says.
  package func abort(_ policy: OperationOptions.FailurePolicy? = nil) async throws {
    try await engine.cancel(operation.stack.name, policy)
    _ = try? await operation.result()
    try Task.checkCancellation()
  }

  // MARK: - Breakpoints

  package func add(_ breakpoint: Breakpoint) async throws {
    if !breakpoints.contains(breakpoint) { breakpoints.append(breakpoint) }
    try await setBreakpoints()
  }

  /// - Throws: `bad_breakpoint` when there is no such.
  package func remove(_ breakpoint: Breakpoint) async throws {
    guard let index = breakpoints.firstIndex(of: breakpoint) else {
      throw EngineError(
        .badBreakpoint, "there is no breakpoint \(breakpoint)",
        hint: breakpoints.isEmpty
          ? "there are none" : "there are \(breakpoints.map(\.description).joined(separator: ", "))")
    }
    breakpoints.remove(at: index)
    try await setBreakpoints()
  }

  private func setBreakpoints() async throws {
    try await engine.setBreakpoints(
      breakpoints + (isStepping ? Self.everyStep : []), of: operation.stack.name)
  }

  // MARK: - Waiting

  /// - Throws: `wrong_decision` when there is a failure among what waits.
  private func checkUndecided(_ waiting: [WaitingPause]) throws {
    guard let failed = waiting.first(where: { $0.pause.point.moment == .failure }) else { return }
    throw EngineError(
      .wrongDecision, "\(failed.path.joined(separator: "/")) has failed: \(failed.pause.reason)",
      hint: "decide first whether to retry, skip or fail it")
  }

  private func waitForRest() async throws { try await engine.waitForRest(of: operation) }

  /// Returns when something waits beside what is known, when nothing moves, or at the end.
  private func waitForNews(beside known: [WaitingPause]) async throws {
    try await engine.waitForRest(of: operation) {
      try await !Set(self.pauses()).isSubset(of: known)
    }
  }
}

extension OperationRun {
  func pauseAtFailure() { record.options.pausesAtFailure = true }
}
