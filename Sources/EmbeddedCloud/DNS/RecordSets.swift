import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  private static let recordTypes: Set<String> = [
    "A", "AAAA", "CNAME", "MX", "SRV", "TXT", "SPF", "NS", "PTR", "SSHFP", "SOA", "NAPTR", "CAA", "CERT",
  ]

  /// The record set that a path names.
  func recordSet(_ call: Call) throws(Refusal) -> Fields {
    let zone = try zone(call)
    guard let found = thing(.recordSets, call["set"]), found["zone_id"] == zone["id"] else {
      throw Refusal(404, "Could not find RecordSet", type: "recordset_not_found")
    }
    return found
  }

  func createRecordSet(_ call: Call) throws(Refusal) -> Answer {
    let zone = try zone(call)
    let given = try givenNames(call, "recordset", ["name", "type", "records", "ttl", "description"])
    let (name, type) = (given.text("name"), given.text("type"))
    guard Self.recordTypes.contains(type) else {
      throw Self.invalid(
        ["recordset", "type"], "'\(type)' is not a valid record type", "value", [.string(type)])
    }
    guard name.hasSuffix(".") else { throw Self.invalid("Host name \(name) does not end with a dot") }
    try check(given["records"], of: type)
    guard name == zone.text("name") || name.hasSuffix("." + zone.text("name")) else {
      throw Refusal(
        400, "RecordSet is not contained within it's parent zone", type: "invalid_recordset_location")
    }
    let namesakes = all(.recordSets).filter { $0["zone_id"] == zone["id"] && $0.text("name") == name }
    guard !namesakes.contains(where: { $0.text("type") == type }) else {
      throw Refusal(409, "Duplicate RecordSet", type: "duplicate_recordset")
    }
    if namesakes.contains(where: { $0.text("type") == "CNAME" || type == "CNAME" }) {
      throw Refusal(
        400, "CNAME recordsets may not share a name with any other records",
        type: "invalid_recordset_location")
    }
    var made = newRecordSet(name, type, given["records"]?.list ?? [], of: zone)
    made["description"] = given["description"] ?? .null
    made["ttl"] = given["ttl"] ?? .null
    let isEmpty = made["records"]?.list?.isEmpty ?? true
    if isEmpty { made.merge(["status": "ACTIVE", "action": "NONE"]) { $1 } }
    put(.recordSets, made)
    if !isEmpty { follow(made) }
    return Answer(
      isEmpty ? 201 : 202, .map(shownName(made, call)), headers: ["Location": selfURL(made, call)])
  }

  func changeRecordSet(_ call: Call) throws(Refusal) -> Answer {
    let old = try recordSet(call)
    let given = try givenNames(call, "recordset", ["records", "ttl", "description"])
    try checkUnmanaged(old, "Managed records may not be updated")
    try check(given["records"], of: old.text("type"))
    let changed = old.with(given).with([
      "status": "PENDING", "action": "UPDATE", "version": .integer(Int64(old.integer("version") + 1)),
      "updated_at": .string(fineClock),
    ])
    put(.recordSets, changed)
    follow(changed)
    return Answer(202, .map(shownName(changed, call)))
  }

  func deleteRecordSet(_ call: Call) throws(Refusal) -> Answer {
    let old = try recordSet(call)
    try checkUnmanaged(old, "Deleting a \(old.text("type")) recordset is not allowed")
    let leaving = old.with([
      "status": "PENDING", "action": "DELETE", "version": .integer(Int64(old.integer("version") + 1)),
      "updated_at": .string(fineClock),
    ])
    put(.recordSets, leaving)
    follow(leaving)
    return Answer(202, .map(shownName(leaving, call)))
  }

  /// Adds one of the records that each zone has, and that nobody else may change.
  func addRecordSet(_ type: String, _ record: String, to zone: Fields) {
    var made = newRecordSet(zone.text("name"), type, [.string(record)], of: zone)
    made["_isManaged"] = true
    put(.recordSets, made)
    settle(made)
  }

  private func newRecordSet(_ name: String, _ type: String, _ records: [Value], of zone: Fields) -> Fields {
    [
      "id": .string(ambient.uuid()), "zone_id": zone["id"] ?? .null,
      "project_id": zone["project_id"] ?? .null,
      "name": .string(name), "zone_name": zone["name"] ?? .null, "type": .string(type),
      "records": .list(records), "description": .null, "ttl": .null, "status": "PENDING", "action": "CREATE",
      "version": 1, "created_at": .string(fineClock), "updated_at": .null,
      "_project": zone["_project"] ?? .null,
    ]
  }

  /// Publishes a change of a record set with its zone.
  private func follow(_ set: Fields) {
    touch(set.text("zone_id"))
    settle(set)
  }

  private func settle(_ set: Fields) {
    let id = set.text("id")
    later(.milliseconds(800)) { cloud in
      guard let now = cloud.thing(.recordSets, id) else { return }
      if now.text("action") == "DELETE" {
        cloud.remove(.recordSets, id)
      } else {
        cloud.set(.recordSets, id, ["status": "ACTIVE", "action": "NONE"])
      }
    }
  }

  private func checkUnmanaged(_ set: Fields, _ message: String) throws(Refusal) {
    if set["_isManaged"] == true { throw Refusal(400, message, type: "bad_request") }
  }

  private func check(_ records: Value?, of type: String) throws(Refusal) {
    for (index, record) in (records?.list ?? []).enumerated() where type == "A" {
      let text = record.string ?? ""
      guard IPv4Range.address(text) == nil else { continue }
      throw Self.invalid(
        ["records", .integer(Int64(index))], "'\(text)' is not a 'A' Record", "format", [.string(type)])
    }
  }
}
