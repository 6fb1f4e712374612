import Ambience
import Document
import OrderedCollections
import Simulation
import StackEngine
import Synchronization
import Templates
import Testing

@Suite("Groups of stacks")
struct GroupTests {
  private static func network(_ size: Int = 5) throws -> Template {
    try TestTemplate.make(
      """
      {"Resources": {"N": {"Type": "Test::Thing", "Properties": {"Size": \(size)}}},
       "Outputs": {"Id": {"Value": {"Ref": "N"}},
                   "Name": {"Value": {"Fn::GetAtt": ["N", "Address"]}, "Export": {"Name": "network-name"}},
                   "Size": {"Value": "\(size)"},
                   "Token": {"Value": {"Fn::GetAtt": ["N", "Token"]}}}}
      """)
  }

  private static func app(_ type: String = "String") throws -> Template {
    try TestTemplate.make(
      """
      {"Parameters": {"Network": {"Type": "\(type)"}},
       "Resources": {"A": {"Type": "Test::Thing", "Properties": {"Kind": {"Ref": "Network"}}}},
       "Outputs": {"Id": {"Value": {"Ref": "A"}}}}
      """)
  }

  private static let dns = """
    {"Resources": {"D": {"Type": "Test::Thing", "Properties": {"Friend": {"Fn::ImportValue": "network-name"}}},
                   "E": {"Type": "Test::Thing", "Properties": {
                     "Peer": {"Fn::GetStackOutput": {"StackName": "app", "OutputName": "Id"}}}}}}
    """

  /// A network, what is in it, and names for both; given in the wrong order.
  private static func group(_ size: Int = 5) throws -> StackGroup {
    StackGroup([
      "dns": StackGroup.Member(template: try TestTemplate.make(dns)),
      "app": StackGroup.Member(
        template: try app(), arguments: ["Network": .output("Id", ofStack: "network")]),
      "network": StackGroup.Member(template: try network(size)),
      "alone": StackGroup.Member(
        template: try TestTemplate.make(#"{"Resources": {"Z": {"Type": "Test::Thing"}}}"#)),
    ])
  }

  @Test("one plan shows all in the order of what they ask each other for, later values named by the output")
  func planning() throws {
    let world = World()
    try world.time.run {
      let plan = try await world.engine.plan(Self.group())
      #expect(plan.parts.map(\.name) == ["network", "app", "dns", "alone"])
      #expect(plan.parts.map(\.needs) == [[], ["network"], ["network", "app"], []])
      #expect(plan.lines.contains("Stack dns: create, after network, app"))
      #expect(plan.lines.contains("      Kind: known after network.Id"))
      #expect(plan.lines.contains("      Friend: known after network.Name"))
      #expect(plan.lines.contains("      Peer: known after app.Id"))
      #expect(world.cloud.things.isEmpty)
    }
  }

  @Test(
    "each begins when those that it needs are done, the others at once; a second time there is nothing to do")
  func running() throws {
    let world = World()
    try world.time.run {
      let begun = Mutex<[String]>([])
      let start = world.ambient.uptime()
      let plan = try await world.engine.plan(Self.group())
      let outcome = await world.engine.run(plan) { operation in
        begun.withLock { $0.append(operation.stack.name) }
      }
      #expect(outcome.isGood, "\(outcome.lines)")
      #expect(begun.withLock { Set($0.prefix(2)) } == ["network", "alone"])
      #expect(begun.withLock { Array($0.suffix(2)) } == ["app", "dns"])
      #expect(world.ambient.uptime() - start < .seconds(18))
      let network = try #require(try await world.engine.describe("network").resources["N"]?.physical?.id)
      let stack = try await world.engine.describe("dns")
      #expect(stack.resources["D"]?.properties["Friend"]?.string == "10.0.0.\(network)")
      let app = try await world.engine.describe("app")
      #expect(app.head.blueprint.parameters["Network"]?.string == network)
      let again = try await world.engine.plan(Self.group())
      #expect(again.isEmpty, "\(again.lines)")
      #expect(await world.engine.run(again).lines.allSatisfy { $0.hasSuffix("nothing to do") })
      // What users are updated with it isn't news.
      let update = try await world.engine.plan(Self.group(6))
      #expect(!update.lines.contains { $0.contains("Note:") })
      #expect(await world.engine.run(update).isGood)
      #expect(world.cloud.things.map(\.size).contains(6))
    }
  }

  @Test("deletion goes the other way round, also where only the stacks themselves say what they use")
  func deleting() throws {
    let world = World()
    try world.time.run {
      _ = await world.engine.run(try await world.engine.plan(Self.group()))
      let plan = try await world.engine.planDeletion(of: Self.group())
      #expect(
        plan.parts.map(\.name).firstIndex(of: "dns") ?? 9 < plan.parts.map(\.name).firstIndex(of: "app") ?? 0)
      #expect(!plan.lines.contains { $0.contains("Note:") })
      #expect(await world.engine.run(plan).isGood)
      #expect(world.cloud.things.isEmpty)
      let order = world.cloud.calls.filter { $0.hasPrefix("remove") }
      #expect(order.last == "remove N")
      #expect(try await world.engine.planDeletion(of: Self.group()).parts.isEmpty)
    }
  }

  @Test("what needs a stack that fails isn't begun, and what became of each is told")
  func failing() throws {
    let world = World()
    world.cloud.refuse("A")
    try world.time.run {
      let outcome = await world.engine.run(try await world.engine.plan(Self.group()))
      #expect(outcome.states.keys.elements == ["network", "app", "dns", "alone"])
      #expect(outcome.lines[1].contains("app: failed: app was rolled back: A: quota exceeded"))
      #expect(outcome.lines[2] == "dns: not begun: app, which it needs, isn't done")
      #expect(outcome.lines[3] == "alone: CREATE_COMPLETE")
      #expect(outcome.states["dns"]?.word == "not_begun")
      let error = #expect(throws: Diagnostics.self) { try outcome.check() }
      #expect(error?.items.count { $0.code == "group_failed" } == 2)
      world.cloud.heal()
      // The next time goes on from there.
      #expect(await world.engine.run(try await world.engine.plan(Self.group())).isGood)
    }
  }

  @Test("more than was shown isn't done")
  func outdated() throws {
    let world = World()
    try world.time.run {
      _ = await world.engine.run(try await world.engine.plan(Self.group()))
      let plan = try await world.engine.plan(Self.group(7))
      _ = try await world.engine.update("network", Self.network(8)).result()
      let outcome = await world.engine.run(plan)
      guard case .failed(let error as EngineError)? = outcome.states["network"] else {
        Issue.record("\(outcome.lines)")
        return
      }
      #expect(error.code == .planOutdated)
      #expect(outcome.states["dns"]?.word == "not_begun")
    }
  }

  @Test("stacks that need each other, aren't there, or give secrets to what shows them are refused")
  func refused() throws {
    let world = World()
    try world.time.run {
      func complaint(_ members: OrderedDictionary<String, StackGroup.Member>) async throws -> Diagnostic? {
        do {
          _ = try await world.engine.plan(StackGroup(members))
          return nil
        } catch let error as any Explainable { return error.diagnostics.first }
      }
      var one = StackGroup.Member(
        template: try Self.app(), arguments: ["Network": .output("Id", ofStack: "two")])
      let two = StackGroup.Member(
        template: try Self.app(), arguments: ["Network": .output("Id", ofStack: "one")])
      let cycle = try await complaint(["one": one, "two": two])
      #expect(cycle?.code == "group_cycle")
      #expect(cycle?.message == "the stacks need each other: one → two → one")
      one.arguments = ["Network": .output("Idd", ofStack: "network")]
      let network = StackGroup.Member(template: try Self.network())
      let unknown = try await complaint(["one": one, "network": network])
      #expect(unknown?.message == "one: there is no output Idd of a stack network")
      #expect(unknown?.hint == "did you mean Id?")
      one.arguments = ["Network": .value("x")]
      one.dependsOn = ["netwrk"]
      #expect(try await complaint(["one": one, "network": network])?.hint == "did you mean network?")
      one.dependsOn = []
      one.arguments = ["Network": .output("Token", ofStack: "network")]
      _ = try await world.engine.create("network", Self.network()).result()
      let secret = try await complaint(["one": one, "network": network])
      #expect(secret?.code == "secret_output")
    }
  }

  @Test("a condition that hangs on what isn't known yet is told before anything is done")
  func condition() throws {
    let world = World()
    try world.time.run {
      let template = try TestTemplate.make(
        """
        {"Parameters": {"Id": {"Type": "String"}},
         "Conditions": {"IsBig": {"Fn::Equals": [{"Ref": "Id"}, "t-1"]}},
         "Resources": {"A": {"Type": "Test::Thing", "Condition": "IsBig"}}}
        """)
      let group = StackGroup([
        "network": StackGroup.Member(template: try Self.network()),
        "app": StackGroup.Member(template: template, arguments: ["Id": .output("Id", ofStack: "network")]),
      ])
      let error = await #expect(throws: Diagnostics.self) { try await world.engine.plan(group) }
      #expect(error?.items.first?.message == "app: the condition `IsBig` isn't known yet")
      // Once the network is there, it is.
      _ = try await world.engine.create("network", Self.network()).result()
      #expect(await world.engine.run(try await world.engine.plan(group)).isGood)
      #expect(world.cloud.things.count == 2)
    }
  }
}
