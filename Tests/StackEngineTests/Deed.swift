import OrderedCollections
import StackEngine
import Templates

/// Something that one does to a stack, and in a word what came of it.
struct Deed: Sendable {
  let name: String
  /// Does it to a world's stack `web`; nil when there is nothing to wait for.
  private let body: @Sendable (World) async throws -> StackEngine.Operation?

  private init(
    _ name: String, _ body: @escaping @Sendable (World) async throws -> StackEngine.Operation?
  ) {
    self.name = name
    self.body = body
  }

  /// Does it.
  ///
  /// - Returns: The status that the stack has when all has ended, or the code of the refusal.
  func perform(in world: World) async throws -> String {
    do {
      let operation = try await body(world)
      do { _ = try await operation?.result() } catch let error as EngineError {
        return try await end(of: world) + ", " + error.code.rawValue
      }
      return try await end(of: world)
    } catch let error as EngineError {
      await world.engine.settle()
      return error.code.rawValue
    }
  }

  private func end(of world: World) async throws -> String {
    await world.engine.settle()
    return try await world.engine.list(includingDeleted: true).last?.status.rawValue ?? "nothing"
  }

  static let all: [Deed] = [
    Deed("create") { try await $0.engine.create("web", TestTemplate.make(Stage.first)) },
    Deed("plan an update") { world in
      _ = try await world.engine.planUpdate("web", TestTemplate.make(Stage.second))
      return nil
    },
    Deed("update") { try await $0.engine.update("web", TestTemplate.make(Stage.second)) },
    Deed("update, superseding") { world in
      let template = try TestTemplate.make(Stage.second)
      _ = try await world.engine.planUpdate("web", template)
      try await world.engine.takeOver("web")
      return try await world.engine.update("web", template)
    },
    Deed("import") { world in
      let thing = try world.cloud.make("foreign", size: 1, for: "E")
      let text = Stage.first.replacing(
        "{\"Resources\": {", with: "{\"Resources\": {\"E\": {\"Type\": \"Test::Thing\"},")
      let plan = try await world.engine.planUpdate(
        "web", TestTemplate.make(text), options: PlanOptions(imports: ["E": thing.id]))
      return try await world.engine.run(plan)
    },
    Deed("retry") { try await $0.engine.retry("web") },
    Deed("rollback") { try await $0.engine.run($0.engine.planRollback("web")) },
    Deed("cancel") { world in
      try await world.engine.cancel("web")
      return nil
    },
    Deed("drift") { world in
      _ = try await world.engine.drift(of: "web")
      return nil
    },
    Deed("revert") { try await $0.engine.run($0.engine.planRevert("web")) },
    Deed("check") { try await $0.engine.start(.check, on: "web") },
    Deed("suspend") { try await $0.engine.start(.suspend, on: "web") },
    Deed("resume") { try await $0.engine.start(.resume, on: "web") },
    Deed("mark as unhealthy") { world in
      try await world.engine.mark("A", of: "web", unhealthy: "it smells")
      return nil
    },
    Deed("replace a resource") { try await $0.engine.replace("A", of: "web", reason: "asked for") },
    Deed("reboot a resource") {
      try await $0.engine.perform(.softReboot, on: "A", of: "web", reason: "asked for")
    },
    Deed("signal a resource") { world in
      try await world.engine.signal("web", "A", Signal(id: "1", isSuccess: true, reason: "", data: ""))
    },
    Deed("protect") { world in
      try await world.engine.protect("web")
      return nil
    },
    Deed("delete") { try await $0.engine.delete("web") },
    Deed("delete, superseding") { world in
      _ = try await world.engine.planDelete("web")
      try await world.engine.takeOver("web")
      return try await world.engine.delete("web")
    },
    Deed("abandon") { try await $0.engine.run($0.engine.planAbandon("web")) },
    Deed("recover") { world in
      for operation in try await world.engine.recover() { _ = try? await operation.result() }
      return nil
    },
  ]
}
