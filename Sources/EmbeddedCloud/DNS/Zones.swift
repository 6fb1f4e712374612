import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// The zone that a path names.
  func zone(_ call: Call) throws(Refusal) -> Fields {
    let id = call["id"]
    guard id.count == 36 else { throw Refusal(400, "Invalid UUID zone_id: \(id)", type: "invalid_uuid") }
    return try find(.zones, id, call)
  }

  func createZone(_ call: Call) throws(Refusal) -> Answer {
    let given = try givenNames(
      call, "zone", ["name", "email", "ttl", "description", "type", "masters", "attributes"])
    let name = given.text("name")
    guard name.hasSuffix(".") else { throw Self.invalid("Domain \(name) does not end with a dot") }
    let type = given.textIfAny("type") ?? "PRIMARY"
    try checkEmail(given)
    if type == "PRIMARY", given["email"] == nil {
      throw Self.invalid(["type", "email"], "'email' is a required property", "required", "email")
    }
    guard !all(.zones).contains(where: { $0.text("name") == name }) else {
      throw Refusal(409, "Duplicate Zone", type: "duplicate_zone")
    }
    let parent = all(.zones).first { name.hasSuffix("." + $0.text("name")) }
    if let parent, parent.text("_project") != call.project {
      throw Refusal(403, "Unable to create subzone in another tenants zone", type: "illegal_child")
    }
    guard count(.zones, call.project) < Self.zoneQuota else {
      throw Refusal(413, "Quota exceeded for zones.", type: "over_quota")
    }
    let zone: Fields = [
      "id": .string(ambient.uuid()), "pool_id": "794ccc2c-d751-44fe-b57f-8894c9f5c842",
      "project_id": .string(call.project), "name": .string(name), "email": given["email"] ?? .null,
      "description": given["description"] ?? .null, "ttl": given["ttl"] ?? 3600, "serial": serial,
      "status": "PENDING", "action": "CREATE", "version": 1, "attributes": given["attributes"] ?? [:],
      "type": .string(type), "masters": given["masters"] ?? [], "created_at": .string(fineClock),
      "updated_at": .null, "transferred_at": .null, "_project": .string(call.project),
    ]
    put(.zones, zone)
    let mail = given.text("email").replacing("@", with: ".") + "."
    addRecordSet("SOA", "\(Self.nameServer) \(mail) \(zone.text("serial")) 3600 600 86400 3600", to: zone)
    addRecordSet("NS", Self.nameServer, to: zone)
    publish(zone.text("id"))
    return Answer(202, .map(shownName(zone, call)), headers: ["Location": selfURL(zone, call)])
  }

  func changeZone(_ call: Call) throws(Refusal) -> Answer {
    let zone = try zone(call)
    let given = try givenNames(call, "zone", ["email", "ttl", "description", "masters", "attributes"])
    try checkEmail(given)
    if zone.text("action") == "DELETE" {
      throw Refusal(400, "Can not update a deleting zone", type: "bad_request")
    }
    set(.zones, zone.text("id"), given)
    touch(zone.text("id"))
    return Answer(202, .map(shownName(try self.zone(call), call)))
  }

  func deleteZone(_ call: Call) throws(Refusal) -> Answer {
    let zone = try zone(call)
    let id = zone.text("id")
    set(.zones, id, ["status": "PENDING", "action": "DELETE", "updated_at": .string(fineClock)])
    later(.milliseconds(800)) { cloud in
      cloud.remove(.zones, id)
      for set in cloud.all(.recordSets) where set.text("zone_id") == id {
        cloud.remove(.recordSets, set.text("id"))
      }
    }
    return Answer(202, .map(shownName(try self.zone(call), call)))
  }

  // MARK: - Publication

  /// Gives a zone a new serial number, which its name servers are then told.
  func touch(_ id: String) {
    guard let zone = thing(.zones, id) else { return }
    set(
      .zones, id,
      [
        "status": "PENDING", "action": "UPDATE", "serial": serial, "updated_at": .string(fineClock),
        "version": .integer(Int64(zone.integer("version") + 1)),
      ])
    publish(id)
  }

  /// Lets the name servers have a zone, after which all that was pending in it is in force.
  private func publish(_ id: String) {
    later(.milliseconds(800)) { cloud in
      guard let zone = cloud.thing(.zones, id), zone.text("action") != "DELETE" else { return }
      let done: Fields = ["status": "ACTIVE", "action": "NONE", "updated_at": .string(cloud.fineClock)]
      cloud.set(.zones, id, done)
      for set in cloud.all(.recordSets) where set.text("zone_id") == id && set.text("type") == "SOA" {
        cloud.set(.recordSets, set.text("id"), done)
      }
    }
  }

  private var serial: Value { .integer(now.milliseconds / 1000) }

  // MARK: - What is asked

  /// The body's fields, all of which must be known ones.
  func givenNames(_ call: Call, _ what: String, _ known: Set<String>) throws(Refusal) -> Fields {
    guard let given = try call.json().map else {
      throw Refusal(400, "Provided object does not match schema", type: "invalid_object")
    }
    let unknown = given.keys.filter { !known.contains($0) }
    guard unknown.isEmpty else {
      let names = unknown.map { "'\($0)'" }.joined(separator: ", ")
      throw Refusal(
        400, "Provided object does not match schema. Keys [\(names)] are not valid for \(what)",
        type: "invalid_object")
    }
    return given
  }

  private func checkEmail(_ given: Fields) throws(Refusal) {
    guard let email = given.textIfAny("email"), !email.contains("@") else { return }
    throw Self.invalid("\(email) is not an email")
  }

  /// Designate's words for a value that it can't read.
  static func invalid(_ what: String) -> Refusal {
    Refusal(
      400, "Provided object is not valid. Got a ValueError error with message \(what)", type: "invalid_object"
    )
  }

  /// Designate's list of what is wrong where.
  static func invalid(_ path: Value, _ message: String, _ validator: String, _ value: Value) -> Refusal {
    var refusal = Refusal(400, "", type: "invalid_object")
    refusal.errors = [
      ["path": path, "message": .string(message), "validator": .string(validator), "validator_value": value]
    ]
    return refusal
  }
}
