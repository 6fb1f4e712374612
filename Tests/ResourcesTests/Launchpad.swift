import Document
import EmbeddedCloud
import OpenStack
import OrderedCollections
import Resources
import Secrets
import Simulation
import StackEngine
import Templates
import Testing

/// An engine with all types over an embedded cloud, on virtual time.
struct Launchpad: Sendable {
  let time = SimulatedWorld(seed: 1)
  let cloud: EmbeddedCloud
  let client: Cloud
  let engine: Engine

  init(networks: CloudConfiguration.Networks = .init()) throws {
    let ambient = time.ambient
    let embedded = EmbeddedCloud(ambient: ambient)
    self.cloud = embedded
    let configuration = CloudConfiguration(
      name: "embedded", authURL: EmbeddedCloud.address + "/identity/v3",
      login: .password(user: .name(Account.user, .id("default")), password: Secret(Account.password)),
      scope: .project(.name(Account.project, .id("default"))), region: "RegionOne",
      networks: networks)
    let client = Cloud(
      configuration: configuration, transport: embedded, ambient: ambient)
    self.client = client
    engine = Engine(
      catalog: try ResourceCatalog.openStack(cloud: client, ambient: ambient), journal: MemoryJournal(),
      ambient: ambient)
  }

  func template(_ text: String) throws -> Template {
    let reading = TemplateReader.read(Source(name: "group.yaml", text: text), in: TemplateSurroundings())
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }

  /// The value of each member of a group, by the member's name.
  func members(_ stack: String, _ group: String = "Group") async throws -> [String: Value] {
    let outer = try await engine.describe(stack)
    let name = try #require(outer.resources[group]?.physical?.reference.string)
    return try await engine.describe(name).resources.reduce(into: [:]) {
      $0[$1.key] = $1.value.properties["value"]
    }
  }

  /// The names of the members that each operation on a group's stack has touched, in order.
  func batches(_ stack: String, _ status: String, _ group: String = "Group") async throws -> [[String]] {
    let outer = try await engine.describe(stack)
    let name = try #require(outer.resources[group]?.physical?.reference.string)
    var batches: [[String]] = []
    for event in try await engine.events(of: name) {
      if event.logicalID == nil, event.status.hasSuffix("_IN_PROGRESS") { batches.append([]) }
      if let id = event.logicalID, event.status == status { batches[batches.count - 1].append(id) }
    }
    return batches.map { $0.sorted() }.filter { !$0.isEmpty }
  }
}

extension StackEngine.Operation {
  /// Waits for the end; returns the stack as the operation left it, with its resources.
  func record(in engine: Engine) async throws -> StackRecord {
    let head = try await result()
    return try await engine.describe(head.identity.name)
  }
}
