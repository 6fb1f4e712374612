import Document
import OrderedCollections
import Simulation
import StackEngine
import Templates
import Testing

@Suite("Accepting what others have changed")
struct AcceptingTests {
  private static let yaml = """
    # Two things.
    Parameters:
      Size: {Type: Number, Default: 5}
      Both: {Type: Number, Default: 3}
    Resources:
      A:
        Type: Test::Thing
        Properties:
          Size: !Ref Size # of A alone
      B:
        Type: Test::Thing
        Properties: {Size: 1, Friend: !Ref A} # the second

      C: {Type: Test::Thing, Properties: {Size: !Ref Both}}
      D: {Type: Test::Thing, Properties: {Size: !Ref Both}}

    """

  private static func template(_ text: String) throws -> Template {
    let reading = TemplateReader.read(Source(name: "web.yaml", text: text))
    return try #require(reading.template)
  }

  @Test(
    "the template says what the cloud has then, parameters get it where they stand alone, and nothing else changes"
  )
  func accepting() throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(Self.yaml)).result()
      let ids = try await world.engine.describe("web").resources.compactMapValues { $0.physical?.id }
      for (id, size) in [("A", 9), ("B", 7), ("C", 8)] {
        world.cloud.meddle(try #require(ids[id]), size: Int64(size))
      }
      let calls = world.cloud.calls
      let acceptance = try await world.engine.planAcceptance(of: "web")
      #expect(acceptance.drift.map(\.logicalID).sorted() == ["A", "B", "C"])
      #expect(acceptance.parameters == ["Size"])
      #expect(acceptance.plan.isEmpty)
      let stack = try await world.engine.run(acceptance.plan).record(in: world.engine)
      #expect(stack.status == .updateComplete)
      #expect(world.cloud.calls == calls)
      #expect(try await world.engine.drift(of: "web").allSatisfy { $0.state == .inSync })
      let text = acceptance.template.source.text
      let told =
        Self.yaml
        .replacing("{Size: 1, Friend: !Ref A}", with: "{Size: 7, Friend: !Ref A}")
        .replacing(
          "C: {Type: Test::Thing, Properties: {Size: !Ref Both}}",
          with: "C: {Type: Test::Thing, Properties: {Size: 8}}")
      #expect(text == told)
      #expect(stack.head.blueprint.templateText == text)
      #expect(stack.head.blueprint.parameters["Size"] == "9")
      #expect(
        try await world.engine.planUpdate("web", Self.template(text), parameters: ["Size": "9"]).isEmpty)
      // What the stack was before it accepted can be had back.
      #expect(try await world.engine.planUndo("web")["A"]?.action == .update)
    }
  }

  @Test("only what is named is accepted; a JSON template stays one")
  func some() throws {
    let world = World()
    try world.time.run {
      let text = """
        {"Resources": {
          "A": {"Type": "Test::Thing", "Properties": {"Size": "5"}},
          "B": {"Type": "Test::Thing", "Properties": {"Size": 1, "Tags": ["x", {"Ref": "A"}]}}}}
        """
      _ = try await world.engine.create("web", TestTemplate.make(text)).result()
      world.cloud.meddle("t-1", size: 9)
      world.cloud.meddle("t-2", size: 8)
      let acceptance = try await world.engine.planAcceptance(of: "web", resources: ["B"])
      _ = try await world.engine.run(acceptance.plan).result()
      #expect(try await world.engine.drift(of: "web").map(\.state) == [.modified, .inSync])
      let tree = try Value.json(acceptance.template.source.text)
      let properties = tree["Resources"]?["B"]?["Properties"]
      #expect(properties == ["Size": 8, "Tags": ["x", ["Ref": "A"]]])
      #expect(tree["Resources"]?["A"]?["Properties"] == ["Size": "5"])
      let nothing = try await world.engine.planAcceptance(of: "web", resources: ["B"])
      #expect(nothing.isEmpty)
      #expect(nothing.template.source.text == acceptance.template.source.text)
    }
  }

  @Test(
    "where only scalars change, all else stays as it was laid out",
    arguments: [
      "Resources:\n    A:\n        Type:   'Test::Thing'   # it\n        Properties: { 'Size' :  5 }\n\n\n# end\n",
      "{\"Resources\":{\"A\":{\"Type\":\"Test::Thing\",\n\t\"Properties\":{\"Size\": 5}}}}",
      "Resources:\r\n  A:\r\n    Type: Test::Thing\r\n    Properties:\r\n      Size: 5\r\n",
    ])
  func layout(text: String) throws {
    let world = World()
    try world.time.run {
      _ = try await world.engine.create("web", Self.template(text)).result()
      world.cloud.meddle("t-1", size: 99)
      let acceptance = try await world.engine.planAcceptance(of: "web")
      #expect(acceptance.template.source.text == text.replacing("5", with: "99"))
    }
  }

  @Test("a HOT template stays one, with its comments")
  func heat() throws {
    let world = World()
    try world.time.run {
      let text = """
        heat_template_version: 2018-08-31
        resources:
          A:
            type: Test::Thing # the first
            properties:
              Size: 5
          B: {type: Test::Thing, properties: {Friend: {get_resource: A}}}

        """
      _ = try await world.engine.create("web", Self.template(text)).result()
      world.cloud.meddle("t-1", size: 9)
      let acceptance = try await world.engine.planAcceptance(of: "web")
      #expect(acceptance.template.source.text == text.replacing("Size: 5", with: "Size: 9"))
      _ = try await world.engine.run(acceptance.plan).result()
      #expect(try await world.engine.drift(of: "web").allSatisfy { $0.state == .inSync })
    }
  }

  @Test("what is gone, comes from a function, is in a loop or isn't there is refused, all of it at once")
  func refused() throws {
    let world = World()
    try world.time.run {
      let text = """
        {"Mappings": {"M": {"a": {"b": 5}}}, "Transform": "AWS::LanguageExtensions",
         "Resources": {
          "A": {"Type": "Test::Thing", "Properties": {"Size": {"Fn::FindInMap": ["M", "a", "b"]}}},
          "B": {"Type": "Test::Thing", "Properties": {"Friend": {"Ref": "A"}}},
          "Fn::ForEach::Each": ["N", ["X"], {"${N}": {"Type": "Test::Thing", "Properties": {"Size": 1}}}]}}
        """
      _ = try await world.engine.create("web", TestTemplate.make(text)).result()
      let ids = try await world.engine.describe("web").resources.compactMapValues { $0.physical?.id }
      world.cloud.meddle(try #require(ids["A"]), size: 9)
      world.cloud.meddle(try #require(ids["X"]), size: 9)
      world.cloud.lose(try #require(ids["B"]))
      let gone = await #expect(throws: Diagnostics.self) { try await world.engine.planAcceptance(of: "web") }
      #expect(gone?.items.map(\.message) == ["B is gone from the cloud"])
      let function = await #expect(throws: Diagnostics.self) {
        try await world.engine.planAcceptance(of: "web", resources: ["A"])
      }
      #expect(function?.items.first?.message == "A's Size comes from a function, which can't say it")
      #expect(function?.items.first?.place != nil)
      let loop = await #expect(throws: EngineError.self) {
        try await world.engine.planAcceptance(of: "web", resources: ["X"])
      }
      #expect(loop?.message.contains("doesn't have Resources.X.Properties.Size") ?? false)
      await #expect(throws: EngineError.self) {
        try await world.engine.planAcceptance(of: "web", resources: ["Y"])
      }
    }
  }

  @Test(
    "a crash at any write leaves a stack that has accepted or hasn't, and calls nobody",
    arguments: [false, true])
  func crashes(keepsLast: Bool) throws {
    for writes in 0..<20 {
      let journal = MemoryJournal()
      let first = World(seed: 7, journal: journal)
      try first.time.run {
        _ = try await first.engine.create("web", Self.template(Self.yaml)).result()
        let id = try await first.engine.describe("web").resources["B"]?.physical?.id
        first.cloud.meddle(try #require(id), size: 7)
      }
      let calls = first.cloud.calls
      let crashing = CrashingJournal(journal, writes: writes, keepsLast: keepsLast)
      let before = World(seed: 8, journal: crashing, cloud: first.cloud)
      try before.time.run {
        _ = try? await before.engine.run(before.engine.planAcceptance(of: "web").plan).result()
      }
      let after = World(seed: 8, journal: journal, cloud: first.cloud)
      try after.time.run {
        for operation in try await after.engine.recover() { _ = try await operation.result() }
        let state = try await after.engine.drift(of: "web").first { $0.logicalID == "B" }?.state
        let text = try await after.engine.describe("web").head.blueprint.templateText
        #expect(state == (text.contains("Size: 7") ? .inSync : .modified), "\(writes)")
        #expect(first.cloud.calls == calls, "\(writes)")
      }
      if !crashing.hasCrashed { return }
    }
    Issue.record("the scenario never ended")
  }
}
