import Ambience
import OrderedCollections
import Simulation
import StackEngine
import Templates

/// A status that a stack is brought into, and how.
struct Stage: Sendable, CustomStringConvertible {
  static let first = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 5}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}}}}
    """
  static let second = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": 6}},
      "C": {"Type": "Test::Thing", "Properties": {"Peer": {"Ref": "A"}}},
      "D": {"Type": "Test::Thing"}}}
    """

  /// The status's name, and what distinguishes the stage from others of that status.
  let name: String
  /// Brings a world's stack `web` there.
  private let enter: @Sendable (World) async throws -> Void

  var description: String { name }

  private init(
    _ status: StackStatus, _ note: String = "", enter: @escaping @Sendable (World) async throws -> Void
  ) {
    name = status.rawValue + note
    self.enter = { world in
      try await enter(world)
      try await world.await(status)
    }
  }

  /// A world whose stack is there; nothing goes wrong in it from now on.
  func world() throws -> World {
    let world = World()
    try world.time.run { [enter] in try await enter(world) }
    world.cloud.heal()
    return world
  }

  static let all: [Stage] =
    creation + updates + [
      Stage(.deleteInProgress) { world in
        try await world.create()
        try await world.delete()
      },
      Stage(.deleteFailed) { world in
        try await world.create()
        world.cloud.refuse("-A")
        try await world.delete()
      },
      Stage(.deleteComplete) { world in
        try await world.create()
        try await world.delete()
      },
    ] + visits

  private static let creation = [
    Stage(.createInProgress) { _ = try await $0.begin() },
    Stage(.createComplete) { _ = try await $0.begin() },
    Stage(.createFailed) { world in
      world.cloud.refuse("B")
      _ = try await world.begin(.keep)
    },
    Stage(.rollbackInProgress) { world in
      world.cloud.refuse("B")
      _ = try await world.begin()
    },
    Stage(.rollbackComplete) { world in
      world.cloud.refuse("B")
      _ = try await world.begin()
    },
    Stage(.rollbackFailed) { world in
      for call in ["B", "-A"] { world.cloud.refuse(call) }
      _ = try await world.begin()
    },
  ]

  private static let updates = [
    Stage(.updateInProgress) { try await $0.change() },
    Stage(.updateCleanupInProgress) { try await $0.change() },
    Stage(.updateComplete) { try await $0.change() },
    Stage(.updateFailed) { world in
      world.cloud.refuse("C")
      try await world.change(.keep)
    },
    Stage(.updateRollbackInProgress) { world in
      world.cloud.refuse("C")
      try await world.change()
    },
    Stage(.updateRollbackCleanupInProgress) { world in
      world.cloud.refuse("C")
      try await world.change()
    },
    Stage(.updateRollbackComplete) { world in
      world.cloud.refuse("C")
      try await world.change()
    },
    Stage(.updateRollbackFailed) { world in
      world.cloud.refuse("C")
      try await world.change()
      try await world.ambient.sleep(.seconds(1))
      // The way there was open; the way back isn't.
      world.cloud.refuse("A")
    },
  ]

  private static let visits = [
    Stage(.checkInProgress) { try await $0.visit(.check, slowly: true) },
    Stage(.checkComplete) { try await $0.visit(.check) },
    Stage(.checkFailed) { world in
      try await world.create()
      world.cloud.lose("t-1")
      try await world.start(.check)
    },
    Stage(.suspendInProgress) { try await $0.visit(.suspend, slowly: true) },
    Stage(.suspendComplete) { try await $0.visit(.suspend) },
    Stage(.suspendFailed) { try await $0.visit(.suspend, refusing: "zA") },
    Stage(.resumeInProgress) { world in
      try await world.visit(.suspend)
      world.cloud.slowDown()
      try await world.start(.resume)
    },
    Stage(.resumeComplete) { world in
      try await world.visit(.suspend)
      try await world.start(.resume)
    },
    Stage(.resumeFailed) { world in
      try await world.visit(.suspend)
      world.cloud.refuse("zA")
      try await world.start(.resume)
    },
  ]
}

extension World {
  fileprivate func begin(_ policy: OperationOptions.FailurePolicy = .rollback) async throws
    -> StackEngine.Operation
  {
    try await engine.create(
      "web", TestTemplate.make(Stage.first), options: OperationOptions(onFailure: policy))
  }

  func create() async throws { _ = try await begin().result() }

  fileprivate func change(_ policy: OperationOptions.FailurePolicy = .rollback) async throws {
    try await create()
    _ = try await engine.update(
      "web", TestTemplate.make(Stage.second), options: OperationOptions(onFailure: policy))
  }

  fileprivate func delete() async throws { _ = try await engine.delete("web") }

  fileprivate func visit(_ visit: Visit, slowly: Bool = false, refusing call: String? = nil) async throws {
    try await create()
    if slowly { cloud.slowDown() }
    if let call { cloud.refuse(call) }
    try await start(visit)
    if !slowly { await engine.settle() }
  }

  fileprivate func start(_ visit: Visit) async throws { _ = try await engine.start(visit, on: "web") }

  /// Returns when the stack has a status.
  func `await`(_ status: StackStatus) async throws {
    for _ in 0..<400 {
      let heads = try await engine.list(includingDeleted: true)
      let hasEnded = await engine.operation(on: "web") == nil
      if heads.last?.status == status, status.isInProgress || hasEnded { return }
      try await ambient.sleep(.milliseconds(100))
    }
    throw TestCloud.Refusal(description: "the stack never was \(status.rawValue)")
  }
}
