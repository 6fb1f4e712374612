import Document
import Glibc
import OrderedCollections
import Simulation
import StackEngine
import Store
import Synchronization
import Templates
import Testing

/// Values that are stored somewhere, and how often each was asked for.
private final class Vault: ReferenceSource {
  private let values: Mutex<[String: String]>
  private let asked = Mutex<[String]>([])

  init(_ values: [String: String]) { self.values = Mutex(values) }

  var questions: [String] { asked.withLock { $0 } }

  func set(_ name: String, _ value: String) { values.withLock { $0[name] = value } }

  func value(of reference: DynamicReference) async throws -> Evaluated? {
    asked.withLock { $0.append(reference.text) }
    return values.withLock { $0[reference.text] }.map { .known(.string($0), isSecret: reference.isSecret) }
  }
}

/// A cloud that has a few flavors.
private final class Flavors: CustomConstraintChecker {
  private let calls = Mutex(0)

  var callCount: Int { calls.withLock { $0 } }

  func answers(to questions: [CustomConstraint]) async -> [CustomConstraint: CustomConstraintAnswer] {
    calls.withLock { $0 += 1 }
    return Dictionary(
      uniqueKeysWithValues: questions.map {
        ($0, ["small", "big"].contains($0.value) ? .holds : .broken("there is no flavor `\($0.value)`"))
      })
  }
}

@Suite("What lies outside of a stack")
struct ElsewhereTests {
  private static let referring = """
    {"Parameters": {"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/zone"}},
     "Resources": {
      "First": {"Type": "Test::Thing", "Properties": {
        "Size": 1, "Password": "{{resolve:secretsmanager:db:SecretString:password}}"}},
      "Second": {"Type": "Test::Thing", "Properties": {
        "Password": {"Fn::Sub": "{{resolve:made:${First}}}"}}}},
     "Outputs": {"Zone": {"Value": {"Ref": "Stored"}}}}
    """

  private func world(_ vault: Vault? = nil, _ constraints: Flavors? = nil) -> World {
    World(references: vault ?? Vault([:]), constraints: constraints)
  }

  @Test("dynamic references are fetched when they are needed, and what is a secret stays one")
  func references() throws {
    let secret = "{{resolve:secretsmanager:db:SecretString:password}}"
    let vault = Vault([secret: "hunter2", "{{resolve:ssm:/zone}}": "nova"])
    let world = world(vault)
    try world.time.run {
      let plan = try await world.engine.planCreate("web", TestTemplate.make(Self.referring))
      #expect(!plan.lines.joined().contains("hunter2"))
      // The second reference names a thing that isn't there before the first resource is.
      #expect(vault.questions == ["{{resolve:ssm:/zone}}", secret])
      let operation = try await world.engine.run(plan)
      await #expect(throws: EngineError.self) { try await operation.result() }
      let asked = try #require(vault.questions.last)
      #expect(asked == "{{resolve:made:t-1}}")
      let reason = try await world.engine.describe("web").head.reason
      #expect(reason.contains("nothing resolves `{{resolve:made:t-1}}`"))
    }
  }

  @Test("a stored parameter that nothing resolves is refused before anything is made")
  func unresolved() throws {
    let world = world()
    try world.time.run {
      let error = await #expect(throws: Diagnostics.self) {
        _ = try await world.engine.planCreate("web", TestTemplate.make(Self.referring))
      }
      #expect(error?.items.first?.code == "unresolved_reference")
    }
  }

  @Test("an output of another stack is found by the stack's name, and needs no export")
  func stackOutputs() throws {
    let world = world()
    let giver = """
      {"Resources": {"A": {"Type": "Test::Thing"}}, "Outputs": {"Zone": {"Value": "nova"}}}
      """
    let taker = """
      {"Transform": "AWS::LanguageExtensions",
       "Resources": {"B": {"Type": "Test::Thing", "Properties": {
        "Password": {"Fn::GetStackOutput": {"StackName": "giver", "OutputName": "Zone"}}}}},
       "Outputs": {"Same": {"Value": {"Fn::GetStackOutput": {"StackName": "giver", "OutputName": "Zone"}}}}}
      """
    try world.time.run {
      await #expect(throws: Diagnostics.self) {
        _ = try await world.engine.planCreate("taker", TestTemplate.make(taker))
      }
      _ = try await world.engine.create("giver", TestTemplate.make(giver)).result()
      let stack = try await world.engine.create("taker", TestTemplate.make(taker)).result()
      #expect(stack.outputs["Same"]?.shown == "nova")
    }
  }

  @Test("the cloud is asked once for all that parameters name, and what isn't there is refused")
  func constraints() throws {
    let flavors = Flavors()
    let world = world(nil, flavors)
    let text = """
      heat_template_version: 2021-04-16
      parameters:
        one: {type: string, constraints: [{custom_constraint: nova.flavor}]}
        other: {type: string, default: small, constraints: [{custom_constraint: nova.flavor}]}
      resources: {a: {type: 'Test::Thing'}}
      """
    try world.time.run {
      let template = try #require(TemplateReader.read(Source(name: "a.yaml", text: text)).template)
      let error = await #expect(throws: Diagnostics.self) {
        _ = try await world.engine.planCreate("web", template, parameters: ["one": "huge"])
      }
      #expect(error?.items.map(\.code) == ["invalid_parameter"])
      #expect(error?.items.first?.message.contains("there is no flavor `huge`") == true)
      #expect(flavors.callCount == 1)
      _ = try await world.engine.planCreate("web", template, parameters: ["one": "big"])
      _ = try await world.engine.planCreate(
        "web", template, parameters: ["one": "huge"], options: PlanOptions(checksConstraints: false))
      #expect(flavors.callCount == 2)
    }
  }

  private static let withFiles = """
    heat_template_version: 2021-04-16
    parameters: {word: {type: string}}
    resources:
      a:
        type: My::Thing
        properties: {Password: {list_join: ['', [{get_file: boot.sh}, {get_param: word}]]}}
    """

  private func template(_ word: String) throws -> Template {
    var files = TemplateFiles()
    files.add("boot ", at: "boot.sh")
    let text = "parameters: {word: \(word)}\nresource_registry: {'My::Thing': 'Test::Thing'}\n"
    let environment = EnvironmentReader.read(Source(name: "env.yaml", text: text)).environment
    let surroundings = TemplateSurroundings(files: files, environment: environment)
    let reading = TemplateReader.read(Source(name: "a.yaml", text: Self.withFiles), in: surroundings)
    return try #require(reading.template, "\(reading.diagnostics)")
  }

  @Test("a stack keeps its template's files and environment, sealed, for all that comes later")
  func surroundings() throws {
    let path = "/tmp/kiln-elsewhere-\(UInt32.random(in: 0 ... .max)).db"
    defer { for ending in ["", "-wal", "-shm", ".key"] { unlink(path + ending) } }
    let world = World(journal: try SQLiteJournal(path: path))
    try world.time.run { try await keepsSurroundings(world) }
    for ending in ["", "-wal"] {
      let file = try #require(fopen(path + ending, "r"))
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 20)
      let count = fread(&bytes, 1, bytes.count, file)
      #expect(!String(decoding: bytes[..<count], as: UTF8.self).contains("word: pepper"))
    }
  }

  private func keepsSurroundings(_ world: World) async throws {
    _ = try await world.engine.create("web", template("pepper")).result()
    let made = try await world.engine.describe("web")
    #expect(made.resources["a"]?.properties.values["Password"] == "boot pepper")
    #expect(made.head.blueprint.files == ["boot.sh": "boot "])
    #expect(made.head.blueprint.environments.map(\.name) == ["env.yaml"])
    // Replacing reads the template again from what the stack keeps.
    let plan = try await world.engine.planReplace("a", of: "web", reason: "a test")
    #expect(plan.steps.contains { $0.action == .replace && $0.type == "Test::Thing" })
    let changed = try await world.engine.update("web", template("salt")).record(in: world.engine)
    #expect(changed.resources["a"]?.properties.values["Password"] == "boot salt")
  }
}
