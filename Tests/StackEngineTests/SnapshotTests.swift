import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Store
import Synchronization
import Templates
import Testing

@Suite("Snapshots")
struct SnapshotTests {
  private static func template(_ size: Int, more: String = "") throws -> Template {
    try TestTemplate.make(
      """
      {"Resources": {
        "A": {"Type": "Test::Thing", "Properties": {"Size": \(size)}},
        "B": {"Type": "Test::Thing", "Properties": {"Peer": {"Ref": "A"}}},
        "E": {"Type": "Test::Thing", "Properties": {"Kind": "empty"}},
        "N": {"Type": "Test::Nothing"}\(more)}}
      """)
  }

  private func write(_ data: String, _ world: World) async throws {
    for resource in try await world.engine.resources(of: "web") where resource.type == "Test::Thing" {
      world.cloud.write("\(data) \(resource.logicalID)", to: resource.physical?.id)
    }
  }

  private func data(_ world: World) async throws -> [String: String] {
    var found: [String: String] = [:]
    for resource in try await world.engine.resources(of: "web") where resource.type == "Test::Thing" {
      found[resource.logicalID] = world.cloud.find(resource.physicalName)?.data
    }
    return found
  }

  @Test("a stack goes back to one with its data, its template and what refers to what was made again")
  func life() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      try await write("old", world)
      let taken = try await world.engine.takeSnapshot(of: "web", as: "before").result()
      #expect(taken.status == .createComplete)
      let snapshot = try await world.engine.snapshot("before", of: "web")
      #expect(snapshot.status == .complete)
      #expect(snapshot.contents.keys.sorted() == ["A", "B"])
      #expect(snapshot.resources.keys.elements == ["A", "B", "E", "N"])
      #expect(world.cloud.things.count == 5)
      let told = try await world.engine.events(of: "web").map { "\($0.logicalID ?? "-") \($0.status)" }
      #expect(told.contains("A SNAPSHOT_COMPLETE"))
      #expect(told.last == "- SNAPSHOT_COMPLETE")

      let more = #", "C": {"Type": "Test::Thing"}"#
      _ = try await world.engine.update("web", Self.template(9, more: more)).result()
      try await write("new", world)
      let plan = try await world.engine.planRestore("web", to: "before")
      #expect(plan["A"]?.action == .replace)
      #expect(plan["A"]?.reason == "it is made again from the snapshot before")
      #expect(plan["N"]?.action == .keep)
      #expect(plan.lines.contains { $0.contains("made again from the snapshot before") })
      let restored = try await world.engine.run(plan).record(in: world.engine)
      #expect(restored.status == .updateComplete)
      #expect(try await data(world) == ["A": "old A", "B": "old B", "E": "new E"])
      #expect(world.cloud.find(restored.resources["A"]?.physicalName ?? "")?.size == 5)
      #expect(restored.resources["B"]?.properties["Peer"] == restored.resources["A"]?.physical?.reference)
      #expect(world.cloud.things.count == 5)
      let history = try await world.engine.history(of: "web")
      #expect(history.last?.operation.purpose == "back to the snapshot before")
      // What was made from it is what the template says, so the next update leaves it alone.
      #expect(try await world.engine.planUpdate("web", Self.template(5)).isEmpty)
      try await write("newer", world)
      _ = try await world.engine.restore("web", to: "before").result()
      #expect(try await data(world)["A"] == "old A")
    }
  }

  @Test("what is gone by then is made from it too")
  func gone() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      try await write("old", world)
      _ = try await world.engine.takeSnapshot(of: "web").result()
      let rest = try TestTemplate.make(#"{"Resources": {"N": {"Type": "Test::Nothing"}}}"#)
      _ = try await world.engine.update("web", rest).result()
      #expect(world.cloud.things.count == 2)
      _ = try await world.engine.restore("web", to: "snapshot-1").result()
      #expect(try await data(world) == ["A": "old A", "B": "old B", "E": ""])
    }
  }

  @Test("the way back that fails is taken back, and can be gone on with")
  func failure() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      try await write("old", world)
      _ = try await world.engine.takeSnapshot(of: "web", as: "before").result()
      try await write("new", world)
      world.cloud.refuse("B")
      await #expect(throws: EngineError.self) {
        try await world.engine.restore("web", to: "before").result()
      }
      #expect(try await world.engine.describe("web").status == .updateRollbackComplete)
      #expect(try await data(world) == ["A": "new A", "B": "new B", "E": "new E"])
      let options = OperationOptions(onFailure: .keep)
      await #expect(throws: EngineError.self) {
        try await world.engine.restore("web", to: "before", options: options).result()
      }
      #expect(try await world.engine.describe("web").status == .updateFailed)
      _ = try await world.engine.run(world.engine.planRollback("web")).result()
      #expect(try await data(world) == ["A": "new A", "B": "new B", "E": "new E"])
      #expect(world.cloud.things.count == 5)
      _ = try? await world.engine.restore("web", to: "before", options: options).result()
      world.cloud.accept("B")
      _ = try await world.engine.retry("web").result()
      #expect(try await data(world) == ["A": "old A", "B": "old B", "E": "new E"])
      #expect(world.cloud.things.count == 5)
    }
  }

  @Test("a failed way back can't be gone on with once its snapshot is deleted")
  func deletedMeanwhile() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      _ = try await world.engine.takeSnapshot(of: "web", as: "before").result()
      world.cloud.refuse("B")
      let options = OperationOptions(onFailure: .keep)
      _ = try? await world.engine.restore("web", to: "before", options: options).result()
      world.cloud.accept("B")
      _ = try await world.engine.deleteSnapshot("before", of: "web").result()
      #expect(try await world.engine.describe("web").status == .updateFailed)
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.retry("web", onFailure: .keep).result()
      }
      #expect(error?.message.contains("the snapshot before that was to be gone back to is deleted") ?? false)
      _ = try await world.engine.run(world.engine.planRollback("web")).result()
      #expect(try await world.engine.describe("web").status == .updateRollbackComplete)
    }
  }

  @Test("one that is deleted leaves nothing, and a stack takes its own with it")
  func deletion() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      _ = try await world.engine.takeSnapshot(of: "web").result()
      _ = try await world.engine.takeSnapshot(of: "web").result()
      #expect(try await world.engine.snapshots(of: "web").map(\.name) == ["snapshot-1", "snapshot-2"])
      #expect(world.cloud.things.count == 7)
      let after = try await world.engine.deleteSnapshot("snapshot-1", of: "web").result()
      #expect(after.status == .createComplete)
      #expect(world.cloud.things.count == 5)
      let abandoned = await #expect(throws: EngineError.self) { try await world.engine.planAbandon("web") }
      #expect(abandoned?.hint == "delete them first")
      let plan = try await world.engine.planDelete("web")
      #expect(plan.notices.map(\.message) == ["its snapshots are deleted too: snapshot-2"])
      world.cloud.refuse("-=A")
      await #expect(throws: EngineError.self) { try await world.engine.run(plan).result() }
      #expect(try await world.engine.describe("web").status == .deleteFailed)
      #expect(try await world.engine.snapshots(of: "web").map(\.status) == [.deleteFailed])
      world.cloud.accept("-=A")
      _ = try await world.engine.retry("web").result()
      #expect(world.cloud.things.isEmpty)
      await #expect(throws: EngineError.self) { try await world.engine.describe("web") }
    }
  }

  @Test("one that couldn't keep everything says so, can only be deleted, and leaves nothing then")
  func incomplete() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      world.cloud.state.withLock { $0.lostReplies = 1 }
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.takeSnapshot(of: "web", as: "before").result()
      }
      #expect(error?.message.contains("the connection broke") ?? false)
      #expect(try await world.engine.describe("web").status == .createComplete)
      #expect(try await world.engine.snapshot("before", of: "web").status == .failed)
      #expect(world.cloud.things.count == 5)
      let refused = await #expect(throws: EngineError.self) {
        try await world.engine.planRestore("web", to: "before")
      }
      #expect(refused?.code == .wrongStatus)
      _ = try await world.engine.deleteSnapshot("before", of: "web").result()
      #expect(world.cloud.things.count == 3)
    }
  }

  @Test("a cloud that is away for a while makes none fail, and no second copy")
  func away() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      world.cloud.goAway()
      let operation = try await world.engine.takeSnapshot(of: "web")
      try await world.ambient.sleep(.seconds(60))
      world.cloud.goAway(false)
      _ = try await operation.result()
      #expect(world.cloud.things.count == 5)
    }
  }

  @Test("what can't be done is refused with a reason")
  func refusals() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      _ = try await world.engine.takeSnapshot(of: "web", as: "before").result()
      func refusal(_ body: () async throws -> Void) async -> EngineError? {
        do { try await body() } catch { return error as? EngineError }
        return nil
      }
      let taken = await refusal { _ = try await world.engine.takeSnapshot(of: "web", as: "before") }
      #expect(taken?.code == .snapshotExists)
      let odd = await refusal { _ = try await world.engine.takeSnapshot(of: "web", as: "1 2") }
      #expect(odd?.message == "1 2 can't be the name of a snapshot")
      let near = await refusal { _ = try await world.engine.restore("web", to: "befor") }
      #expect(near?.hint == "did you mean before?")
      let unknown = await refusal { _ = try await world.engine.deleteSnapshot("x", of: "web") }
      #expect(unknown?.code == .noSuchSnapshot)
      world.cloud.refuse("A")
      let options = OperationOptions(onFailure: .keep)
      _ = try? await world.engine.update("web", Self.template(6), options: options).result()
      let failed = await refusal { _ = try await world.engine.takeSnapshot(of: "web") }
      #expect(failed?.code == .wrongStatus)
    }
  }

  @Test("one of two that are begun at once under a name is taken")
  func race() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(5)).result()
      let other = world.anotherEngine()
      async let one = try? world.engine.takeSnapshot(of: "web", as: "x").result()
      async let two = try? other.takeSnapshot(of: "web", as: "x").result()
      #expect(await [one, two].compactMap(\.self).count == 1)
      #expect(world.cloud.things.count == 5)
    }
  }

  @Test(
    "after a crash at any write the next run ends what was begun, without orphan or second copy",
    arguments: [false, true])
  func crash(keepsLast: Bool) throws {
    for writes in 0..<200 {
      let journal = MemoryJournal()
      let first = World(seed: 7, journal: journal)
      try first.time.run {
        _ = try await first.engine.create("web", Self.template(5)).result()
        try await write("old", first)
      }
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(seed: 8, journal: crashing, cloud: first.cloud)
      try before.time.run {
        _ = try? await before.engine.takeSnapshot(of: "web", as: "before").result()
        if !crashing.hasCrashed { try await write("new", before) }
        _ = try? await before.engine.restore("web", to: "before").result()
        _ = try? await before.engine.deleteSnapshot("before", of: "web").result()
      }
      let after = World(seed: 9, journal: journal, cloud: first.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try await operation.result() }
        let kept = try await after.engine.snapshots(of: "web")
        #expect(kept.allSatisfy { $0.status == .complete }, "\(writes)")
        #expect(after.cloud.things.count == 3 + kept.reduce(0) { $0 + $1.contents.count }, "\(writes)")
        let now = try await data(after)
        let isRestored = try await after.engine.describe("web").status == .updateComplete
        if isRestored { #expect(now == ["A": "old A", "B": "old B", "E": now["E"]], "\(writes)") }
        _ = try await after.engine.delete("web").result()
        #expect(after.cloud.things.isEmpty, "\(writes)")
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }

  @Test("a store on disk keeps them for the process that comes next")
  func durable() throws {
    let path = "/tmp/kiln-snapshot-\(UInt64.random(in: .min ... .max)).db"
    let first = try World(journal: SQLiteJournal(path: path))
    try first.time.run {
      _ = try await first.engine.create("web", Self.template(5)).result()
      try await write("old", first)
      _ = try await first.engine.takeSnapshot(of: "web", as: "before").result()
      try await write("new", first)
    }
    let second = try World(journal: SQLiteJournal(path: path), cloud: first.cloud)
    try second.time.run {
      _ = try await second.engine.restore("web", to: "before").result()
      #expect(try await data(second)["A"] == "old A")
    }
  }

  @Test("what stacks inside hold isn't kept, and that is told")
  func inside() throws {
    let world = World()
    try world.time.run {
      let text = """
        heat_template_version: 2018-08-31
        resources: {Site: {type: site.yaml}}
        """
      var files = TemplateFiles()
      files.add(
        "heat_template_version: 2018-08-31\nresources: {thing: {type: Test::Thing}}", at: "site.yaml")
      var surroundings = TemplateSurroundings()
      surroundings.files = files
      let reading = TemplateReader.read(Source(name: "web.yaml", text: text), in: surroundings)
      let template = try #require(reading.template, "\(reading.diagnostics)")
      _ = try await world.engine.create("web", template).result()
      _ = try await world.engine.takeSnapshot(of: "web").result()
      let snapshot = try await world.engine.snapshot("snapshot-1", of: "web")
      #expect(snapshot.reason == "what stacks inside hold isn't kept: Site")
    }
  }
}
