import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  static let transferRoutes: [Route] = ["volume-transfers", "os-volume-transfer"].flatMap { path -> [Route] in
    let list = "/v3/{project}/\(path)"
    return [
      Route(.get, list) { try $0.listTransfers($1, isDetailed: false) },
      Route(.get, list + "/detail") { try $0.listTransfers($1, isDetailed: true) },
      Route(.post, list) { try $0.createTransfer($1) },
      Route(.get, list + "/{id}") { cloud, call in
        Answer(
          200, ["transfer": .map(cloud.show(transfer: try cloud.find(.transfers, call["id"], call), call))])
      },
      Route(.delete, list + "/{id}") { try $0.deleteTransfer($1) },
      Route(.post, list + "/{id}/accept") { try $0.acceptTransfer($1) },
    ]
  }

  private func show(transfer: Fields, _ call: Call, isDetailed: Bool = true) -> Fields {
    var shown = transfer.shown.with(["links": call.links("/os-volume-transfer/" + transfer.text("id"))])
    if !isDetailed { shown["created_at"] = nil }
    return shown
  }

  private func listTransfers(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    let found = visible(.transfers, call).filter { matchesCinder($0, call.asked) }
    return try call.list("transfers", found) { show(transfer: $0, call, isDetailed: isDetailed) }
  }

  private func createTransfer(_ call: Call) throws(Refusal) -> Answer {
    let given = try call.fields("transfer")
    let volume = try find(.volumes, given.text("volume_id"), call)
    guard volume.text("status") == "available" else {
      throw .badRequest("Invalid volume: status must be available")
    }
    let key = ambient.characters(16, from: "0123456789abcdef")
    let made: Fields = [
      "id": .string(ambient.uuid()), "created_at": .string(fineClock), "name": given["name"] ?? .null,
      "volume_id": volume["id"] ?? .null, "_key": .string(key), "_project": .string(call.project),
    ]
    put(.transfers, made)
    set(.volumes, volume.text("id"), ["status": "awaiting-transfer"])
    // The key is told once.
    return Answer(202, ["transfer": .map(show(transfer: made, call).with(["auth_key": .string(key)]))])
  }

  private func deleteTransfer(_ call: Call) throws(Refusal) -> Answer {
    let transfer = try find(.transfers, call["id"], call)
    change(transfer.text("volume_id"), from: "awaiting-transfer", to: "available")
    remove(.transfers, call["id"])
    return .html(202)
  }

  private func acceptTransfer(_ call: Call) throws(Refusal) -> Answer {
    let id = call["id"]
    guard let transfer = thing(.transfers, id) else { throw Table.transfers.missing(id) }
    guard try call.fields("accept").text("auth_key") == transfer.text("_key") else {
      throw .badRequest("Invalid auth key: Attempt to transfer \(id) with invalid auth key.")
    }
    let volume = transfer.text("volume_id")
    set(.volumes, volume, ["_project": .string(call.project), "user_id": .string(call.user)])
    change(volume, from: "awaiting-transfer", to: "available")
    remove(.transfers, id)
    return Answer(202, ["transfer": .map(show(transfer: transfer, call, isDetailed: false))])
  }
}
