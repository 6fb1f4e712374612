import Ambience
import Document
import EmbeddedCloud
import HTTP
import HighAvailability
import OpenStack
import OrderedCollections
import Resources
import Secrets
import StackEngine
import Templates
import Testing

/// A server on the embedded cloud, whose application breaks, and the processes that keep it alive, which die.
struct Ward: Sendable {
  let ambient: Ambient
  let cloud: EmbeddedCloud
  private(set) var store: MemoryJournal
  let server: String
  private let beginning = Fate()

  static let term = Duration.seconds(15)

  init(_ ambient: Ambient) async throws {
    self.ambient = ambient
    let cloud = EmbeddedCloud(ambient: ambient)
    self.cloud = cloud
    store = MemoryJournal(leaseTerm: Self.term, uptime: ambient.uptime)
    let journal = FatedJournal(inner: store, fate: beginning)
    let (engine, _) = try Self.engine(cloud, journal, ambient, beginning)
    _ = try await engine.create("web", Self.template()).result()
    let stack = try await engine.describe("web")
    server = try #require(stack.resources["Web"]?.physical?.id)
    try await ambient.sleep(.seconds(10))
  }

  /// A server whose metadata has a label, if one is given.
  private static func template(label: String? = nil) throws -> Template {
    let metadata = label.map { ", metadata: {label: \($0)}" } ?? ""
    let text = """
      heat_template_version: 2018-08-31
      resources:
        Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.nano\(metadata)}}
      """
    let reading = TemplateReader.read(Source(name: "web.yaml", text: text), in: TemplateSurroundings())
    return try #require(reading.template)
  }

  /// Changes the stack's template.
  func update(label: String) async throws {
    let (engine, _) = try Self.engine(cloud, store, ambient, Fate())
    _ = try await engine.update("web", Self.template(label: label)).result()
  }

  /// Takes the power from the machine of the store and of a process that is dead.
  mutating func losePower(_ fate: Fate) async throws {
    store = MemoryJournal(leaseTerm: Self.term, uptime: ambient.uptime)
    try await store.append(beginning.survivors + fate.survivors)
  }

  /// A process that watches the application.
  func process(_ fate: Fate, ladder: Ladder = ladder) async throws -> Supervisor {
    let ambient = fate.ambient(ambient)
    let journal = FatedJournal(inner: store, fate: fate)
    let (engine, client) = try Self.engine(cloud, journal, ambient, fate)
    let supervisor = Supervisor(
      Supervisor.Surroundings(
        ambient: ambient, prober: FunctionProber(connect: { _, _ in .up }, get: { _, _ in .up }),
        remedies: EngineRemedies(engine, ambient: ambient, servers: { try await Self.facts(of: $0, client) }),
        resolve: Supervisor.Surroundings.resolver(engine), serverStates: { _ in "ACTIVE" },
        journal: journal, record: Supervisor.Surroundings.recorder(engine)))
    let check = Check(
      "web",
      .custom { [cloud, server] in
        try await fate.pass()
        return try await cloud.applicationIsUp(on: server) ? .up : .down("connection refused")
      }, grace: .seconds(60))
    try await supervisor.add(
      ApplicationPolicy(
        name: "wiki", target: Target(stack: "web", logicalID: "Web"), checks: [check], ladder: ladder))
    return supervisor
  }

  static let ladder = Ladder([
    Rung(.softReboot, settle: .seconds(60)), Rung(.hardReboot, settle: .seconds(60)),
  ])

  static func engine(
    _ cloud: EmbeddedCloud, _ journal: any Journal, _ ambient: Ambient, _ fate: Fate
  ) throws -> (Engine, Cloud) {
    let transport = RetryingTransport(
      FencedTransport(FatedTransport(inner: cloud, fate: fate)), ambient: ambient)
    let client = Cloud(configuration: configuration, transport: transport, ambient: ambient)
    let engine = Engine(
      catalog: try ResourceCatalog.openStack(cloud: client, ambient: ambient), journal: journal,
      ambient: ambient)
    return (engine, client)
  }

  private static func facts(of id: String, _ client: Cloud) async throws -> ServerFacts? {
    guard let server = try await client.compute.servers.getIfPresent(id) else { return nil }
    let deeds = try await client.compute.servers.deeds(on: id).map {
      ServerFacts.Deed(action: $0.action, request: $0.request, start: $0.start)
    }
    return ServerFacts(status: server.status, metadata: server.metadata, deeds: deeds)
  }

  private static let configuration = CloudConfiguration(
    name: "embedded", authURL: EmbeddedCloud.address + "/identity/v3",
    login: .password(user: .name(Account.user, .id("default")), password: Secret(Account.password)),
    scope: .project(.name(Account.project, .id("default"))), region: "RegionOne")

  /// The cloud as a person meets it.
  var client: Cloud { Cloud(configuration: Self.configuration, transport: cloud, ambient: ambient) }

  /// The newest incident, explained line by line.
  func story() async throws -> [String] {
    let journal = IncidentJournal(store)
    let newest = try #require(try await journal.incidents().first)
    return try await journal.explanation(of: newest.id).lines.map(\.text)
  }

  /// What Nova has on its list of the server but its creation, the oldest first.
  func actions() async throws -> [String] {
    let list = try await client.request(service: "compute", path: "/servers/\(server)/os-instance-actions")
    let names = (list["instanceActions"]?.list ?? []).compactMap { $0["action"]?.string }
    return names.reversed().filter { $0 != "create" }
  }

  func isUp() async throws -> Bool { try await cloud.applicationIsUp(on: server) }
}
