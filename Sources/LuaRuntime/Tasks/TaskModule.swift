package import Ambience

extension LuaModule {
  /// Running functions of Lua at the same time, each ending within the one that started it.
  package static func task(ambient: Ambient) -> LuaModule {
    LuaModule(name: "kiln.task", summary: "Runs functions at the same time.") {
      spawn
      sleep(ambient)
      all
      race
      timeout(ambient)
      channel
      LuaTask.luaClass
      LuaChannel.luaClass
    }
  }
}

private let function = LuaParameter("f", .function, "What to run.")
private let functions = LuaParameter(
  "list", .list(.union([.function, .object("kiln.Task")])), "Functions, or tasks that run already.")
private let seconds = LuaParameter("seconds", .number)

private var spawn: Function {
  Function(
    "spawn", "Starts a function as a task, with the further arguments.", [function],
    returns: [LuaParameter("task", .object("kiln.Task"))], variadic: true,
    inside: { core, arguments in
      let strand = try core.spawn(arguments("f", as: LuaFunction.self), Array(arguments.rest))
      return .results([.object(LuaTask(strand))])
    })
}

private func sleep(_ ambient: Ambient) -> AsyncFunction {
  AsyncFunction("sleep", "Waits for some seconds.", [seconds]) { arguments in
    try await ambient.sleep(arguments("seconds", as: Duration.self))
    return []
  }
}

private var all: Function {
  Function(
    "all", "Waits for all and gives the list of their first results; an error cancels the others.",
    [functions], returns: [LuaParameter("results", .table)], awaits: true,
    inside: { core, arguments in
      let strands = try core.group(arguments[0])
      return .awaits { try await join(strands) { try await everything(of: $0) } }
    })
}

private var race: Function {
  Function(
    "race", "Gives the results of the first to end, and cancels the others.", [functions],
    returns: [LuaParameter("result", .any)], awaits: true,
    inside: { core, arguments in
      let strands = try core.group(arguments[0])
      guard !strands.isEmpty else { throw LuaError(.badArgument, "'kiln.task.race' needs at least one task") }
      return .awaits { try await join(strands) { try await first(of: $0) } }
    })
}

private func timeout(_ ambient: Ambient) -> Function {
  Function(
    "timeout", "Runs a function, and raises an error with the code timeout when it takes too long.",
    [seconds, function], returns: [LuaParameter("result", .any)], variadic: true, awaits: true,
    inside: { core, arguments in
      let limit = try arguments("seconds", as: Duration.self)
      let strand = try core.spawn(
        arguments("f", as: LuaFunction.self), Array(arguments.rest), observed: true)
      return .awaits {
        let timer = Task {
          try await ambient.sleep(limit)
          strand.stop(.timeout(limit))
        }
        defer { timer.cancel() }
        return try await join([strand]) { try await first(of: $0) }
      }
    })
}

private var channel: Function {
  Function(
    "channel", "Makes a channel, which holds up to capacity values that nobody has received yet.",
    [LuaParameter("capacity", .optional(.integer), "0 unless given: a sender waits for its receiver.")],
    returns: [LuaParameter("channel", .object("kiln.Channel"))]
  ) { arguments in
    let capacity = try arguments.optional("capacity", as: Int.self) ?? 0
    guard capacity >= 0 else { throw LuaError(.badArgument, "a channel's capacity can't be negative") }
    return [.object(LuaChannel(capacity: capacity))]
  }
}

// MARK: - Waiting for several

extension Core {
  /// The tasks of a list, in which functions are started.
  fileprivate func group(_ list: LuaValue) throws -> [Strand] {
    guard case .list(let items) = list else { return [] }
    return try items.compactMap { item in
      if case .function(let function) = item { return try spawn(function, [], observed: true) }
      let strand = (item.object as? LuaTask)?.strand
      strand?.observe()
      return strand
    }
  }
}

/// Waits as `body` says; when that fails or has what it wants, cancels what still runs and waits for its end.
private func join(
  _ strands: [Strand], _ body: ([Strand]) async throws -> [LuaValue]
) async throws -> [LuaValue] {
  let outcome: Result<[LuaValue], any Error>
  do { outcome = .success(try await body(strands)) } catch { outcome = .failure(error) }
  for strand in strands where strand.completion.result == nil { strand.stop(.cancelled) }
  for strand in strands { _ = await strand.completion.settled() }
  return try outcome.get()
}

private func everything(of strands: [Strand]) async throws -> [LuaValue] {
  try await withThrowingTaskGroup(of: (Int, LuaValue).self) { group in
    for (index, strand) in strands.enumerated() {
      group.addTask { (index, try await strand.completion.value().first ?? .nil) }
    }
    var results = [LuaValue](repeating: .nil, count: strands.count)
    for try await (index, value) in group { results[index] = value }
    return [.list(results)]
  }
}

private func first(of strands: [Strand]) async throws -> [LuaValue] {
  try await withThrowingTaskGroup(of: [LuaValue].self) { group in
    for strand in strands { group.addTask { try await strand.completion.value() } }
    defer { group.cancelAll() }
    return try await group.next() ?? []
  }
}
