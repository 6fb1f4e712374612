import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("A plan that explains itself")
struct ExplainTests {
  private static let before = """
    Parameters:
      Size: {Type: Number, Default: 1}
      Kind: {Type: String, Default: small}
      Secret: {Type: String, NoEcho: true, Default: s1}
    Conditions:
      IsBig: !Equals [!Ref Size, "3"]
    Resources:
      Disk:
        Type: Test::Thing
        Properties: {Size: !Ref Size, Password: !Ref Secret}
      Web:
        Type: Test::Thing
        Properties:
          Kind: !Ref Kind
          Peer: !Ref Disk
      Twin:
        Type: Test::Thing
        Properties:
          Friend: !GetAtt Web.Address
      Spare:
        Type: Test::Thing
        Condition: IsBig

    """

  private func explanation(
    of id: String, _ parameters: OrderedDictionary<String, Value>, in text: String = ExplainTests.before
  ) throws -> String {
    let world = World()
    return try world.time.run {
      let engine = world.engine
      _ = try await engine.create("web", TestTemplate.make(Self.before)).result()
      let plan = try await engine.planUpdate("web", TestTemplate.make(text), parameters: parameters)
      return try await engine.explain(id, in: plan).lines.map(\.text).joined(separator: "\n")
    }
  }

  @Test("a changed property is led back to its parameter, with both places")
  func parameter() throws {
    let told = try explanation(of: "Disk", ["Size": 2])
    #expect(
      told == """
        Disk (Test::Thing) is updated  test.json:8:3
        └─ Size: 1 → 2  test.json:10:24
           └─ parameter Size: 1 → 2, as given  test.json:2:3
        """)
  }

  @Test("a change that comes from another resource's is explained by that, and so on")
  func recursion() throws {
    let told = try explanation(of: "Twin", ["Kind": "large"])
    #expect(
      told == """
        Twin (Test::Thing) is perhaps updated  test.json:16:3
        └─ Friend: "10.0.0.t-2" → known after Web  test.json:19:15
           └─ Web (Test::Thing) is replaced  test.json:11:3
              └─ Kind: "small" → "large"  needs replacement  test.json:14:13
                 └─ parameter Kind: "small" → "large", as given  test.json:3:3
        """)
  }

  @Test("what the template itself says otherwise is told with what it said, secrets aren't told")
  func template() throws {
    let text = Self.before.replacing("Size: !Ref Size, ", with: "Size: 9, ")
    let told = try explanation(of: "Disk", ["Secret": "s2"], in: text)
    #expect(told.contains("the template said Size  test.json:10:24"))
    #expect(told.contains("Password: (secret) → (secret)"))
    #expect(told.contains("parameter Secret: (secret) → (secret), as given"))
    #expect(!told.contains("s2"))
  }

  @Test("what comes and goes is led back to the template or to the condition and its parameter")
  func comingAndGoing() throws {
    let comes = try explanation(of: "Spare", ["Size": 3])
    #expect(comes.contains("Spare (Test::Thing) is created"))
    #expect(comes.contains("its condition `IsBig` holds now  test.json:6:"))
    #expect(comes.contains("parameter Size: 1 → 3, as given"))
    let text = Self.before.replacing("  Twin:", with: "  Triplet:")
    #expect(try explanation(of: "Twin", [:], in: text).contains("the template doesn't have it any longer"))
    #expect(try explanation(of: "Triplet", [:], in: text).contains("had it not before"))
    #expect(try explanation(of: "Disk", [:]).contains("nothing that it is made from has changed"))
  }

  @Test("a resource that the plan hasn't is told with the nearest name")
  func unknown() throws {
    let error = #expect(throws: EngineError.self) { try explanation(of: "Dsik", [:]) }
    #expect(error?.hint == "did you mean Disk?")
  }
}

@Suite("A plan's forecast")
struct ForecastTests {
  private static let chain = """
    {"Resources": {"A": {"Type": "Test::Thing"},
                   "B": {"Type": "Test::Thing", "DependsOn": "A"},
                   "C": {"Type": "Test::Thing"}}}
    """

  @Test("it is the longest way through the graph, by the medians of the past")
  func past() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      let template = try TestTemplate.make(Self.chain)
      let nothing = try await engine.forecast(engine.planCreate("web", template))
      #expect(!nothing.isKnown)
      #expect(nothing.unknown == ["Test::Thing"])
      #expect(nothing.line.isEmpty)
      _ = try await engine.create("web", template).result()
      let forecast = try await engine.forecast(engine.planCreate("shop", template))
      #expect(forecast.total == .seconds(10))
      #expect(forecast.critical == ["A", "B"])
      #expect(forecast.line == "About 10.0 s: A → B.")
    }
  }

  @Test("what is replaced is also deleted, after all else")
  func replacement() throws {
    let world = World()
    try world.time.run {
      let engine = world.engine
      _ = try await engine.create("old", TestTemplate.make(Self.chain)).result()
      _ = try await engine.delete("old").result()
      _ = try await engine.create("web", TestTemplate.make(Self.chain)).result()
      let other = Self.chain.replacing(
        "\"C\": {\"Type\": \"Test::Thing\"}",
        with: "\"C\": {\"Type\": \"Test::Thing\", \"Properties\": {\"Kind\": \"x\"}}")
      let plan = try await engine.planUpdate("web", TestTemplate.make(other))
      let forecast = try await engine.forecast(plan)
      #expect(forecast.total == .seconds(10))
      #expect(forecast.critical == ["C", "C"])
      let before = world.ambient.now()
      _ = try await engine.run(plan).result()
      #expect(world.ambient.now() - before == forecast.total)
    }
  }

  @Test("the median of an odd and of an even number of spans")
  func medians() {
    var past = PastDurations()
    let stack = StackIdentity(name: "web", id: "1")
    func learn(_ seconds: [Int]) {
      for span in seconds {
        past.learn(
          from: [("CREATE_IN_PROGRESS", 0), ("CREATE_COMPLETE", span)].map { status, second in
            Event(
              sequence: 0, time: .init(milliseconds: Int64(second) * 1000), stack: stack, logicalID: "A",
              physicalID: nil, type: "T", status: status, reason: "")
          })
      }
    }
    learn([9, 1, 4])
    #expect(past.median("CREATE", "T") == .seconds(4))
    learn([2])
    #expect(past.median("CREATE", "T") == .seconds(3))
    #expect(past.median("DELETE", "T") == nil)
  }
}
