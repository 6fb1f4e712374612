import Document
import OrderedCollections
import Secrets
import Simulation
import StackEngine
import Store
import Templates
import Testing

@Suite("Change sets")
struct ChangeSetTests {
  private static func template(
    _ size: String = #"{"Ref": "Size"}"#, kind: String = "x", more: String = ""
  ) throws -> Template {
    try TestTemplate.make(
      """
      {"Parameters": {"Size": {"Type": "Number", "Default": 5}, "Key": {"Type": "String", "NoEcho": true}},
       "Resources": {
        "A": {"Type": "Test::Thing", "Properties": {"Size": \(size), "Kind": "\(kind)", "Password": {"Ref": "Key"}}},
        "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}}\(more)}}
      """)
  }

  @Test("one that creates a stack and one that changes it are kept, shown and executed by another engine")
  func life() throws {
    let world = World()
    try world.time.run {
      let first = try await world.engine.createChangeSet(
        "first", of: "web", Self.template(), parameters: ["Key": "hunter2"], description: "all of it")
      #expect(first.status == .available)
      #expect(first.record.kind == .create)
      #expect(first.record.lines.last == "Plan: 2 to create.")
      #expect(world.cloud.things.isEmpty)
      #expect(try await world.engine.list().isEmpty)
      let other = world.anotherEngine()
      let stack = try await other.execute("first", of: "web").record(in: other)
      #expect(stack.identity.id == first.record.stack.id)
      #expect(try await world.engine.changeSet("first", of: "web").status == .executed)
      let again = await #expect(throws: EngineError.self) {
        try await world.engine.execute("first", of: "web")
      }
      #expect(again?.message.contains("has been executed") ?? false)

      let parameters = try await world.engine.parameters(
        of: "web", for: Self.template(), given: ["Size": "9"])
      let second = try await world.engine.createChangeSet(
        "second", of: "web", Self.template(), parameters: parameters)
      #expect(second.record.kind == .update)
      #expect(second.record.shown["steps"]?[0]?["changes"]?[0]?["before"] == ["value": 5])
      #expect(!"\(second.record.lines) \(second.record.shown)".contains("hunter2"))
      let third = try await world.engine.createChangeSet(
        "third", of: "web", Self.template("1", kind: "y"), parameters: ["Key": "hunter2"])
      #expect(third.record.lines.contains { $0.contains("Kind") && $0.contains("needs replacement") })
      #expect(try await world.engine.changeSets(of: "web").map(\.name) == ["first", "second", "third"])
      _ = try await other.execute("second", of: "web").result()
      #expect(world.cloud.find(stack.resources["A"]?.physicalName ?? "")?.size == 9)
      let history = try await world.engine.history(of: "web")
      #expect(history.last?.operation.purpose == "the change set second")
      // What was shown was made for what the stack was before.
      #expect(try await world.engine.changeSet("third", of: "web").status == .obsolete)
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.execute("third", of: "web")
      }
      #expect(error?.code == .planOutdated)
      #expect(error?.message.contains("an update of the stack was started") ?? false)
      try await world.engine.deleteChangeSet("third", of: "web")
      #expect(try await world.engine.changeSets(of: "web").map(\.name) == ["first", "second"])
      _ = try await world.engine.delete("web").result()
      await #expect(throws: EngineError.self) { try await world.engine.changeSets(of: "web") }
      _ = try await world.engine.createChangeSet(
        "first", of: "web", Self.template(), parameters: ["Key": "k"])
    }
  }

  @Test("names are a stack's own, and unknown ones are told with the nearest")
  func names() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.createChangeSet(
        "first", of: "web", Self.template(), parameters: ["Key": "k"])
      let taken = await #expect(throws: EngineError.self) {
        try await world.engine.createChangeSet("first", of: "web", Self.template(), parameters: ["Key": "k"])
      }
      #expect(taken?.code == .changeSetExists)
      _ = try await world.engine.createChangeSet(
        "first", of: "shop", Self.template(), parameters: ["Key": "k"])
      let unknown = await #expect(throws: EngineError.self) {
        try await world.engine.execute("frist", of: "web")
      }
      #expect(unknown?.hint == "did you mean first?")
      await #expect(throws: EngineError.self) { try await world.engine.changeSets(of: "nothing") }
      _ = try await world.engine.create("web", Self.template(), parameters: ["Key": "k"]).result()
      let late = try await world.engine.changeSet("first", of: "web")
      #expect(late.status == .obsolete)
      #expect(late.reason == "there is a stack web by now")
    }
  }

  @Test("one whose values come from elsewhere is refused when those have changed")
  func moved() throws {
    let world = World()
    try world.time.run {
      func base(_ size: Int) throws -> Template {
        try TestTemplate.make(
          """
          {"Resources": {"T": {"Type": "Test::Thing"}},
           "Outputs": {"Size": {"Value": "\(size)", "Export": {"Name": "base-size"}}}}
          """)
      }
      _ = try await world.engine.create("base", base(5)).result()
      let template = try TestTemplate.make(
        """
        {"Resources": {
          "A": {"Type": "Test::Thing", "Properties": {"Size": {"Fn::ImportValue": "base-size"}}}}}
        """)
      _ = try await world.engine.createChangeSet("first", of: "web", template)
      _ = try await world.engine.update("base", base(6)).result()
      let error = await #expect(throws: EngineError.self) {
        try await world.engine.execute("first", of: "web")
      }
      #expect(error?.code == .planOutdated)
      #expect(error?.message.contains("A would get other values") ?? false)
      #expect(world.cloud.things.count == 1)
    }
  }

  @Test("one that imports takes in what is there, and one that a policy forbids isn't available")
  func importing() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(), parameters: ["Key": "k"]).result()
      let made = try world.cloud.make("by-hand", size: 7, for: "nobody")
      let template = try Self.template(more: #", "C": {"Type": "Test::Thing"}"#)
      let set = try await world.engine.createChangeSet(
        "take", of: "web", template, parameters: ["Key": "k"],
        options: PlanOptions(imports: ["C": made.id]))
      #expect(set.record.kind == .import)
      let stack = try await world.engine.execute("take", of: "web").record(in: world.engine)
      #expect(stack.resources["C"]?.physical?.id == made.id)
      let policy = try StackPolicy(
        ["Statement": [["Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"]]])
      try await world.engine.setPolicy(policy, of: "web")
      let denied = try await world.engine.createChangeSet(
        "no", of: "web", Self.template("9"), parameters: ["Key": "k"])
      #expect(denied.status == .unavailable)
      let error = await #expect(throws: EngineError.self) { try await world.engine.execute("no", of: "web") }
      #expect(error?.code == .policyDenies)
    }
  }

  @Test("what is executed twice at once is done once")
  func race() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.createChangeSet(
        "first", of: "web", Self.template(), parameters: ["Key": "k"])
      let other = world.anotherEngine()
      async let one = try? world.engine.execute("first", of: "web").result()
      async let two = try? other.execute("first", of: "web").result()
      let ended = await [one, two].compactMap(\.self)
      #expect(ended.count == 1)
      #expect(world.cloud.things.count == 2)
    }
  }

  @Test("a store on disk keeps them, their secrets sealed, for the process that comes next")
  func durable() throws {
    let path = "/tmp/kiln-change-set-\(UInt64.random(in: .min ... .max)).db"
    let first = try World(journal: SQLiteJournal(path: path))
    try first.time.run {
      _ = try await first.engine.createChangeSet(
        "first", of: "web", Self.template(), parameters: ["Key": "hunter2"])
    }
    let second = try World(journal: SQLiteJournal(path: path), cloud: first.cloud)
    try second.time.run {
      let stack = try await second.engine.execute("first", of: "web").record(in: second.engine)
      #expect(stack.resources["A"]?.properties["Password"] == "hunter2")
    }
  }

  @Test("what is done in stacks inside is shown too, values that come later named as such")
  func inside() throws {
    let world = World()
    try world.time.run {
      let inner = """
        heat_template_version: 2018-08-31
        parameters: {friend: {type: string}, size: {type: number, default: 1}}
        resources:
          thing: {type: Test::Thing, properties: {Size: {get_param: size}, Friend: {get_param: friend}}}
        """
      func outer(_ size: Int) throws -> Template {
        let text = """
          heat_template_version: 2018-08-31
          resources:
            A: {type: Test::Thing}
            Site: {type: site.yaml, properties: {friend: {get_resource: A}, size: \(size)}}
          """
        var files = TemplateFiles()
        files.add(inner, at: "site.yaml")
        var surroundings = TemplateSurroundings()
        surroundings.files = files
        let reading = TemplateReader.read(Source(name: "web.yaml", text: text), in: surroundings)
        return try #require(reading.template, "\(reading.diagnostics)")
      }
      let made = try await world.engine.createChangeSet("first", of: "web", outer(1))
      let lines = made.record.lines
      let start = try #require(lines.firstIndex(of: "Inside Site:"))
      #expect(lines[start + 1] == "  + thing (Test::Thing)")
      #expect(lines.contains("      Friend: known after A"))
      _ = try await world.engine.execute("first", of: "web").result()
      let update = try await world.engine.createChangeSet("second", of: "web", outer(4))
      #expect(update.record.lines.contains("      Size: 1 → 4"))
      _ = try await world.engine.execute("second", of: "web").result()
      #expect(world.cloud.things.map(\.size).sorted() == [1, 4])
    }
  }
}
