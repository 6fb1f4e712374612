internal import Ambience
internal import CLua

extension Lua {
  /// Runs a strand and its children to their end, which is to come within some time after it first waits.
  func drive(_ strand: Strand, _ arguments: Int32, within patience: Duration? = nil) async -> Strand.Outcome {
    let outcome = await withTaskCancellationHandler {
      let outcome = await finish(strand, arguments, within: patience)
      return await endChildren(of: strand, outcome)
    } onCancel: {
      strand.stop(.cancelled)
    }
    core.close(strand)
    tellParent(of: strand, outcome)
    strand.completion.finish(outcome)
    return outcome
  }

  private func finish(
    _ strand: Strand, _ arguments: Int32, within patience: Duration?
  ) async -> Strand.Outcome {
    var count = arguments
    var timer: Task<Void, any Error>?
    defer { timer?.cancel() }
    while true {
      switch core.step(strand, count) {
      case .ended(let outcome): return outcome
      case .awaits(let operation):
        if timer == nil, let patience { timer = stop(strand, after: patience) }
        let result = await strand.perform(operation)
        count = core.deliver(result, strand)
      }
    }
  }

  /// Stops a strand after a while, unless the task is cancelled before.
  func stop(_ strand: Strand, after span: Duration) -> Task<Void, any Error> {
    Task { @concurrent [ambient] in
      try await ambient.sleep(span)
      strand.stop(.timeout(span))
    }
  }

  /// Waits for the tasks that a strand started, having cancelled them if it failed; their failure is its own.
  private func endChildren(of strand: Strand, _ outcome: Strand.Outcome) async -> Strand.Outcome {
    var outcome = outcome
    while let child = strand.children.first {
      if case .failure = outcome { for child in strand.children { child.stop(.cancelled) } }
      let ended = await child.completion.settled()
      strand.forget(child)
      if case .success = outcome, case .failure = ended, let reason = strand.reason {
        outcome = .failure(reason.error)
      }
      if case .success = outcome, let failure = strand.takeChildFailure() { outcome = .failure(failure) }
    }
    if case .success = outcome, let failure = strand.takeChildFailure() { outcome = .failure(failure) }
    return outcome
  }

  private func tellParent(of strand: Strand, _ outcome: Strand.Outcome) {
    guard let parent = strand.parent else { return }
    if case .failure(let error) = outcome, strand.reason == nil, !strand.isObserved {
      parent.fail(of: strand, error)
    }
  }
}

extension Core {
  /// Starts a function as a task, a child of the strand that runs.
  func spawn(_ function: LuaFunction, _ arguments: [LuaValue], observed: Bool = false) throws -> Strand {
    guard let lua, let current else { throw LuaError(.cannotWait, "tasks need a chunk that runs") }
    let (strand, count) = try open(parent: current) { stack in
      try push(function.reference, stack)
      guard kl_room(stack, Int32(clamping: arguments.count + 4)) else {
        throw LuaError(.memory, "too many arguments")
      }
      for argument in arguments { try push(argument, stack) }
    }
    if observed { strand.observe() }
    current.adopt(strand)
    Task { _ = await lua.drive(strand, count) }
    return strand
  }

  func wrap(_ error: any Error) -> LuaError {
    if let error = error as? LuaError { return error }
    let object = LuaErrorObject(error)
    return LuaError(LuaError.Code(object.code), object.message, hint: object.hint, cause: error)
  }
}
