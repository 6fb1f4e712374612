import Ambience
import Document
import HTTP
import OrderedCollections

// Cinder: volumes and snapshots.

extension EmbeddedCloud {
  func volume(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    guard asked.path.count > 2 else {
      return Answer(asked.path.isEmpty ? 300 : 200, Catalog.volumeVersion(base))
    }
    let collection = asked.path[2]
    let call = asked.dropping(3)
    let url = base + "/volume/" + asked.path.prefix(3).joined(separator: "/")
    switch collection {
    case "volumes": return try disks(call, "volumes", "volume", url)
    case "snapshots": return try disks(call, "snapshots", "snapshot", url)
    case "types":
      return Answer(200, ["volume_types": [["id": "lvm", "name": "lvmdriver", "is_public": true]]])
    case "limits":
      let used = Value.integer(Int64(all("volumes").count))
      return Answer(
        200,
        [
          "limits": [
            "rate": [],
            "absolute": ["maxTotalVolumes": .integer(Int64(quotas.volumes)), "totalVolumesUsed": used],
          ]
        ])
    case "backups": return Answer(200, ["backups": []])
    default: throw .notFound("The resource could not be found.")
    }
  }

  private func disks(
    _ asked: Asked, _ collection: String, _ name: String, _ url: String
  ) throws(Refusal) -> Answer {
    switch (asked.method, asked.path.first, asked.path.dropFirst().first) {
    case (.get, nil, _), (.get, "detail", nil):
      return page(all(collection), asked, envelope: collection, base: url, linksName: collection + "_links")
    case (.post, nil, _):
      let fields = try asked.fields(name)
      let made = collection == "volumes" ? try newVolume(fields) : try newSnapshot(fields)
      let id = made.text("id")
      put(collection, made)
      later(.milliseconds(500)) { $0.set(collection, id, ["status": "available"]) }
      return Answer(202, [name: .map(made)])
    case (.get, let id?, nil): return Answer(200, [name: .map(try thing(collection, id))])
    case (.put, let id?, nil):
      _ = try thing(collection, id)
      set(
        collection, id,
        try asked.fields(name).filter { ["name", "description", "metadata"].contains($0.key) })
      return Answer(200, [name: .map(try thing(collection, id))])
    case (.delete, let id?, nil): return try deleteDisk(collection, id)
    case (.post, let id?, "metadata"):
      let metadata = (try thing(collection, id)["metadata"]?.map ?? [:]).merging(try asked.fields("metadata"))
      { $1 }
      set(collection, id, ["metadata": .map(metadata)])
      return Answer(200, ["metadata": .map(metadata)])
    case (.post, let id?, "action"): return try extend(id, asked)
    default: throw .notAllowed()
    }
  }

  private func newVolume(_ fields: Fields) throws(Refusal) -> Fields {
    guard quotas.volumes < 0 || all("volumes").count < quotas.volumes else {
      throw Refusal(
        413, "overLimit", "OverLimit",
        "VolumeLimitExceeded: Maximum number of volumes allowed (\(quotas.volumes)) exceeded for quota 'volumes'."
      )
    }
    var size = fields["size"]?.integer
    if let snapshot = fields["snapshot_id"]?.string {
      let origin = try thing("snapshots", snapshot)
      size = size ?? origin["volume_size"]?.integer
    }
    guard let size, size > 0 else {
      throw .badRequest("Invalid input received: Invalid volume size provided for create request.")
    }
    return [
      "id": .string(ambient.uuid()), "name": fields["name"] ?? "",
      "description": fields["description"] ?? .null,
      "status": "creating", "size": .integer(size), "attachments": [], "metadata": fields["metadata"] ?? [:],
      "availability_zone": fields["availability_zone"] ?? "nova", "volume_type": "lvmdriver",
      "bootable": "false",
      "snapshot_id": fields["snapshot_id"] ?? .null, "source_volid": nil, "encrypted": false,
      "multiattach": false,
      "created_at": .string(clock), "updated_at": .string(clock), "user_id": .string(Seed.userID),
      "links": [],
    ]
  }

  private func newSnapshot(_ fields: Fields) throws(Refusal) -> Fields {
    let volume = try thing("volumes", fields.text("volume_id"))
    return [
      "id": .string(ambient.uuid()), "name": fields["name"] ?? "",
      "description": fields["description"] ?? .null,
      "status": "creating", "size": volume["size"] ?? 1, "volume_size": volume["size"] ?? 1,
      "volume_id": volume["id"] ?? .null, "metadata": fields["metadata"] ?? [:], "created_at": .string(clock),
    ]
  }

  private func deleteDisk(_ collection: String, _ id: String) throws(Refusal) -> Answer {
    let disk = try thing(collection, id)
    guard ["available", "error"].contains(disk.text("status")) else {
      throw .badRequest(
        "Invalid volume: Volume status must be available or error or error_restoring or error_extending or "
          + "error_managing and must not be migrating, attached, belong to a group, have snapshots or be "
          + "disassociated from snapshots after volume transfer.")
    }
    set(collection, id, ["status": "deleting"])
    later(.milliseconds(400)) { $0.remove(collection, id) }
    return Answer(202)
  }

  private func extend(_ id: String, _ asked: Asked) throws(Refusal) -> Answer {
    let volume = try thing("volumes", id)
    guard let size = try asked.json()["os-extend"]?["new_size"]?.integer else {
      throw .badRequest("There is no such action")
    }
    guard size > volume["size"]?.integer ?? 0 else {
      throw .badRequest("Invalid input received: New size for extend must be greater than current size.")
    }
    set("volumes", id, ["size": .integer(size)])
    return Answer(202)
  }
}
