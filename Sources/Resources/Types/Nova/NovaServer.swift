import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Nova::Server`: a server.
struct NovaServer: ResourceType {
  let name = "OS::Nova::Server"
  let schema: ResourceSchema
  let context: OpenStackContext
  let carriesStackTags = true
  var servers: Calls<Server> { context.cloud.compute.servers }

  /// What policies of the server itself decide about.
  func replaces(_ property: String, _ wanted: OrderedDictionary<String, Evaluated>) -> Bool {
    func policy(_ name: String, _ otherwise: String) -> String {
      if case .known(let value, _)? = wanted[name], let text = value.string { return text }
      return otherwise
    }
    return switch property {
    case "user_data": policy("user_data_update_policy", "REPLACE") == "REPLACE"
    case "flavor": policy("flavor_update_policy", "RESIZE") == "REPLACE"
    case "image": policy("image_update_policy", "REBUILD") == "REPLACE"
    default: schema.effect(ofChanging: property) == .replacement
    }
  }

  func replacesAfterDelete(_ old: Properties, by new: Properties) -> Bool {
    !Self.holdings(old).isDisjoint(with: Self.holdings(new))
  }

  /// What no two servers can have at once: ports, fixed addresses and volumes.
  private static func holdings(_ properties: Properties) -> Set<String> {
    var found: Set<String> = []
    for (list, names) in [
      ("networks", ["port", "fixed_ip"]), ("block_device_mapping", ["volume_id"]),
      ("block_device_mapping_v2", ["volume_id"]),
    ] {
      // A volume that goes with its server is for nobody else.
      for entry in properties[list]?.list ?? [] where entry["delete_on_termination"]?.bool != true {
        for name in names {
          if let text = entry[name]?.scalarText, !text.isEmpty { found.insert("\(name) \(text)") }
        }
      }
    }
    return found
  }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    // Looked up before the step begins: where a name is wrong, nothing was made that deletion would look for.
    let ports = try await makePorts(call)
    let draft = try await draft(call, ports: ports)
    let desk = try await DeploymentDesk.open(for: call, context)
    let data = try await userData(call, desk)
    let id = try await call.stepID("server", find: { try await find(call)?.id }) {
      try await servers.begin(
        fields: draft.with(userData: data), hints: call.properties["scheduler_hints"], needs: draft.needs)
    }
    let server = try await context.serverReady(id)
    try await forwardAddresses(call, to: id)
    var resource = try await physical(server, ports: ports.compactMap(\.self), desk)
    resource.notes[OpenStackContext.restoredImage] = call.content?["image"]
    return resource
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let id = resource.id
    var rebuilds = resource.rebuilds
    if let flavor = call.text("flavor"), flavor != call.previous?["flavor"]?.scalarText {
      try await context.resize(id, to: flavor, call)
    }
    if let image = call.text("image"), image != call.previous?["image"]?.scalarText {
      try await rebuild(id, image, call)
      rebuilds += 1
    }
    try await context.setMetadata(
      of: id, from: Self.metadata(call.previous), to: Self.metadata(call.properties), call)
    if call.text("name") != call.previous?["name"]?.scalarText {
      _ = try await servers.update(id, ["name": .string(call.text("name") ?? call.physicalName)])
    }
    var ports = resource.notes["ports"]?.list?.compactMap(\.string) ?? []
    if call.properties["networks"] != call.previous?["networks"] {
      ports = try await plug(id, ports, call)
    }
    let desk = DeploymentDesk(notes: resource.notes, context)
    try await desk?.setMetadata(call.metadata)
    var now = try await physical(try await servers.get(id), ports: ports, desk)
    now.notes[OpenStackContext.restoredImage] = resource.notes[OpenStackContext.restoredImage]
    now.rebuilds = rebuilds
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if resource.notes["hasServer"]?.bool ?? true { try await context.deleteServer(resource.id) }
    for port in resource.notes["ports"]?.list?.compactMap(\.string) ?? [] {
      _ = try await context.untilAllowed { try await context.cloud.network.ports.deleteIfPresent(port) }
    }
    try await DeploymentDesk(notes: resource.notes, context)?.close()
  }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    guard let server = try await servers.getIfPresent(resource.id) else { return resource }
    var now = try await physical(server, ports: [], nil)
    now.notes = resource.notes
    now.attributes = resource.attributes.merging(now.attributes) { $1 }
    return now
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    let server = try await find(call)
    let ports = try await ownPorts(call)
    let desk = DeploymentDesk(call, context)
    guard let id = server?.id ?? ports.first ?? (desk == nil ? nil : call.physicalName) else { return nil }
    var resource = PhysicalResource(id: id, notes: desk?.notes ?? [:])
    if server == nil { resource.notes["hasServer"] = false }
    resource.notes["ports"] = .list(ports.map { .string($0) })
    return resource
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let (server, condition) = try await context.observedServer(resource.id) else {
      return .gone(resource)
    }
    var now = try await physical(server, ports: [], nil)
    now.notes.merge(resource.notes) { $1 }
    now.attributes = resource.attributes.merging(now.attributes) { $1 }
    var sighting = Sighting(call)
    sighting.tell("name", .string(server.name))
    sighting.tell("flavor", try await context.flavor(of: server, named: call.text("flavor")))
    sighting.tell("image", try await context.image(of: server, resource, named: call.text("image")))
    sighting.tell("key_name", server.raw["key_name"])
    sighting.tell("metadata", metadata: server.metadata)
    return Observation(condition, now, properties: sighting.properties)
  }

  private func find(_ call: ResourceCall) async throws -> Server? {
    try await servers.list(named: call.text("name") ?? call.physicalName, metadata: call.token).first
  }

  private func rebuild(_ id: String, _ image: String, _ call: ResourceCall) async throws {
    let imageID = try await context.names.id(of: Image.kind, named: image)
    _ = try await call.step("rebuild") {
      try await context.untilAllowed { try await servers.rebuild(id, imageID: imageID) }
      return true
    }
    try await context.serverReady(id)
  }

  static func metadata(_ properties: Properties?) -> [String: String] {
    let given = properties?["metadata"]?.map ?? [:]
    return Dictionary(
      given.map { ($0, $1.string ?? $1.scalarText ?? $1.jsonText()) }, uniquingKeysWith: { $1 })
  }

  // MARK: - Attributes

  private func physical(_ server: Server, ports: [String], _ desk: DeploymentDesk?) async throws
    -> PhysicalResource
  {
    var addresses = server.raw["addresses"]?.map ?? [:]
    for (name, list) in addresses {
      // Templates may ask by the network's id too.
      if let id = try? await context.names.id(of: Network.kind, named: name), id != name {
        addresses[id] = list
      }
    }
    let networks = addresses.mapValues { list in
      Value.list((list.list ?? []).compactMap { $0["addr"] })
    }
    var attributes: OrderedDictionary<String, Value> = [
      "addresses": .map(addresses), "networks": .map(networks), "name": .string(server.name),
      "first_address": .string(server.fixedAddress ?? ""), "accessIPv4": server.raw["accessIPv4"] ?? "",
      "accessIPv6": server.raw["accessIPv6"] ?? "",
      "instance_name": server.placement.instance.map(Value.string) ?? .null,
      "tags": server.raw["tags"] ?? [], "console_urls": [:], "show": server.raw,
    ]
    attributes["os_collect_config"] = desk?.collectConfig ?? [:]
    var resource = PhysicalResource(id: server.id, attributes: attributes, notes: desk?.notes ?? [:])
    resource.notes["ports"] = .list(ports.map { .string($0) })
    return resource
  }
}

extension NovaServer: SuspendableResource {
  func suspend(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await context.suspend(resource.id)
  }

  func resume(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await context.resume(resource.id)
  }
}

extension NovaServer: ActionableResource {
  func can(_ action: ResourceAction) -> Bool { OpenStackContext.canDoToServers(action) }

  func perform(_ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall) async throws
    -> PhysicalResource
  {
    try await context.perform(action, on: resource, call)
  }
}

extension NovaServer: SnapshottableResource {
  func snapshot(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Value? {
    try await context.imageDisk(ofServer: resource.id, call)
  }

  func deleteSnapshot(_ content: Value?, _ call: ResourceCall) async throws {
    try await context.deleteImages(content, call)
  }
}
