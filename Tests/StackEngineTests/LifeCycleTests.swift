import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Synchronization
import Templates
import Testing

@Suite("A stack's life")
struct LifeCycleTests {
  static let two = """
    {"Resources": {
      "A": {"Type": "Test::Thing", "Properties": {"Size": "5", "Kind": "x"}},
      "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}}},
     "Outputs": {"Address": {"Value": {"Fn::GetAtt": ["B", "Address"]}},
                 "Token": {"Value": {"Fn::GetAtt": ["B", "Token"]}}}}
    """

  @Test("creating runs in the order of references, with CloudFormation's events")
  func create() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.two))
      var told: [String] = []
      for await event in operation.events { told.append("\(event.logicalID ?? "web") \(event.status)") }
      let stack = try await operation.record(in: world.engine)
      #expect(
        told == [
          "web CREATE_IN_PROGRESS", "A CREATE_IN_PROGRESS", "A CREATE_COMPLETE", "B CREATE_IN_PROGRESS",
          "B CREATE_COMPLETE", "web CREATE_COMPLETE",
        ])
      #expect(stack.status == .createComplete)
      #expect(stack.resources["A"]?.properties["Size"] == 5)
      #expect(stack.resources["B"]?.properties["Friend"] == "t-1")
      #expect(stack.outputs["Address"]?.shown == "10.0.0.t-2")
      #expect(stack.outputs["Token"]?.shown == nil)
    }
    #expect(world.cloud.things.count == 2)
    #expect(world.time.uptime == .seconds(10))
  }

  @Test("outputs tell the attributes of the end, and no update replaces what was made of earlier ones")
  func refreshedOutputs() throws {
    let text = """
      {"Resources": {
        "A": {"Type": "Test::Thing"},
        "B": {"Type": "Test::Thing", "Properties": {"Peer": {"Fn::GetAtt": ["A", "Address"]}}}},
       "Outputs": {"Address": {"Value": {"Fn::GetAtt": ["A", "Address"]}}}}
      """
    let world = World()
    world.cloud.state.withLock { $0.newAddresses["t-1"] = "203.0.113.7" }
    try world.time.run {
      let template = try TestTemplate.make(text)
      let stack = try await world.engine.create("web", template).record(in: world.engine)
      #expect(stack.outputs["Address"]?.shown == "203.0.113.7")
      #expect(stack.resources["B"]?.properties["Peer"] == "10.0.0.t-1")
      #expect(try await world.engine.planUpdate("web", template).isEmpty)
    }
  }

  @Test("outputs tell what is known when the cloud can't be asked")
  func unrefreshedOutputs() throws {
    let world = World()
    world.cloud.refuse("?t-2")
    try world.time.run {
      let stack = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      #expect(stack.outputs["Address"]?.shown == "10.0.0.t-2")
    }
  }

  @Test("a failed creation is rolled back to nothing, and the name is free again")
  func rollback() throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      let operation = try await world.engine.create("web", template)
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(error?.code == .operationFailed)
      #expect(error?.message.contains("quota exceeded") ?? false)
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
      #expect(world.cloud.things.isEmpty)
      world.cloud.accept("B")
      let again = try await world.engine.create("web", template).result()
      #expect(again.status == .createComplete)
      #expect(try await world.engine.list().count == 1)
    }
  }

  @Test("resources that fail alike are told in one sentence, with what became of the stack")
  func failedAlike() throws {
    let world = World()
    for name in ["A", "B", "C"] { world.cloud.refuse(name) }
    try world.time.run {
      let three = """
        {"Resources": {"A": {"Type": "Test::Thing"}, "B": {"Type": "Test::Thing"}, "C": {"Type": "Test::Thing"}}}
        """
      let operation = try await world.engine.create("web", TestTemplate.make(three))
      let error = await #expect(throws: EngineError.self) { try await operation.result() }
      let message = try #require(error?.message)
      let parts = message.split(separator: ": ")
      #expect(parts.count == 3)
      #expect(parts.first == "web was rolled back")
      #expect(Set(parts[1].split(separator: ", ")) == ["A", "B", "C"])
      #expect(parts.last == "quota exceeded")
    }
  }

  @Test("a failed creation that is to be kept can be updated to completion")
  func keep() throws {
    let world = World()
    world.cloud.refuse("B")
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      let operation = try await world.engine.create(
        "web", template, options: OperationOptions(onFailure: .keep))
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").status == .createFailed)
      #expect(world.cloud.things.count == 1)
      world.cloud.accept("B")
      let stack = try await world.engine.update("web", template).record(in: world.engine)
      #expect(stack.status == .updateComplete)
      #expect(stack.superseded.isEmpty)
      #expect(world.cloud.things.count == 2)
    }
  }

  @Test("a replacement is created before the old resource is deleted, and users get the new one")
  func replace() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      let changed = try TestTemplate.make(Self.two.replacing("\"x\"", with: "\"y\""))
      let plan = try await world.engine.planUpdate("web", changed)
      #expect(
        plan.lines == [
          "± A (Test::Thing)", "    Kind: \"x\" → \"y\"  (needs replacement)",
          "~ B (Test::Thing), perhaps updated", "    Friend: \"t-1\" → known after A",
          "Plan: 1 to update, 1 to replace.",
        ])
      let stack = try await world.engine.run(plan).record(in: world.engine)
      #expect(stack.status == .updateComplete)
      #expect(stack.resources["B"]?.properties["Friend"] == "t-3")
      #expect(world.cloud.calls.suffix(3) == ["make A", "resize B", "remove A"])
    }
    #expect(world.cloud.things.map(\.id) == ["t-2", "t-3"])
  }

  @Test("what can't exist twice is deleted before its replacement is created")
  func deleteFirst() throws {
    let world = World(replacesAfterDelete: true)
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      let changed = try TestTemplate.make(Self.two.replacing("\"x\"", with: "\"y\""))
      _ = try await world.engine.update("web", changed).result()
    }
    #expect(world.cloud.calls.suffix(3) == ["remove A", "make A", "resize B"])
    #expect(world.cloud.state.withLock { $0.mostAlive } == 2)
  }

  @Test("a failed update brings back what it replaced")
  func updateRollback() throws {
    let world = World()
    try world.time.run {
      let before = try await world.engine.create("web", TestTemplate.make(Self.two)).record(in: world.engine)
      world.cloud.refuseOnce("B")
      let changed = try TestTemplate.make(Self.two.replacing("\"x\"", with: "\"y\""))
      let operation = try await world.engine.update("web", changed)
      await #expect(throws: EngineError.self) { try await operation.result() }
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .updateRollbackComplete)
      #expect(stack.resources["A"]?.physical == before.resources["A"]?.physical)
      #expect(stack.resources["B"]?.properties == before.resources["B"]?.properties)
      #expect(stack.head.blueprint == before.head.blueprint)
    }
    #expect(world.cloud.things.map(\.id) == ["t-1", "t-2"])
  }

  @Test("a stack that was rolled back says what of the update couldn't be taken away")
  func leftOver() throws {
    let world = World()
    try world.time.run {
      let old = #"{"Resources": {"A": {"Type": "Test::Thing"}}}"#
      let new = """
        {"Resources": {"A": {"Type": "Test::Thing"}, "B": {"Type": "Test::Thing"},
          "C": {"Type": "Test::Thing", "DependsOn": "B"}}}
        """
      _ = try await world.engine.create("web", TestTemplate.make(old)).result()
      world.cloud.refuse("C")
      world.cloud.refuse("-B")
      let update = try await world.engine.update("web", TestTemplate.make(new))
      await #expect(throws: EngineError.self) { try await update.result() }
      let stack = try await world.engine.describe("web")
      #expect(stack.status == .updateRollbackComplete)
      #expect(
        stack.head.reason == "C: quota exceeded; some of what is no longer wanted is left: B: still in use")
      #expect(stack.resources["B"]?.status == .deleteFailed)
      world.cloud.heal()
      let again = try await world.engine.update("web", TestTemplate.make(old)).record(in: world.engine)
      #expect(again.resources.keys.elements == ["A"])
      #expect(world.cloud.things.count == 1)
    }
  }

  @Test("an update without changes does nothing")
  func noChange() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      let plan = try await world.engine.planUpdate("web", template)
      #expect(plan.isEmpty)
      #expect(plan.lines == ["Nothing changes."])
      #expect(try await world.engine.run(plan).result().status == .updateComplete)
    }
    #expect(world.cloud.calls.count == 2)
  }

  @Test("metadata may refer to what is made later, by the name that it will get")
  func metadataCycle() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(
        """
        {"Resources": {
          "A": {"Type": "Test::Thing", "Metadata": {"watch": {"Ref": "B"}}},
          "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}}}}
        """)
      let stack = try await world.engine.create("web", template).record(in: world.engine)
      let name = try #require(stack.resources["B"]?.physicalName)
      #expect(stack.resources["A"]?.metadata?["watch"] == .string(name))
    }
  }

  @Test("deletion goes against the order of creation and keeps what is to be retained")
  func delete() throws {
    let world = World()
    try world.time.run {
      let kept = Self.two.replacing("\"A\": {", with: "\"A\": {\"DeletionPolicy\": \"Retain\",")
      _ = try await world.engine.create("web", TestTemplate.make(kept)).result()
      let stack = try await world.engine.delete("web").result()
      #expect(stack.status == .deleteComplete)
      await #expect(throws: EngineError.self) { try await world.engine.describe("web") }
    }
    #expect(world.cloud.things.map(\.id) == ["t-1"])
  }

  @Test("a deletion that failed can be tried again")
  func deleteAgain() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      world.cloud.refuse("-A")
      let operation = try await world.engine.delete("web")
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").status == .deleteFailed)
      world.cloud.accept("-A")
      #expect(try await world.engine.delete("web").result().status == .deleteComplete)
    }
    #expect(world.cloud.things.isEmpty)
  }

  @Test("a second operation on a stack is refused while one is in progress")
  func serial() throws {
    let world = World()
    try world.time.run {
      let operation = try await world.engine.create("web", TestTemplate.make(Self.two))
      try await world.ambient.sleep(.seconds(1))
      let error = await #expect(throws: EngineError.self) { try await world.engine.delete("web") }
      #expect(error?.code == .operationInProgress)
      _ = try await operation.result()
    }
  }

  @Test("an outdated plan is refused")
  func outdated() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(Self.two)
      _ = try await world.engine.create("web", template).result()
      let plan = try await world.engine.planUpdate("web", template)
      _ = try await world.engine.run(plan).result()
      let error = await #expect(throws: EngineError.self) { try await world.engine.run(plan) }
      #expect(error?.code == .planOutdated)
    }
  }

  @Test("cancelling stops what waits and rolls back")
  func cancel() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(
        """
        {"Resources": {"A": {"Type": "Test::Thing"},
          "W": {"Type": "Test::Wait", "Properties": {"Friend": {"Ref": "A"}}}}}
        """)
      let operation = try await world.engine.create("web", template)
      try await world.ambient.sleep(.seconds(60))
      try await world.engine.cancel("web")
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
    }
    #expect(world.cloud.things.isEmpty)
    #expect(world.time.uptime < .seconds(80))
  }

  @Test("an operation that takes longer than allowed is rolled back")
  func timeout() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(#"{"Resources": {"W": {"Type": "Test::Wait"}}}"#)
      let operation = try await world.engine.create(
        "web", template, options: OperationOptions(timeout: .seconds(30)))
      await #expect(throws: EngineError.self) { try await operation.result() }
      #expect(try await world.engine.describe("web").status == .rollbackComplete)
    }
    #expect(world.time.uptime < .seconds(40))
  }

  @Test("a signal ends a wait")
  func signal() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(#"{"Resources": {"W": {"Type": "Test::Wait"}}}"#)
      let operation = try await world.engine.create("web", template)
      try await world.ambient.sleep(.seconds(20))
      try await world.engine.signal(
        "web", "W", Signal(id: "1", isSuccess: true, reason: "", data: "hello"))
      let stack = try await operation.record(in: world.engine)
      #expect(stack.resources["W"]?.physical?.attributes["Data"] == "hello")
    }
    #expect(world.time.uptime == .seconds(20))
  }

  @Test("an action is an operation with events, and replacing takes the dependants along")
  func act() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", TestTemplate.make(Self.two)).result()
      _ = try await world.engine.perform(.softReboot, on: "A", of: "web", reason: "no answer").result()
      _ = try await world.engine.replace("A", of: "web", reason: "still no answer").result()
      let told = try await world.engine.events(of: "web").map(\.status)
      #expect(told.contains("SOFT_REBOOT_COMPLETE"))
    }
    #expect(world.cloud.calls.contains("soft_reboot A"))
    #expect(world.cloud.things.map(\.id) == ["t-3", "t-4"])
  }

  @Test("a type, a property and a value that are wrong are told at once")
  func diagnostics() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(
        """
        {"Resources": {
          "A": {"Type": "Test::Thng"},
          "B": {"Type": "Test::Thing", "Properties": {"Sise": 1, "Size": "many"}}}}
        """)
      let error = await #expect(throws: Diagnostics.self) {
        try await world.engine.planCreate("web", template)
      }
      #expect(
        error?.items.map(\.code) == ["unknown_resource_type", "unknown_property", "wrong_type"])
      #expect(error?.items.first?.hint == "did you mean Test::Thing?")
    }
  }
}

extension String {
  func replacing(_ part: String, with other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
