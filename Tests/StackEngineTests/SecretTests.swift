import Ambience
import Document
import Glibc
import OrderedCollections
import Secrets
import Simulation
import StackEngine
import Store
import Testing

@Suite("Secrets of a stack")
struct SecretTests {
  private static let template = """
    {"Parameters": {"Password": {"Type": "String", "NoEcho": true}},
     "Resources": {
       "A": {"Type": "Test::Thing", "Properties": {"Password": {"Ref": "Password"}},
             "Metadata": {"config": {"password": {"Ref": "Password"}}}},
       "B": {"Type": "Test::Thing", "Properties": {"Password": {"Fn::GetAtt": ["A", "Token"]}}}},
     "Outputs": {"Echo": {"Value": {"Ref": "Password"}}}}
    """

  @Test("are nowhere in the store's files nor in plans and events, and are there when it opens again")
  func sealed() throws {
    let path = "/tmp/kiln-secrets-\(UInt64.random(in: .min ... .max)).db"
    let world = World(journal: try SQLiteJournal(path: path))
    try world.time.run {
      let template = try TestTemplate.make(Self.template)
      let plan = try await world.engine.planCreate(
        "web", template, parameters: ["Password": "hunter2-hunter2"])
      #expect(!plan.lines.joined().contains("hunter2"))
      #expect(!plan.value.jsonText().contains("hunter2"))
      let stack = try await world.engine.run(plan).result()
      #expect(stack.outputs["Echo"]?.shown == nil)
      #expect(!"\(stack.outputs)".contains("hunter2"))
      for event in try await world.engine.events(of: "web") { #expect(!"\(event)".contains("hunter2")) }
    }
    for suffix in ["", "-wal", "-shm"] {
      let text = String(decoding: try bytes(of: path + suffix), as: UTF8.self)
      #expect(!text.contains("hunter2"))
      #expect(!text.contains("token-t-1"))
    }
    let again = World(journal: try SQLiteJournal(path: path))
    try again.time.run {
      let stack = try await again.engine.describe("web")
      #expect(stack.resources["A"]?.properties["Password"] == "hunter2-hunter2")
      #expect(stack.resources["A"]?.metadata?["config"]?["password"] == "hunter2-hunter2")
      #expect(stack.resources["B"]?.properties["Password"] == "token-t-1")
      #expect(stack.outputs["Echo"]?.content == .secret(Secret("hunter2-hunter2")))
      let template = try TestTemplate.make(Self.template)
      let plan = try await again.engine.planUpdate("web", template, parameters: ["Password": "other"])
      #expect(plan["A"]?.changes.first?.before == .secret)
      #expect(plan["A"]?.changes.first?.after == .secret)
    }
  }

  private func bytes(of path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&part, 1, part.count, file), count > 0 { all += part[..<count] }
    return all
  }
}
