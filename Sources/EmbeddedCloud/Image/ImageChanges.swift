import Ambience
import Document
import HTTP
import OrderedCollections
import Secrets

extension EmbeddedCloud {
  func createImage(_ call: Call) throws(Refusal) -> Answer {
    guard let given = try call.json().map else { throw .badRequest("Malformed JSON in request body") }
    try check(given)
    let id = given["id"]?.string ?? ambient.uuid()
    let image = draftImage(id, given, project: call.project)
    put(.images, image)
    return Answer(
      201, .map(image.shown),
      headers: [
        "Location": "\(call.root)/images/\(id)",
        "OpenStack-image-import-methods": "glance-direct,web-download",
      ])
  }

  /// An image that waits for its bytes, with what it was given.
  func draftImage(_ id: String, _ given: Fields, project: String) -> Fields {
    let now = Value.string(clock)
    let defaults: Fields = [
      "name": nil, "disk_format": nil, "container_format": nil, "visibility": "shared", "size": nil,
      "virtual_size": nil, "status": "queued", "checksum": nil, "protected": false, "min_ram": 0,
      "min_disk": 0, "owner": .string(project), "os_hidden": false, "os_hash_algo": nil, "os_hash_value": nil,
      "tags": [],
    ]
    return defaults.with(given).with([
      "id": .string(id), "created_at": now, "updated_at": now, "self": .string("/v2/images/\(id)"),
      "file": .string("/v2/images/\(id)/file"), "schema": "/v2/schemas/image",
      "_shared": .bool(given["visibility"] == "public"), "_project": .string(project),
    ])
  }

  /// Refuses formats that Glance doesn't know.
  private func check(_ given: Fields) throws(Refusal) {
    for (field, words) in Self.formats {
      guard let word = given[field]?.string, !words.contains(word) else { continue }
      let known = ([Value.null] + words.map(Value.string)).map(\.pythonText).joined(separator: ", ")
      throw .badRequest(
        "Provided object does not match schema 'image': '\(word)' is not one of [\(known)] Failed validating "
          + "'enum' in schema['properties']['\(field)']: {'description': '\(Self.descriptions[field] ?? "")', 'enum': "
          + "[\(known)], 'type': ['null', 'string']} On instance['\(field)']: '\(word)'")
    }
  }

  private static let descriptions = [
    "disk_format": "Format of the disk", "container_format": "Format of the container",
  ]
  private static let formats = [
    "disk_format": [
      "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop",
    ], "container_format": ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"],
  ]

  /// The steps of a change (RFC 6902), of which Glance knows three.
  func changeImage(_ call: Call) throws(Refusal) -> Answer {
    let type = call.asked.headers["Content-Type"] ?? ""
    guard type.hasPrefix("application/openstack-images-v2") else {
      var refusal = Refusal(415, "The request media type \(type) is not supported by this server. ")
      refusal.headers["Accept-Patch"] =
        "application/openstack-images-v2.0-json-patch, application/openstack-images-v2.1-json-patch"
      throw refusal
    }
    var image = try own(call)
    for step in try call.json().list ?? [] {
      let name = String((step["path"]?.string ?? "").dropFirst())
        .replacing("~1", with: "/").replacing("~0", with: "~")
      guard !Self.readOnly.contains(name) else { throw Refusal(403, "Attribute '\(name)' is read-only.") }
      if name == "visibility", step["value"] == "public", !call.isAdmin {
        throw Refusal(403, "You are not authorized to complete publicize_image action.")
      }
      switch step["op"]?.string {
      case "remove": image.removeValue(forKey: name)
      case "replace" where image[name] == nil:
        var refusal = Refusal.conflict("There was a conflict when trying to complete your request.")
        refusal.detail = "Property \(name) does not exist."
        throw refusal
      case "add", "replace": image[name] = step["value"] ?? .null
      default: throw .badRequest("Operations must be JSON objects.")
      }
    }
    image["updated_at"] = .string(clock)
    image["_shared"] = .bool(["public", "community"].contains(image.text("visibility")))
    put(.images, image)
    return Answer(200, .map(image.shown))
  }

  private static let readOnly: Set = [
    "id", "status", "size", "checksum", "created_at", "updated_at", "self", "file", "schema", "virtual_size",
    "os_hash_algo", "os_hash_value",
  ]

  func deleteImage(_ call: Call) throws(Refusal) -> Answer {
    guard thing(.images, call["id"]) != nil else {
      throw .notFound("Failed to find image \(call["id"]) to delete")
    }
    let image = try own(call)
    guard image["protected"] != true else {
      throw Refusal(403, "Image \(call["id"]) is protected and cannot be deleted.")
    }
    remove(.images, call["id"])
    imageData[call["id"]] = nil
    return .html(204)
  }

  func fillImage(_ call: Call) throws(Refusal) -> Answer {
    let image = try own(call)
    guard image.text("status") == "queued" else {
      throw .conflict("Image status transition from \(image.text("status")) to saving is not allowed")
    }
    activate(call["id"], call.asked.body)
    return .html(204)
  }

  /// Sends an image's bytes; those of the images that are there from the start are as empty as the guests.
  func readImage(_ call: Call) throws(Refusal) -> Answer {
    let image = try find(.images, call["id"], call)
    switch image.text("status") {
    case "active": break
    case "deactivated" where !call.isAdmin:
      throw Refusal(403, "The requested image has been deactivated. Image data download is forbidden.")
    case "deactivated": break
    default: return Answer(204)
    }
    let data = imageData[call["id"]] ?? []
    return Answer(
      200, bytes: data, type: "application/octet-stream", headers: ["Content-MD5": image.text("checksum")])
  }

  func importImage(_ call: Call) throws(Refusal) -> Answer {
    _ = try own(call)
    set(.images, call["id"], ["status": "importing"])
    later(.milliseconds(800)) { cloud in cloud.activate(call["id"], []) }
    return Answer(202)
  }

  func own(_ call: Call) throws(Refusal) -> Fields {
    let image = try find(.images, call["id"], call)
    guard call.isAdmin || image.text("_project") == call.project else {
      throw Refusal(403, "You are not permitted to modify this image.")
    }
    return image
  }

  /// Gives an image its bytes.
  func activate(_ id: String, _ bytes: [UInt8]) {
    imageData[id] = bytes
    let size = Value.integer(Int64(bytes.count))
    set(
      .images, id,
      [
        "status": "active", "size": size, "virtual_size": size, "checksum": .string(Digest.md5(bytes)),
        "os_hash_algo": "sha512", "os_hash_value": .string(Digest.sha512(bytes)),
        "updated_at": .string(clock),
      ])
  }
}
