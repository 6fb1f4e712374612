import Ambience
import Scripting
import Shell
import StackEngine

extension StacksCommand {
  /// The engine of the cloud that is meant, to read what its journal has.
  static func engine(_ options: CloudOptions) async throws -> Engine {
    let opening = try Opening(options, environment: Environment.variables, ambient: Ambient.system())
    return try await opening.session(opening.defaultName).engine
  }

  /// Works with an engine that knows the types of plugins, on a cloud that has accepted the login, and shows the
  /// operations that `body` starts until all have ended; throws the first failure.
  ///
  /// What a dead process has left is finished first, as far as it doesn't wait for somebody's word.
  static func operate(
    _ cloud: CloudOptions, _ output: OutputOptions, recovers: Bool = true,
    _ body: @escaping @Sendable (Engine) async throws -> [StackEngine.Operation]
  ) async throws {
    let program = try Program(cloud, output)
    try await program.withEngine { engine in
      if recovers { try await finishLeft(engine, program.progress) }
      try await finish(try await body(engine), program.progress)
    }
  }

  /// Finishes what dead processes have left, but for what waits for somebody's word: that is told, and left.
  static func finishLeft(_ engine: Engine, _ progress: Progress) async throws {
    let operations = try await engine.recover()
    for operation in operations { progress.follow(operation) }
    for operation in operations {
      try await engine.waitForRest(of: operation)
      if operation.isOver {
        await progress.catchUp()
        _ = try await operation.result()
        continue
      }
      progress.leave(operation)
      for pause in try await engine.pauses(of: operation.stack.name) {
        Output.errors.line("\(operation.stack.name): \(pause.line)")
      }
    }
  }

  static func finish(_ operations: [StackEngine.Operation], _ progress: Progress) async throws {
    for operation in operations { progress.follow(operation) }
    await progress.settle()
    for operation in operations { _ = try await operation.result() }
  }
}
