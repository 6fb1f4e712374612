import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// A type whose resources are one thing each in the cloud, as a declaration says.
struct DeclaredType: ResourceType {
  let declaration: Declaration
  let schema: ResourceSchema
  let context: OpenStackContext

  var name: String { declaration.type }
  var replacesAfterDelete: Bool { declaration.replacesAfterDelete }
  private var kind: ResourceKind { declaration.kind }

  func replaces(_ property: String, _ wanted: OrderedDictionary<String, Evaluated>) -> Bool {
    // What the facts call changeable can't be changed where the service changes nothing.
    schema.effect(ofChanging: property) == .replacement
      || !kind.verbs.contains(.update) && isSent(property)
  }

  /// Whether a property goes into requests about the thing itself.
  private func isSent(_ property: String) -> Bool {
    switch declaration.fields[property] {
    case .set?, .silent?: false
    case nil: !declaration.isSelective
    case .named?, .ids?, .members?, .made?: true
    }
  }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    var making = try await making(call)
    // Made before the step begins: where a name is wrong, nothing was made that deletion would look for.
    let body = try await body(call.properties, making)
    let calls = calls(making.parent)
    let known = try await namesakes(call, calls)
    var thing: Thing?
    making.id = try await call.stepID(kind.singular, find: { try await find(call, calls, known)?.id }) {
      let made = try await context.untilAllowed(declaration.waitsForParent) {
        try await calls.create(fields: body)
      }
      thing = made
      return made.id
    }
    let settled = try await settled(thing, making.id, calls)
    let isChanged = try await set(call.properties, making)
    // What an answer tells once only, such as a private key, may not be asked for again.
    let told = isChanged ? try await calls.get(making.id) : settled
    return physical(told, parent: making.parent, firstTold: thing)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    var making = try await making(call)
    making.id = resource.id
    let calls = calls(making.parent)
    let changed = changes(call)
    let body = try await body(changed, making)
    if case .map(let fields) = body, !fields.isEmpty {
      _ = try await context.untilAllowed { try await calls.update(making.id, body) }
      _ = try await settled(nil, making.id, calls)
    }
    try await set(changed, making)
    var now = physical(try await calls.get(making.id), parent: making.parent)
    // What was told once only.
    now.attributes = resource.attributes.merging(now.attributes) { $1 }
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    let calls = calls(resource.notes["parent"]?.string ?? "")
    if !declaration.unmade.isEmpty, try await calls.getIfPresent(resource.id) != nil {
      _ = try await calls.update(resource.id, .map(declaration.unmade))
    }
    let isThere = try await context.untilAllowed(within: .seconds(300)) {
      try await calls.deleteIfPresent(resource.id)
    }
    if isThere, declaration.goesSlowly { try await calls.waitGone(resource.id, timeout: .seconds(900)) }
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    let making = try await making(call)
    let calls = calls(making.parent)
    do {
      let known = try await namesakes(call, calls)
      return try await find(call, calls, known).map { physical($0, parent: making.parent) }
    } catch let error as OpenStackError where [.notFound, .noEndpoint, .forbidden].contains(error.code) {
      // The cloud has no such things at all, or none of ours: who may not look may not make any.
      return nil
    }
  }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    let parent = resource.notes["parent"]?.string ?? ""
    guard let thing = try await calls(parent).getIfPresent(resource.id) else { return resource }
    var now = physical(thing, parent: parent)
    now.attributes = resource.attributes.merging(now.attributes) { $1 }
    return now
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    let known = resource.notes["parent"]?.string
    let parent = if let known { known } else { try await making(call).parent }
    guard let thing = try await calls(parent).getIfPresent(resource.id) else { return .gone(resource) }
    var now = physical(thing, parent: parent)
    now.attributes = resource.attributes.merging(now.attributes) { $1 }
    return Observation(
      thing.condition(kind), now, properties: try await properties(of: thing, call))
  }

  /// The properties that the service tells under a name of its own.
  private func properties(of thing: Thing, _ call: ResourceCall) async throws
    -> OrderedDictionary<String, Value>
  {
    var sighting = Sighting(call)
    for (name, value) in call.properties.values {
      switch declaration.fields[name] {
      case nil where declaration.isSelective: continue
      case nil:
        let wanted = try await context.resolved(value, schema.properties[name])
        sighting.tell(name, thing.raw[name], wanted: wanted)
      case .named(let field)?:
        let wanted = try await context.resolved(value, schema.properties[name])
        sighting.tell(name, thing.raw[field], wanted: wanted)
      case .ids(let field, let kind)?:
        sighting.tell(name, thing.raw[field], wanted: try await ids(value, kind()))
      case .members?, .made?, .set?, .silent?: continue
      }
    }
    return sighting.properties
  }

  // MARK: - Where it is

  func calls(_ parent: String) -> Calls<Thing> { Calls(context.cloud, kind, under: parent) }

  private func making(_ call: ResourceCall) async throws -> Making {
    var parent = ""
    if let (property, path) = declaration.parent {
      let id = try await owner(call, property)
      if id.isEmpty {
        throw ResourceError(.badProperty, "\(call.logicalID) needs \(property)")
      }
      parent = path.replacing("{}", with: percentEncoded(id))
    }
    return Making(context: context, call: call, kind: kind, parent: parent)
  }

  /// The id of what the thing belongs to; empty when nothing says it.
  private func owner(_ call: ResourceCall, _ property: String) async throws -> String {
    if let find = declaration.owner { return try await find(call, context) }
    let owner = try await context.resolved(
      call.properties[property] ?? .null, schema.properties[property])
    return owner.scalarText ?? ""
  }

  // MARK: - Finding what a lost call made

  /// The ids of what has the name already, where only the name can tell what is ours.
  private func namesakes(_ call: ResourceCall, _ calls: Calls<Thing>) async throws -> Set<String> {
    guard !isMarked(call), let name = givenName(call) else { return [] }
    let known = try await call.step("namesakes") {
      .list(try await named(name, calls).map { .string($0.id) })
    }
    return Set((known.list ?? []).compactMap(\.string))
  }

  private func find(_ call: ResourceCall, _ calls: Calls<Thing>, _ known: Set<String>) async throws -> Thing?
  {
    switch declaration.mark {
    case .metadata:
      return try await calls.list(["metadata": Value(token: call.token).jsonText()]).first {
        $0.raw["metadata"]?["kiln:token"]?.string == call.physicalName
      }
    case .description where isMarked(call):
      return try await calls.list(["description": call.description]).first {
        $0.raw["description"]?.string == call.description
      }
    case .description, .name:
      let name = givenName(call) ?? call.physicalName
      return try await named(name, calls).first { !known.contains($0.id) }
    }
  }

  private func named(_ name: String, _ calls: Calls<Thing>) async throws -> [Thing] {
    guard let field = kind.nameField else { return [] }
    if kind.isGotByName { return try await calls.getIfPresent(name).map { [$0] } ?? [] }
    return try await calls.list(kind.filter(byName: name) ?? [:]).filter {
      $0.raw[field]?.scalarText == name
    }
  }

  /// Whether kiln's own mark is on the thing, or a name that only kiln gives.
  private func isMarked(_ call: ResourceCall) -> Bool {
    switch declaration.mark {
    case .metadata: true
    case .description: call.text("description") == nil
    case .name: givenName(call) == nil
    }
  }

  private func givenName(_ call: ResourceCall) -> String? { kind.nameField.flatMap { call.text($0) } }

  // MARK: - What came of it

  /// Waits until the service has done what it was asked for.
  private func settled(_ thing: Thing?, _ id: String, _ calls: Calls<Thing>) async throws -> Thing {
    guard let life = kind.life else {
      if let thing { return thing }
      return try await calls.get(id)
    }
    if let thing, try life.isReached(nil, thing, kind) { return thing }
    return try await calls.wait(id, timeout: .seconds(1800))
  }

  private func physical(_ thing: Thing, parent: String, firstTold: Thing? = nil) -> PhysicalResource {
    var attributes: OrderedDictionary<String, Value> = [:]
    for name in schema.attributes {
      let value = attribute(name, of: thing) ?? firstTold.flatMap { attribute(name, of: $0) }
      attributes[name] = value ?? .null
    }
    attributes["show"] = .map(
      (thing.raw.map ?? [:]).filter { !declaration.secretAttributes.contains($0.key) })
    var resource = PhysicalResource(
      id: thing.id, reference: declaration.reference?(thing.raw), attributes: attributes,
      secretAttributes: declaration.secretAttributes)
    if !parent.isEmpty { resource.notes["parent"] = .string(parent) }
    return resource
  }

  private func attribute(_ name: String, of thing: Thing) -> Value? {
    let value = declaration.attributes[name].map { $0(thing.raw) } ?? thing.raw[name]
    return value.flatMap { $0.isNull ? nil : $0 }
  }
}

extension Value {
  fileprivate init(token: [String: String]) {
    self = .map(OrderedDictionary(uniqueKeysWithValues: token.map { ($0, .string($1)) }))
  }
}
