import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Cinder::Volume`: a volume, empty or filled from an image, a snapshot, a backup or another volume.
struct CinderVolume: ResourceType {
  let name = "OS::Cinder::Volume"
  let schema: ResourceSchema
  let context: OpenStackContext
  let carriesStackTags = true
  private var volumes: Calls<Volume> { context.cloud.volume.volumes }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let fields = try await fields(call)
    let id = try await call.stepID("volume", find: { try await find(call)?.id }) {
      try await volumes.create(fields: fields).id
    }
    let volume = try await context.volumeReady(id)
    if let readonly = call.properties["read_only"] { try await setReadOnly(id, readonly) }
    return physical(volume)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let id = resource.id
    if let size = call.properties["size"]?.integer, size != call.previous?["size"]?.integer {
      try await grow(id, to: Int(size), call)
    }
    if let type = call.text("volume_type"), type != call.previous?["volume_type"]?.scalarText {
      try await act(id, ["os-retype": ["new_type": .string(type), "migration_policy": "never"]])
    }
    if let readonly = call.properties["read_only"], readonly != call.previous?["read_only"] {
      try await setReadOnly(id, readonly)
    }
    var named: OrderedDictionary<String, Value> = [:]
    for name in ["name", "description"] where call.properties[name] != call.previous?[name] {
      named[name] = call.properties[name] ?? (name == "name" ? .string(call.physicalName) : "")
    }
    if !named.isEmpty { _ = try await volumes.update(id, .map(named)) }
    try await context.setMetadata(
      ofVolume: id, from: Self.metadata(call.previous), to: Self.metadata(call.properties), call)
    return physical(try await context.volumeReady(id))
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if call.keepsSnapshot { try await context.backUp(resource.id, call) }
    try await context.deleteVolume(resource.id)
  }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    try await volumes.getIfPresent(resource.id).map(physical) ?? resource
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let volume = try await volumes.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    for name in ["name", "description", "size", "availability_zone", "volume_type"] {
      sighting.tell(name, volume.raw[name])
    }
    sighting.tell("metadata", metadata: volume.metadata)
    return Observation(volume.condition(Volume.kind), physical(volume), properties: sighting.properties)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { PhysicalResource(id: $0.id) }
  }

  private func find(_ call: ResourceCall) async throws -> Volume? {
    try await volumes.list(metadata: call.token).first
  }

  private func fields(_ call: ResourceCall) async throws -> Value {
    var fields: OrderedDictionary<String, Value> = [
      "name": .string(call.text("name") ?? call.physicalName)
    ]
    let words = [
      "availability_zone", "size", "snapshot_id", "backup_id", "description", "volume_type", "imageRef",
      "image", "source_volid",
    ]
    if let copy = call.content?["volume"] { fields["source_volid"] = copy }
    for name in words where call.content == nil || !Self.origins.contains(name) {
      guard let value = call.properties[name], !value.isNull else { continue }
      fields[name == "image" ? "imageRef" : name] = try await context.resolved(value, schema.properties[name])
    }
    fields["metadata"] = .map(
      OrderedDictionary(
        uniqueKeysWithValues: metadata(call).sorted { $0.key < $1.key }.map { ($0, .string($1)) }))
    if ["size", "snapshot_id", "backup_id", "source_volid"].allSatisfy({ fields[$0] == nil }) {
      throw ResourceError(
        .badProperty, "\(call.logicalID) needs size, snapshot_id, backup_id or source_volid")
    }
    return .map(fields)
  }

  /// The properties that say what a volume is filled from.
  private static let origins: Set = ["snapshot_id", "backup_id", "imageRef", "image", "source_volid"]

  private func metadata(_ call: ResourceCall) -> [String: String] {
    call.labels(Self.metadata(call.properties))
  }

  private static func metadata(_ properties: Properties?) -> [String: String] {
    let given = (properties?["metadata"]?.map ?? [:]).map { ($0, $1.scalarText ?? $1.jsonText()) }
    return Dictionary(given, uniquingKeysWith: { $1 })
  }

  private func grow(_ id: String, to size: Int, _ call: ResourceCall) async throws {
    // It may be growing still, for an update that was given up.
    let now = try await context.volumeReady(id)
    if size < now.size {
      throw ResourceError(
        .badProperty, "\(call.logicalID) has \(now.size) GiB and can't be made smaller",
        hint: "make another volume and move the data")
    }
    guard size > now.size else { return }
    try await context.untilAllowed { try await volumes.extend(id, to: size) }
  }

  private func setReadOnly(_ id: String, _ value: Value) async throws {
    try await act(id, ["os-update_readonly_flag": ["readonly": value]])
  }

  private func act(_ id: String, _ body: Value) async throws {
    _ = try await context.untilAllowed {
      try await context.cloud.request(
        service: "block-storage", method: "POST", path: "/volumes/\(id)/action", body: body)
    }
  }

  private func physical(_ volume: Volume) -> PhysicalResource {
    var attributes: OrderedDictionary<String, Value> = [:]
    for name in schema.attributes { attributes[name] = volume.raw[name] ?? .null }
    attributes["display_name"] = .string(volume.name)
    attributes["display_description"] = volume.raw["description"] ?? ""
    let attachments = volume.raw["attachments"] ?? []
    attributes["attachments_list"] = attachments
    attributes["attachments"] = .string(attachments.jsonText())
    attributes["metadata_values"] = volume.raw["metadata"] ?? [:]
    attributes["show"] = volume.raw
    return PhysicalResource(id: volume.id, attributes: attributes)
  }
}

extension CinderVolume: SnapshottableResource {
  func snapshot(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Value? {
    try await context.copyVolume(resource.id, call)
  }

  func deleteSnapshot(_ content: Value?, _ call: ResourceCall) async throws {
    try await context.deleteCopies(content, call)
  }
}
