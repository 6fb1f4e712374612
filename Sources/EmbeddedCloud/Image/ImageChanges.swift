import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func createImage(_ call: Call) throws(Refusal) -> Answer {
    guard let given = try call.json().map else { throw .badRequest("Malformed JSON in request body") }
    let id = given["id"]?.string ?? ambient.uuid()
    let now = Value.string(clock)
    let made: Fields = [
      "name": nil, "disk_format": nil, "container_format": nil, "visibility": "shared", "size": nil,
      "virtual_size": nil, "status": "queued", "checksum": nil, "protected": false, "min_ram": 0,
      "min_disk": 0,
      "owner": .string(call.project), "os_hidden": false, "os_hash_algo": nil, "os_hash_value": nil,
    ]
    let fixed: Fields = [
      "id": .string(id), "created_at": now, "updated_at": now, "self": .string("/v2/images/\(id)"),
      "file": .string("/v2/images/\(id)/file"), "schema": "/v2/schemas/image",
      "_shared": .bool(given["visibility"] == "public"), "_project": .string(call.project),
    ]
    let image = made.with(["tags": []]).with(given).with(fixed)
    put(.images, image)
    return Answer(201, .map(image.shown), headers: ["Location": "\(call.root)/images/\(id)"])
  }

  /// The steps of a change (RFC 6902), of which Glance knows three.
  func changeImage(_ call: Call) throws(Refusal) -> Answer {
    var image = try own(call)
    for step in try call.json().list ?? [] {
      let name = String((step["path"]?.string ?? "").dropFirst())
        .replacing("~1", with: "/").replacing("~0", with: "~")
      switch step["op"]?.string {
      case "remove": image.removeValue(forKey: name)
      case "add", "replace": image[name] = step["value"] ?? .null
      default: throw .badRequest("Operations must be JSON objects.")
      }
    }
    image["updated_at"] = .string(clock)
    put(.images, image)
    return Answer(200, .map(image.shown))
  }

  func deleteImage(_ call: Call) throws(Refusal) -> Answer {
    let image = try own(call)
    guard image["protected"] != true else {
      throw Refusal(403, "Image \(call["id"]) is protected and cannot be deleted.")
    }
    remove(.images, call["id"])
    return Answer(204)
  }

  func fillImage(_ call: Call) throws(Refusal) -> Answer {
    let image = try own(call)
    guard image.text("status") == "queued" else {
      throw .conflict("Image status transition from \(image.text("status")) to saving is not allowed")
    }
    activate(call["id"], size: call.asked.body.count)
    return Answer(204)
  }

  func importImage(_ call: Call) throws(Refusal) -> Answer {
    _ = try own(call)
    set(.images, call["id"], ["status": "importing"])
    later(.milliseconds(800)) { cloud in cloud.activate(call["id"], size: 1_048_576) }
    return Answer(202)
  }

  private func own(_ call: Call) throws(Refusal) -> Fields {
    let image = try find(.images, call["id"], call)
    guard call.isAdmin || image.text("_project") == call.project else {
      throw Refusal(403, "You are not permitted to modify this image.")
    }
    return image
  }

  private func activate(_ id: String, size: Int) {
    set(
      .images, id,
      [
        "status": "active", "size": .integer(Int64(size)), "updated_at": .string(clock),
      ])
  }
}
