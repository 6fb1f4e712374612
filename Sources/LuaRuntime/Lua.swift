package import Ambience
internal import CLua
internal import Synchronization

/// A state of Lua, which runs many chunks at once on a thread of its own.
///
/// While one chunk awaits a function of Swift, others run. Everything that scripts hold is released on that
/// thread,
/// which ends, with the state, when the actor is gone.
package actor Lua {
  /// What scripts may use.
  package enum Level: Sendable {
    /// All libraries: the shell and scripts.
    case trusted
    /// No access to the machine, no compiling, read-only modules: policies.
    case policy
    /// As `policy`, and neither coroutines nor waiting, and repeatable randomness: template hooks.
    case pure

    var flag: Int32 {
      switch self {
      case .trusted: Int32(KL_TRUSTED)
      case .policy: Int32(KL_POLICY)
      case .pure: Int32(KL_PURE)
      }
    }
  }

  /// Whether a text is a whole chunk.
  package enum Completeness: Sendable {
    case complete
    /// More lines may complete it.
    case incomplete
    case error(LuaError)
  }

  /// How garbage is collected.
  package enum Collector: Sendable {
    /// For scripts that end.
    case incremental
    /// For states that live long.
    case generational
  }

  package nonisolated let level: Level
  let core: Core
  let ambient: Ambient
  private let isRetired = Atomic(false)
  private let deadline: Duration?
  private let thread: LuaThread
  /// The last run that failed, with its stack as it was, until the next run begins.
  package private(set) var lastFailure: LuaError?

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// A state with room for `memoryLimit` bytes, or without limit when that is 0.
  ///
  /// Each run and call is stopped after `deadline`, and as soon as it has used up `burst` of the processor
  /// without waiting. `output` receives what `print` and `io.write` say, on the
  /// state's thread.
  package init(
    level: Level = .trusted, memoryLimit: Int = 0, deadline: Duration? = nil, burst: Duration? = nil,
    collector: Collector = .incremental,
    ambient: Ambient,
    output: @escaping @Sendable (String) -> Void
  ) {
    self.level = level
    self.ambient = ambient
    self.deadline = deadline
    thread = LuaThread(givesWay: burst != nil)
    core = Core(level: level, memoryLimit: memoryLimit, burst: burst, output: output)
    if collector == .generational { kl_generational(core.main, true) }
    core.lua = self
  }

  deinit {
    let core = core
    thread.finish { core.close() }
  }

  /// How much memory the state uses, in bytes.
  package var memoryUsed: Int { kl_used(core.state) }

  /// How much of the processor the state's thread has used.
  package var processorTime: Duration { ThreadClock().time }

  package func collectGarbage() {
    core.drain()
    kl_collect(core.main)
  }

  // MARK: Running

  /// Runs a chunk and gives what it returns.
  ///
  /// Its error is that of Swift which the script didn't handle, or a `LuaError`; `execute` always gives the
  /// latter.
  package func run(_ source: String, name: String, arguments: [LuaValue] = []) async throws -> [LuaValue] {
    do { return try await execute(source, name: name, arguments: arguments) } catch {
      throw error.cause ?? error
    }
  }

  /// Runs a chunk; its error says where in Lua it was raised, and has the error of Swift as its cause.
  ///
  /// The chunk sees `locals`, such as those of a frame, before the globals.
  package func execute(
    _ source: String, name: String, arguments: [LuaValue] = [], locals: [LuaField] = []
  ) async throws(LuaError) -> [LuaValue] {
    let core = core
    let failed = lastFailure
    lastFailure = nil
    do {
      return try await begin { stack in
        try core.load(source, name: name, stack)
        if !locals.isEmpty { try core.setEnvironment(locals, stack) }
        for argument in arguments { try core.push(argument, stack) }
      }
    } catch {
      lastFailure = error.code == .syntax ? failed : error
      throw error
    }
  }

  /// Calls a function; its error is that of Swift which it didn't handle, or a `LuaError`.
  ///
  /// It is stopped when it hasn't ended `patience` after it first waited.
  package func call(
    _ function: LuaFunction, _ arguments: [LuaValue] = [], within patience: Duration? = nil
  ) async throws -> [LuaValue] {
    let core = core
    do throws(LuaError) {
      return try await begin(within: patience) { stack in
        try core.push(function.reference, stack)
        for argument in arguments { try core.push(argument, stack) }
      }
    } catch { throw error.cause ?? error }
  }

  /// Stops all that runs or waits; the state can be used again as soon as that has ended.
  package nonisolated func stop() {
    for strand in core.strands.withLock(\.self) where strand.parent == nil { strand.stop(.stopped) }
  }

  /// Begins nothing any more, also of what waits to begin; what has begun goes on.
  package nonisolated func retire() { isRetired.store(true, ordering: .relaxed) }

  /// Says whether a text could be run, also as an expression.
  package func check(_ source: String, name: String) -> Completeness {
    let core = core
    return core.scoped { stack in
      if (try? core.load("return " + source, name: name, stack, place: false)) != nil { return .complete }
      do throws(LuaError) {
        try core.load(source, name: name, stack, place: false)
        return .complete
      } catch {
        return error.message.hasSuffix("<eof>") ? .incomplete : .error(error)
      }
    }
  }

  private func begin(
    within patience: Duration? = nil, _ push: (State) throws -> Void
  ) async throws(LuaError) -> [LuaValue] {
    guard !isRetired.load(ordering: .relaxed) else {
      throw LuaError(.stopped, "the state is out of service")
    }
    if level == .pure { kl_seed(core.main, 0) }
    let opened: (strand: Strand, arguments: Int32)
    do { opened = try core.open(parent: nil, push) } catch { throw core.wrap(error) }
    let strand = opened.strand
    let timer = deadline.map { stop(strand, after: $0) }
    defer { timer?.cancel() }
    return try await drive(strand, opened.arguments, within: patience).get()
  }
}
