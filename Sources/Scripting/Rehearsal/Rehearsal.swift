import Ambience
package import Document
import EmbeddedCloud
import OpenStack
import OrderedCollections
import Resources
import Simulation
package import StackEngine
import Templates

/// How a plan went on an embedded cloud that has what the real one has, on virtual time: nothing real is touched.
package struct Rehearsal: Sendable {
  /// How the operation went in time.
  package let timeline: Timeline
  /// What the stack became.
  package let status: StackStatus
  /// What went wrong; empty when all went well.
  package let problems: [Diagnostic]

  /// The rehearsal in words: its end, what went wrong, and the timeline.
  package func lines(width: Int) -> [TonedLine] {
    var first = TonedLine("rehearsed on the embedded cloud: ", .faint)
    first.append(status.rawValue, problems.isEmpty ? .good : .bad)
    return [first] + problems.map { TonedLine($0.message, .bad) } + timeline.lines(width: width)
  }

  package var value: Value {
    [
      "status": .string(status.rawValue), "problems": .list(problems.map { .string($0.message) }),
      "timeline": timeline.value,
    ]
  }
}

extension CloudSession {
  /// Runs a plan on an embedded cloud in no time.
  ///
  /// The stack as it is is made there first, so that an update finds what it changes. Types that scripts define do
  /// nothing there.
  package func rehearse(_ plan: Plan) async throws -> Rehearsal {
    guard plan.goal != nil else {
      throw EngineError(.operationFailed, "a deletion can't be rehearsed", hint: "its plan says all of it")
    }
    return try await Stage(self, plan).play()
  }
}

/// Where a plan is rehearsed.
private struct Stage: Sendable {
  private let plan: Plan
  private let likeness: Likeness
  private let engine: Engine
  private let references: FixedReferences

  init(_ session: CloudSession, _ plan: Plan) async throws {
    self.plan = plan
    engine = session.engine
    likeness = await Likeness.of(session.cloud)
    references = FixedReferences(try await session.engine.references(in: plan))
  }

  func play() throws -> Rehearsal {
    let world = SimulatedWorld(seed: 1)
    return try world.run { try await perform(in: world.ambient) }
  }

  private func perform(in ambient: Ambient) async throws -> Rehearsal {
    let embedded = EmbeddedCloud(ambient: ambient)
    await embedded.become(like: likeness)
    let cloud = Cloud(configuration: .embedded(named: "rehearsal"), transport: embedded, ambient: ambient)
    var catalog = try ResourceCatalog.openStack(cloud: cloud, ambient: ambient)
    let own = await engine.catalog
    catalog.others = { name in own[name].map { StandIn(base: $0) } }
    let twin = await engine.twin(
      catalog: catalog, journal: MemoryJournal(), ambient: ambient, references: references)
    if let origin = plan.origin, plan.kind != .create {
      _ = try await twin.run(twin.planCreate(plan.stack.name, as: origin)).result()
    }
    return try await play(on: twin)
  }

  private func play(on twin: Engine) async throws -> Rehearsal {
    let name = plan.stack.name
    guard let goal = plan.goal else { throw EngineError(.operationFailed, "a deletion can't be rehearsed") }
    let plan =
      self.plan.kind == .create
      ? try await twin.planCreate(name, as: goal) : try await twin.planUpdate(name, as: goal)
    var problems: [Diagnostic] = []
    do { _ = try await twin.run(plan).result() } catch let error as any Explainable {
      problems = error.diagnostics
    }
    return Rehearsal(
      timeline: try await twin.timeline(of: name), status: try await twin.head(of: name).status,
      problems: problems)
  }
}

extension Likeness {
  /// What a cloud has; what it doesn't tell of is left as the embedded cloud has it.
  fileprivate static func of(_ cloud: Cloud) async -> Likeness {
    var likeness = Likeness()
    let (network, compute) = (cloud.network, cloud.compute)
    likeness.things[.images] = await things { try await cloud.image.images.list() }
    likeness.things[.flavors] = await things { try await compute.flavors.list() }
    likeness.things[.keyPairs] = await things { try await compute.keyPairs.list() }
    likeness.things[.networks] = await things { try await network.networks.list() }
    likeness.things[.subnets] = await things { try await network.subnets.list() }
    likeness.things[.routers] = await things { try await network.routers.list() }
    likeness.things[.ports] = await things {
      try await network.ports.list(["device_owner": "network:router_interface"])
    }
    likeness.things[.volumeTypes] = await things { try await cloud.volume.types.list() }
    return likeness
  }

  private static func things<Thing: OpenStack.CloudThing>(_ list: () async throws -> [Thing]) async
    -> [Value]?
  {
    guard let things = try? await list(), !things.isEmpty else { return nil }
    return things.map(\.raw)
  }
}

/// A type that does nothing, in the place of one that can't act on virtual time.
private struct StandIn: ResourceType {
  let base: any ResourceType
  var name: String { base.name }
  var schema: ResourceSchema { base.schema }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let attributes = base.schema.attributes.map { ($0, Value.string("\(call.physicalName).\($0)")) }
    return PhysicalResource(
      id: call.physicalName,
      attributes: OrderedDictionary(attributes, uniquingKeysWith: { first, _ in first }))
  }
  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }
  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
}
