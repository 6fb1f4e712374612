import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Barbican's paths (Key Manager API v1): secrets with their payloads.
  static let keyManagerRoutes = RouteTable([
    Route(.get, "/", isOpen: true) { cloud, call in
      let own = call.base + "/key-manager/v1/"
      return Answer(
        300,
        [
          "versions": [
            "values": [
              [
                "id": "v1", "status": "stable",
                "links": [
                  ["rel": "self", "href": .string(own)],
                  ["rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"],
                ],
                "media-types": [
                  [
                    "base": "application/json",
                    "type": "application/vnd.openstack.key-manager-v1+json",
                  ]
                ],
              ]
            ]
          ]
        ])
    },
    Route(.get, "/v1/secrets") { $0.listSecrets($1) },
    Route(.post, "/v1/secrets") { try $0.createSecret($1) },
    Route(.get, "/v1/secrets/{id}") { cloud, call in
      Answer(200, .map(cloud.view(try cloud.secret(call), call)))
    },
    Route(.get, "/v1/secrets/{id}/payload") { try $0.showPayload($1) },
    Route(.delete, "/v1/secrets/{id}") { cloud, call in
      cloud.remove(.secrets, try cloud.secret(call).text("id"))
      return Answer(204)
    },
  ])

  private static let payloadTypes = ["text/plain", "application/octet-stream"]

  private func listSecrets(_ call: Call) -> Answer {
    let wanted = call.asked.value("name")
    let found = visible(.secrets, call).filter { wanted == nil || $0.text("name") == wanted }
    let offset = max(0, call.asked.value("offset").flatMap { Int($0) } ?? 0)
    let limit = max(0, min(call.asked.value("limit").flatMap { Int($0) } ?? 10, 100))
    let items = found.dropFirst(offset).prefix(limit)
    var body: Fields = [
      "secrets": .list(items.map { .map(view($0, call)) }), "total": .integer(Int64(found.count)),
    ]
    if offset > 0 { body["previous"] = page(max(0, offset - limit), limit, call) }
    if offset + limit < found.count { body["next"] = page(offset + limit, limit, call) }
    return Answer(200, .map(body))
  }

  private func page(_ offset: Int, _ limit: Int, _ call: Call) -> Value {
    .string("\(call.base)/key-manager/v1/secrets?limit=\(limit)&offset=\(offset)")
  }

  private func createSecret(_ call: Call) throws(Refusal) -> Answer {
    func refuse(_ what: String, _ property: String) -> Refusal {
      let property = property.isEmpty ? "" : " Invalid property: '\(property)'"
      return .badRequest("Provided object does not match schema 'Secret': \(what).\(property)")
    }
    guard let given = try call.json().map else { throw refuse("[] is not of type 'object'", "") }
    let payload = given["payload"]?.string
    if payload != nil {
      guard let type = given.textIfAny("payload_content_type") else {
        throw refuse(
          "If 'payload' is supplied, 'payload_content_type' must also be supplied.", "payload_content_type")
      }
      guard Self.payloadTypes.contains(String(type.prefix { $0 != ";" })) else {
        throw refuse("payload_content_type is not one of \(Self.payloadTypes)", "payload_content_type")
      }
    }
    let id = ambient.uuid()
    let time = Value.string(String(clock.dropLast()))
    var secret: Fields = [
      "id": .string(id), "name": given["name"] ?? .string(id),
      "secret_type": given["secret_type"] ?? "opaque", "status": "ACTIVE", "created": time,
      "updated": time, "expiration": given["expiration"] ?? .null,
      "algorithm": given["algorithm"] ?? .null, "bit_length": given["bit_length"] ?? .null,
      "mode": given["mode"] ?? .null, "creator_id": .string(call.user), "_project": .string(call.project),
    ]
    if let payload {
      secret["_payload"] = .string(payload)
      secret["content_types"] = ["default": given["payload_content_type"] ?? .null]
    }
    put(.secrets, secret)
    let reference = reference(id, call)
    return Answer(201, ["secret_ref": .string(reference)], headers: ["Location": reference])
  }

  /// The secret that a path names.
  private func secret(_ call: Call) throws(Refusal) -> Fields {
    guard call["id"].count == 36 else { throw .notFound("Not Found. Provided secret id is invalid.") }
    return try find(.secrets, call["id"], call)
  }

  private func showPayload(_ call: Call) throws(Refusal) -> Answer {
    let secret = try secret(call)
    guard let payload = secret["_payload"]?.string else {
      throw .notFound("Not Found. Sorry but your secret has no payload.")
    }
    let wanted = (call.asked.headers["Accept"] ?? "").split(separator: ",").first.map(String.init)
    let type = wanted ?? "application/octet-stream"
    return Answer(
      200, bytes: Array(payload.utf8), type: type == "text/plain" ? "text/plain; charset=UTF-8" : type)
  }

  private func view(_ secret: Fields, _ call: Call) -> Fields {
    var view = secret.shown.filter { $0.key != "id" }
    view["secret_ref"] = .string(reference(secret.text("id"), call))
    return view
  }

  private func reference(_ id: String, _ call: Call) -> String { "\(call.base)/key-manager/v1/secrets/\(id)" }
}
