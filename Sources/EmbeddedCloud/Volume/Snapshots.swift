import Ambience
import Document
import OrderedCollections

extension EmbeddedCloud {
  func listSnapshots(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    try checkFilters(["volume_id"], call)
    let found = visible(.snapshots, call).reversed().filter { matchesCinder($0, call.asked) }
    return try call.list("snapshots", Array(found)) { isDetailed ? show(snapshot: $0) : $0.shown }
  }

  private func show(snapshot: Fields) -> Fields {
    snapshot.shown.with([
      "os-extended-snapshot-attributes:project_id": snapshot["_project"] ?? "",
      "os-extended-snapshot-attributes:progress": snapshot.text("status") == "available" ? "100%" : "0%",
    ])
  }

  func createSnapshot(_ call: Call) throws(Refusal) -> Answer {
    let fields = try call.fields("snapshot")
    let volume = try find(.volumes, fields.text("volume_id"), call)
    let isForced = fields["force"]?.bool ?? (fields.text("force").lowercased() == "true")
    let status = volume.text("status")
    if status == "error" {
      throw .badRequest("Invalid volume: The snapshot cannot be created when the volume is in error status.")
    }
    guard status == "available" || (isForced || call.has(66)) && status == "in-use" else {
      throw .badRequest(
        "Invalid volume: Volume \(volume.text("id")) status must be available, but current status is: "
          + "\(status).")
    }
    guard
      quotas(call.project).snapshots < 0 || count(.snapshots, call.project) < quotas(call.project).snapshots
    else {
      throw Self.overLimit(
        "SnapshotLimitExceeded: Maximum number of snapshots allowed (\(quotas(call.project).snapshots)) exceeded"
      )
    }
    let id = ambient.uuid()
    let made: Fields = [
      "id": .string(id), "created_at": .string(fineClock), "updated_at": nil,
      "name": fields["name"] ?? .null, "description": fields["description"] ?? .null,
      "volume_id": volume["id"] ?? .null, "status": "creating", "size": volume["size"] ?? 1,
      "metadata": fields["metadata"] ?? [:], "_project": .string(call.project),
    ]
    put(.snapshots, made)
    later(.milliseconds(500)) { cloud in
      guard cloud.thing(.snapshots, id)?.text("status") == "creating" else { return }
      cloud.set(.snapshots, id, ["status": "available", "updated_at": .string(cloud.fineClock)])
    }
    return Answer(202, ["snapshot": .map(made.shown)])
  }

  func showSnapshot(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["snapshot": .map(show(snapshot: try find(.snapshots, call["id"], call)))])
  }

  func updateSnapshot(_ call: Call) throws(Refusal) -> Answer {
    let old = try find(.snapshots, call["id"], call)
    let changed = old.with(try call.fields("snapshot").only(["name", "description", "metadata"]))
    put(.snapshots, changed)
    return Answer(200, ["snapshot": .map(changed.shown)])
  }

  func deleteSnapshot(_ call: Call) throws(Refusal) -> Answer {
    let snapshot = try find(.snapshots, call["id"], call)
    guard snapshot.text("status").isOne(of: ["available", "error"]) else {
      throw .badRequest("Invalid snapshot: Snapshot status must be available or error.")
    }
    let id = snapshot.text("id")
    set(.snapshots, id, ["status": "deleting"])
    later(.milliseconds(300)) { $0.remove(.snapshots, id) }
    return .html(202)
  }
}
