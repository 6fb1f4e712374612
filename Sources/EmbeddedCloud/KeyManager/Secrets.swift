import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Barbican's paths (Key Manager API v1): secrets with their payloads.
  static let keyManagerRoutes = RouteTable([
    Route(.get, "/", isOpen: true) { cloud, call in
      Answer(
        300,
        [
          "versions": [
            "values": [
              [
                "id": "v1", "status": "stable", "updated": "2015-04-28T00:00:00Z",
                "links": [["rel": "self", "href": .string(call.base + "/key-manager/v1/")]],
              ]
            ]
          ]
        ])
    },
    Route(.get, "/v1/secrets") { $0.listSecrets($1) },
    Route(.post, "/v1/secrets") { try $0.createSecret($1) },
    Route(.get, "/v1/secrets/{id}") { try $0.showSecret($1) },
    Route(.get, "/v1/secrets/{id}/payload") { try $0.showPayload($1) },
    Route(.delete, "/v1/secrets/{id}") { cloud, call in
      cloud.remove(.secrets, try cloud.find(.secrets, call["id"], call).text("id"))
      return Answer(204)
    },
  ])

  private func listSecrets(_ call: Call) -> Answer {
    let wanted = call.asked.value("name")
    let found = visible(.secrets, call).filter { wanted == nil || $0.text("name") == wanted }
    let offset = call.asked.value("offset").flatMap { Int($0) } ?? 0
    let limit = min(call.asked.value("limit").flatMap { Int($0) } ?? 10, 100)
    let items = found.dropFirst(max(0, offset)).prefix(max(0, limit))
    return Answer(
      200,
      [
        "secrets": .list(items.map { .map(view($0, call)) }), "total": .integer(Int64(found.count)),
      ])
  }

  private func createSecret(_ call: Call) throws(Refusal) -> Answer {
    guard let given = try call.json().map else { throw .badRequest("Malformed JSON") }
    let payload = given["payload"]?.string
    if payload != nil, given["payload_content_type"] == nil {
      throw .badRequest("payload_content_type must be supplied when payload is supplied.")
    }
    let id = ambient.uuid()
    put(
      .secrets,
      [
        "id": .string(id), "name": given["name"] ?? .string(id),
        "secret_type": given["secret_type"] ?? "opaque", "status": "ACTIVE", "created": .string(fineClock),
        "updated": .string(fineClock), "expiration": given["expiration"] ?? .null,
        "algorithm": given["algorithm"] ?? .null, "bit_length": given["bit_length"] ?? .null,
        "mode": given["mode"] ?? .null, "creator_id": .string(call.user),
        "_type": given["payload_content_type"] ?? "text/plain", "_payload": .string(payload ?? ""),
        "_project": .string(call.project),
      ])
    return Answer(201, ["secret_ref": .string(reference(id, call))])
  }

  private func showSecret(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, .map(view(try find(.secrets, call["id"], call), call)))
  }

  private func showPayload(_ call: Call) throws(Refusal) -> Answer {
    let secret = try find(.secrets, call["id"], call)
    return Answer(200, bytes: Array(secret.text("_payload").utf8), type: secret.text("_type"))
  }

  private func view(_ secret: Fields, _ call: Call) -> Fields {
    var view = secret.shown.filter { $0.key != "id" }
    view["content_types"] = ["default": secret["_type"] ?? .null]
    view["secret_ref"] = .string(reference(secret.text("id"), call))
    return view
  }

  private func reference(_ id: String, _ call: Call) -> String { "\(call.base)/key-manager/v1/secrets/\(id)" }
}
