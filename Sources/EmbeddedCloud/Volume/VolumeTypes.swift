import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func administerTypes(_ call: Call, _ rule: String = "types_manage") throws(Refusal) {
    try administer(call, "volume_extension:" + rule)
  }

  /// A type's encryption as it is when one asks for it.
  func encryption(of type: Fields) -> Value {
    guard let encryption = type["_encryption"]?.map else { return [:] }
    return .map(
      encryption.with([
        "created_at": .string(fineClock), "updated_at": nil, "deleted_at": nil, "deleted": false,
      ]))
  }

  func createVolumeType(_ call: Call) throws(Refusal) -> Answer {
    try administerTypes(call, "type_create")
    let given = try call.fields("volume_type")
    let name = given.text("name")
    guard !all(.volumeTypes).contains(where: { $0.text("name") == name }) else {
      throw .conflict("Volume Type \(name) already exists.")
    }
    let isPublic = given["os-volume-type-access:is_public"] ?? true
    let made: Fields = [
      "id": .string(ambient.uuid()), "name": .string(name), "is_public": isPublic,
      "description": given["description"] ?? .null, "os-volume-type-access:is_public": isPublic,
      "extra_specs": given["extra_specs"] ?? [:], "_shared": isPublic, "_project": .string(call.project),
    ]
    put(.volumeTypes, made)
    return Answer(200, ["volume_type": .map(made.shown)])
  }

  func updateVolumeType(_ call: Call) throws(Refusal) -> Answer {
    try administerTypes(call)
    let changed = try find(.volumeTypes, call["id"], call).with(try call.fields("volume_type"))
    put(.volumeTypes, changed)
    var shown = changed.shown
    shown["os-volume-type-access:is_public"] = nil
    return Answer(200, ["volume_type": .map(shown)])
  }

  func deleteVolumeType(_ call: Call) throws(Refusal) -> Answer {
    try administerTypes(call)
    let type = try find(.volumeTypes, call["id"], call)
    if all(.volumes).contains(where: { $0["volume_type"] == type["name"] }) {
      throw .badRequest("Target volume type is still in use.")
    }
    remove(.volumeTypes, call["id"])
    return .html(202)
  }

  func addExtraSpecs(_ call: Call) throws(Refusal) -> Answer {
    try administerTypes(call)
    let type = try find(.volumeTypes, call["id"], call)
    let given = try call.fields("extra_specs")
    let specs = (type["extra_specs"]?.map ?? [:]).merging(given) { $1 }
    put(.volumeTypes, type.with(["extra_specs": .map(specs)]))
    return Answer(200, ["extra_specs": .map(given)])
  }

  func deleteExtraSpec(_ call: Call) throws(Refusal) -> Answer {
    try administerTypes(call)
    let type = try find(.volumeTypes, call["id"], call)
    var specs = type["extra_specs"]?.map ?? [:]
    guard specs.removeValue(forKey: call["key"]) != nil else {
      throw .notFound("Volume Type \(call["id"]) has no extra specs with key \(call["key"]).")
    }
    put(.volumeTypes, type.with(["extra_specs": .map(specs)]))
    return Answer(202, headers: ["Content-Type": "application/json"])
  }

  func encryptVolumeType(_ call: Call) throws(Refusal) -> Answer {
    try administerTypes(call)
    let type = try find(.volumeTypes, call["id"], call)
    let given = try call.fields("encryption")
    let known = type["_encryption"]?.map ?? [:]
    var encryption: Fields = [
      "volume_type_id": .string(call["id"]), "control_location": "front-end",
      "encryption_id": .string(ambient.uuid()),
      "cipher": nil, "key_size": nil, "provider": nil,
    ]
    encryption = encryption.with(known).with(given)
    put(.volumeTypes, type.with(["_encryption": .map(encryption)]))
    return Answer(200, ["encryption": .map(encryption)])
  }
}
