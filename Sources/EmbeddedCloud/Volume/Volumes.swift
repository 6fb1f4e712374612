import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  // MARK: - Lists

  func listVolumes(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    try checkFilters(["size", "group_id", "migration_status", "bootable", "created_at", "updated_at"], call)
    let found = visible(.volumes, call).reversed().filter { matchesCinder($0, call.asked) }
    return try call.list("volumes", Array(found)) { volume in
      isDetailed ? show(volume: volume, call) : link(to: volume, call)
    }
  }

  private func link(to volume: Fields, _ call: Call) -> Fields {
    volume.only(["id", "name"]).with(["links": call.links("/volumes/" + volume.text("id"))])
  }

  /// A volume as Cinder shows it; some of it only in lists and when one is asked for.
  func show(volume: Fields, _ call: Call, isBrief: Bool = false) -> Fields {
    var shown = volume.shown
    shown["links"] = call.links("/volumes/" + volume.text("id"))
    if isBrief { return shown }
    if call.has(13) { shown["group_id"] = nil as Value }
    if call.has(48) {
      shown["shared_targets"] = false
      shown["service_uuid"] = "b1d0a7e4-0000-4000-8000-00000000c1de"
    }
    shown["os-vol-tenant-attr:tenant_id"] = volume["_project"] ?? ""
    if let facts = volume["_imageFacts"] { shown["volume_image_metadata"] = facts }
    if call.isAdmin {
      shown.merge([
        "os-vol-host-attr:host": "kiln@files#files", "migration_status": nil,
        "os-vol-mig-status-attr:migstat": nil, "os-vol-mig-status-attr:name_id": nil,
      ]) { $1 }
    }
    return shown
  }

  /// Refuses filters that are neither among a kind's own nor those of all kinds, as Cinder does since 3.31.
  ///
  /// Administrators are asked nothing here: to them unknown filters are malformed URLs, or anything goes.
  func checkFilters(_ own: Set<String>, _ call: Call) throws(Refusal) {
    guard call.has(31), !call.isAdmin else { return }
    let common: Set<String> = [
      "name", "status", "metadata", "availability_zone", "consumes_quota", "limit", "marker", "offset",
      "sort",
      "sort_key", "sort_dir", "all_tenants", "with_count",
    ]
    let unknown = call.asked.query.map(\.name).filter { !own.union(common).contains($0) }
    guard !unknown.isEmpty else { return }
    throw .badRequest("Invalid filters \(unknown.joined(separator: ",")) are found in query options.")
  }

  /// Whether a volume or snapshot has what a query's filters want.
  func matchesCinder(_ thing: Fields, _ asked: Asked) -> Bool {
    asked.query.allSatisfy { name, wanted in
      switch name {
      case "name", "status", "volume_id", "id", "snapshot_id", "availability_zone":
        return thing.text(name) == wanted
      case "name~": return thing.text("name").contains(wanted)
      case "metadata": return hasMetadata(thing, wanted)
      default: return true
      }
    }
  }

  /// Whether a thing has the metadata of a filter, which is a dictionary in Python's notation.
  private func hasMetadata(_ thing: Fields, _ filter: String) -> Bool {
    guard let wanted = (try? Value.json(filter.replacing("'", with: "\"")))?.map else { return true }
    return wanted.allSatisfy { thing["metadata"]?[$0.key] == $0.value }
  }

  // MARK: - Creation

  func createVolume(_ call: Call) throws(Refusal) -> Answer {
    let made = try newVolume(try call.fields("volume"), call)
    let id = made.text("id")
    put(.volumes, made)
    if made.textIfAny("_image") != nil {
      later(.milliseconds(200)) { $0.change(id, from: "creating", to: "downloading") }
      later(.milliseconds(500)) { cloud in
        cloud.change(id, from: "downloading", to: "available")
        cloud.noteImage(of: id)
      }
    } else {
      later(.milliseconds(500)) { $0.change(id, from: "creating", to: "available") }
    }
    return Answer(202, ["volume": .map(show(volume: made, call, isBrief: true))])
  }

  /// Keeps what a volume's image was like, once it is filled.
  private func noteImage(of volume: String) {
    guard let id = thing(.volumes, volume)?.textIfAny("_image"), let image = thing(.images, id) else {
      return
    }
    var facts: Fields = [
      "signature_verified": "False", "image_id": .string(id), "image_name": image["name"] ?? "",
    ]
    for name in ["checksum", "container_format", "disk_format", "min_disk", "min_ram", "size"] {
      facts[name] = .string(image.text(name))
    }
    set(.volumes, volume, ["_imageFacts": .map(facts)])
  }

  func newVolume(_ fields: Fields, _ call: Call) throws(Refusal) -> Fields {
    let snapshot = fields.textIfAny("snapshot_id")
    let origin = fields.textIfAny("source_volid")
    let image = fields.textIfAny("imageRef")
    var size = try size(fields["size"])
    if let snapshot {
      let found = try find(.snapshots, snapshot, call)
      size = size ?? found.integer("size")
    }
    var bootImage = image
    if let origin {
      let found = try find(.volumes, origin, call)
      size = size ?? found.integer("size")
      bootImage = bootImage ?? found.textIfAny("_image")
    }
    if let image, thing(.images, image) == nil {
      throw .badRequest("Invalid image identifier or unable to access requested image.")
    }
    guard let size else {
      throw .badRequest(
        "Invalid input for field/attribute size. Value: None. None is not of type 'integer', 'string'")
    }
    if let type = fields.textIfAny("volume_type"),
      !all(.volumeTypes).contains(where: { $0.text("name") == type || $0.text("id") == type })
    {
      throw .notFound("Volume type with name \(type) could not be found.")
    }
    try checkVolumeQuota(size, call)
    return [
      "id": .string(ambient.uuid()), "status": "creating", "size": .integer(Int64(size)),
      "availability_zone": "nova", "created_at": .string(fineClock), "updated_at": nil,
      "name": fields["name"] ?? .null, "description": fields["description"] ?? .null,
      "volume_type": .string(fields.textIfAny("volume_type") ?? "files"),
      "snapshot_id": snapshot.map(Value.string) ?? .null, "source_volid": origin.map(Value.string) ?? .null,
      "metadata": fields["metadata"] ?? [:], "user_id": .string(call.user),
      "bootable": bootImage == nil ? "false" : "true", "encrypted": false, "replication_status": nil,
      "consistencygroup_id": nil, "multiattach": false, "attachments": [],
      "_image": bootImage.map(Value.string) ?? .null,
      "_project": .string(call.project),
    ]
  }

  private func size(_ value: Value?) throws(Refusal) -> Int? {
    guard let value, !value.isNull else { return nil }
    let text = value.scalarText ?? value.kind
    let fault = "Invalid input for field/attribute size. Value: \(text). "
    guard !text.isEmpty, text.allSatisfy(\.isNumber), let size = Int(text) else {
      throw .badRequest(fault + "'\(text)' does not match '^[0-9]+$'")
    }
    guard size > 0 else { throw .badRequest(fault + "\(size) is less than the minimum of 1") }
    return size
  }

  private func checkVolumeQuota(_ size: Int, _ call: Call) throws(Refusal) {
    if quotas(call.project).volumes >= 0, count(.volumes, call.project) >= quotas(call.project).volumes {
      throw Self.overLimit(
        "VolumeLimitExceeded: Maximum number of volumes allowed (\(quotas(call.project).volumes)) exceeded for quota "
          + "'volumes'.")
    }
    let used = volumeSize(call.project)
    if quotas(call.project).volumeSize >= 0, used + size > quotas(call.project).volumeSize {
      throw Self.overLimit(
        "VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. "
          + "Requested \(size)G, quota is \(quotas(call.project).volumeSize)G and \(used)G has been consumed."
      )
    }
  }

  static func overLimit(_ message: String) -> Refusal {
    var refusal = Refusal(413, message)
    refusal.headers["Retry-After"] = "0"
    return refusal
  }

  /// Changes a volume's status if it still has the one that it is expected to have.
  func change(_ volume: String, from old: String, to new: String) {
    guard thing(.volumes, volume)?.text("status") == old else { return }
    set(.volumes, volume, ["status": .string(new), "updated_at": .string(fineClock)])
  }

  // MARK: - One volume

  func showVolume(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["volume": .map(show(volume: try find(.volumes, call["id"], call), call))])
  }

  func updateVolume(_ call: Call) throws(Refusal) -> Answer {
    let volume = try find(.volumes, call["id"], call)
    let changed = volume.with(try call.fields("volume").only(["name", "description", "metadata"]))
    put(.volumes, changed.with(["updated_at": .string(fineClock)]))
    return Answer(200, ["volume": .map(show(volume: changed, call, isBrief: true))])
  }

  func deleteVolume(_ call: Call) throws(Refusal) -> Answer {
    let volume = try find(.volumes, call["id"], call)
    let id = volume.text("id")
    let hasSnapshots = all(.snapshots).contains { $0.text("volume_id") == id }
    guard volume.text("status").isOne(of: ["available", "error"]), !hasSnapshots else {
      throw .badRequest(
        "Invalid volume: Volume status must be available or error or error_restoring or error_extending or "
          + "error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting "
          + "a transfer, or be disassociated from snapshots after volume transfer.")
    }
    set(.volumes, id, ["status": "deleting"])
    later(.milliseconds(400)) { $0.remove(.volumes, id) }
    return .html(202)
  }

  // MARK: - Metadata

  func showVolumeMetadata(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["metadata": try find(.volumes, call["id"], call)["metadata"] ?? [:]])
  }

  func addVolumeMetadata(_ call: Call) throws(Refusal) -> Answer {
    let old = try find(.volumes, call["id"], call)["metadata"]?.map ?? [:]
    return try setVolumeMetadata(call, old.with(try call.fields("metadata")))
  }

  func replaceVolumeMetadata(_ call: Call) throws(Refusal) -> Answer {
    _ = try find(.volumes, call["id"], call)
    return try setVolumeMetadata(call, try call.fields("metadata"))
  }

  private func setVolumeMetadata(_ call: Call, _ metadata: Fields) throws(Refusal) -> Answer {
    set(.volumes, call["id"], ["metadata": .map(metadata)])
    return Answer(200, ["metadata": .map(metadata)])
  }

  func deleteVolumeMetadata(_ call: Call) throws(Refusal) -> Answer {
    var metadata = try find(.volumes, call["id"], call)["metadata"]?.map ?? [:]
    guard metadata.removeValue(forKey: call["key"]) != nil else {
      throw .notFound("Metadata item was not found")
    }
    set(.volumes, call["id"], ["metadata": .map(metadata)])
    return .html(200)
  }
}

extension String {
  func isOne(of others: [String]) -> Bool { others.contains(self) }
}
