import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func actOnVolume(_ call: Call) throws(Refusal) -> Answer {
    let volume = try find(.volumes, call["id"], call)
    let id = volume.text("id")
    guard let (name, argument) = try call.json().map?.elements.first.map({ ($0.key, $0.value) }) else {
      throw .badRequest("Malformed request body")
    }
    switch name {
    case "os-extend": return try extend(volume, argument)
    case "os-set_bootable":
      set(.volumes, id, ["bootable": argument["bootable"]?.bool == true ? "true" : "false"])
      return Answer(200, headers: ["Content-Type": "application/json"])
    case "os-update_readonly_flag":
      let flag = Value.string(argument["readonly"]?.bool == true ? "True" : "False")
      set(.volumes, id, ["metadata": .map((volume["metadata"]?.map ?? [:]).with(["readonly": flag]))])
      return acceptedVolume
    case "os-reset_status":
      try administer(call, "volume_extension:volume_admin_actions:reset_status")
      set(.volumes, id, ["status": argument["status"] ?? "available"])
      return acceptedVolume
    case "os-force_delete":
      try administer(call, "volume_extension:volume_admin_actions:force_delete")
      remove(.volumes, id)
      return .html(202)
    case "os-volume_upload_image": return try makeImage(of: volume, argument, call)
    case "revert":
      _ = try find(.snapshots, argument["snapshot_id"]?.string ?? "", call)
      set(.volumes, id, ["status": "reverting"])
      later(.milliseconds(300)) { $0.change(id, from: "reverting", to: "available") }
      return acceptedVolume
    case "os-retype":
      if let type = argument["new_type"] { set(.volumes, id, ["volume_type": type]) }
      return acceptedVolume
    default: throw .badRequest("There is no such action: \(name)")
    }
  }

  private var acceptedVolume: Answer { Answer(202, headers: ["Content-Type": "application/json"]) }

  private func extend(_ volume: Fields, _ argument: Value) throws(Refusal) -> Answer {
    let (id, size) = (volume.text("id"), volume.integer("size"))
    guard let wanted = argument["new_size"]?.scalarText.flatMap({ Int($0) }) else {
      throw .badRequest("Invalid input for field/attribute os-extend. 'new_size' is a required property")
    }
    guard wanted > size else {
      throw .badRequest(
        "Invalid input received: New size for extend must be greater than current size. (current: \(size), "
          + "extended: \(wanted)).")
    }
    guard volume.text("status") == "available" else {
      throw .badRequest(
        "Invalid volume: Volume \(id) status must be 'available' to extend, currently "
          + "\(volume.text("status")).")
    }
    set(.volumes, id, ["status": "extending"])
    later(.milliseconds(300)) { cloud in
      cloud.set(.volumes, id, ["size": .integer(Int64(wanted))])
      cloud.change(id, from: "extending", to: "available")
    }
    return acceptedVolume
  }

  /// Makes an image of a volume's bytes.
  private func makeImage(of volume: Fields, _ argument: Value, _ call: Call) throws(Refusal) -> Answer {
    guard volume.text("status") == "available" else {
      throw .badRequest("Invalid volume: Volume \(volume.text("id")) status must be available or in-use")
    }
    let (id, image) = (volume.text("id"), ambient.uuid())
    let format = argument["disk_format"] ?? "raw"
    let given: Fields = [
      "name": argument["image_name"] ?? "", "disk_format": format,
      "container_format": argument["container_format"] ?? "bare",
      "visibility": argument["visibility"] ?? "shared",
    ]
    put(.images, draftImage(image, given, project: call.project))
    set(.volumes, id, ["status": "uploading"])
    later(.milliseconds(400)) { cloud in
      cloud.change(id, from: "uploading", to: "available")
      cloud.activate(image, [])
    }
    let type = all(.volumeTypes).first { $0["name"] == volume["volume_type"] } ?? [:]
    var shown: Fields = [
      "id": volume["id"] ?? .null, "updated_at": volume["updated_at"] ?? .null, "status": "uploading",
      "display_description": volume["description"] ?? .null, "size": volume["size"] ?? 1,
      "volume_type": .map(typeRecord(type)), "image_id": .string(image), "container_format": "bare",
      "disk_format": format, "image_name": argument["image_name"] ?? "",
    ]
    if call.has(1) {
      shown.merge(["visibility": given["visibility"] ?? "shared", "protected": false]) { $1 }
    }
    return Answer(202, ["os-volume_upload_image": .map(shown)])
  }

  /// A type as Cinder's database has it.
  private func typeRecord(_ type: Fields) -> Fields {
    [
      "id": type["id"] ?? .null, "name": type["name"] ?? .null, "is_public": type["is_public"] ?? true,
      "description": type["description"] ?? .null,
      "extra_specs": .map((type["extra_specs"]?.map ?? [:]).with(["volume_backend_name": "files"])),
      "qos_specs_id": nil, "created_at": .string(fineClock), "updated_at": nil, "deleted_at": nil,
      "deleted": false,
    ]
  }

  // MARK: - What administrators see

  func summarizeVolumes(_ call: Call) -> Answer {
    let own = visible(.volumes, call)
    let size = own.reduce(0) { $0 + $1.integer("size") }
    var metadata: [String: [Value]] = [:]
    for (name, value) in own.flatMap({ ($0["metadata"]?.map ?? [:]).elements }) where name != "readonly" {
      if !metadata[name, default: []].contains(value) { metadata[name, default: []].append(value) }
    }
    let pairs = metadata.sorted { $0.key < $1.key }.map { ($0.key, Value.list($0.value)) }
    return Answer(
      200,
      [
        "volume-summary": [
          "total_size": .integer(Int64(size)), "total_count": .integer(Int64(own.count)),
          "metadata": .map(Fields(uniqueKeysWithValues: pairs)),
        ]
      ])
  }

  func listVolumeServices(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "volume_extension:services:index")
    let services = [("cinder-scheduler", "kiln"), ("cinder-volume", "kiln@files")]
    let shown = services.filter { call.asked.value("binary") ?? $0.0 == $0.0 }.map { binary, host -> Value in
      var fields: Fields = [
        "binary": .string(binary), "host": .string(host), "zone": "nova", "status": "enabled", "state": "up",
        "updated_at": .string(fineClock), "disabled_reason": nil,
      ]
      if binary == "cinder-volume" {
        fields.merge(["replication_status": "disabled", "active_backend_id": nil, "frozen": false]) { $1 }
      }
      return .map(fields)
    }
    return Answer(200, ["services": .list(shown)])
  }

  func listPools(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "scheduler_extension:scheduler_stats:get_pools")
    return Answer(200, ["pools": [["name": "kiln@files#files"]]])
  }
}
