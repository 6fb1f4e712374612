import Ambience
import Document
import HTTP
import OrderedCollections
import Secrets

/// An object, with the metadata that came with it.
struct StoredObject: Sendable {
  let bytes: [UInt8]
  let type: String
  let modified: Timestamp
}

// Swift: containers, objects and temporary URLs.

extension EmbeddedCloud {
  func object(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    if asked.path == ["info"] || asked.path.isEmpty {
      return Answer(
        200,
        [
          "swift": ["version": "2.30.0"],
          "tempurl": [
            "allowed_digests": ["sha1", "sha256"], "methods": ["GET", "HEAD", "PUT", "POST", "DELETE"],
          ],
        ])
    }
    let isTemporary = asked.value("temp_url_sig") != nil
    if isTemporary { try checkTemporary(asked) } else { _ = try authorizedObject(asked) }
    let path = Array(asked.path.dropFirst(2))
    guard let container = path.first else { return account(asked) }
    guard path.count > 1 else { return try self.container(container, asked) }
    return try object(path.dropFirst().joined(separator: "/"), in: container, asked)
  }

  private func authorizedObject(_ asked: Asked) throws(Refusal) -> Asked {
    guard let id = asked.headers["X-Auth-Token"], let token = tokens[id], token.expires > ambient.now() else {
      throw .unauthorized()
    }
    return asked
  }

  private func account(_ asked: Asked) -> Answer {
    if let key = asked.headers["X-Account-Meta-Temp-URL-Key"] { temporaryURLKey = key }
    var headers: Headers = ["X-Account-Container-Count": String(containers.count)]
    if let temporaryURLKey { headers["X-Account-Meta-Temp-Url-Key"] = temporaryURLKey }
    guard asked.method == .get else { return Answer(204, headers: headers) }
    let prefix = asked.value("prefix") ?? ""
    let names = containers.filter { $0.key.hasPrefix(prefix) && $0.key > asked.value("marker") ?? "" }
    let list = names.map {
      ["name": .string($0.key), "count": .integer(Int64($0.value.count)), "bytes": 0] as Value
    }
    return Answer(200, .list(list), headers: headers)
  }

  private func container(_ name: String, _ asked: Asked) throws(Refusal) -> Answer {
    switch asked.method {
    case .put:
      let isNew = containers[name] == nil
      if isNew { containers[name] = [:] }
      return Answer(isNew ? 201 : 202)
    case .get, .head:
      guard let objects = containers[name] else { throw .notFound("The resource could not be found.") }
      if asked.method == .head {
        return Answer(204, headers: ["X-Container-Object-Count": String(objects.count)])
      }
      let prefix = asked.value("prefix") ?? ""
      let found = objects.filter { $0.key.hasPrefix(prefix) && $0.key > asked.value("marker") ?? "" }
      return Answer(
        200,
        .list(
          found.sorted { $0.key < $1.key }.map {
            [
              "name": .string($0.key), "bytes": .integer(Int64($0.value.bytes.count)),
              "content_type": .string($0.value.type), "last_modified": .string($0.value.modified.description),
              "hash": "",
            ]
          }))
    case .delete:
      guard let objects = containers[name] else { throw .notFound("The resource could not be found.") }
      guard objects.isEmpty else {
        throw .conflict("There was a conflict when trying to complete your request.")
      }
      containers.removeValue(forKey: name)
      return Answer(204)
    case .post: return Answer(204)
    default: throw .notAllowed()
    }
  }

  private func object(_ name: String, in container: String, _ asked: Asked) throws(Refusal) -> Answer {
    guard containers[container] != nil else { throw .notFound("The resource could not be found.") }
    switch asked.method {
    case .put:
      let type = asked.headers["Content-Type"] ?? "application/octet-stream"
      containers[container]?[name] = StoredObject(bytes: asked.body, type: type, modified: ambient.now())
      return Answer(201)
    case .get, .head:
      guard let object = containers[container]?[name] else {
        throw .notFound("The resource could not be found.")
      }
      let length: Headers = ["Content-Length": String(object.bytes.count)]
      return Answer(
        200, bytes: asked.method == .get ? object.bytes : [], type: object.type,
        headers: asked.method == .get ? [:] : length)
    case .delete:
      guard containers[container]?.removeValue(forKey: name) != nil else {
        throw .notFound("The resource could not be found.")
      }
      return Answer(204)
    default: throw .notAllowed()
    }
  }

  /// Checks a temporary URL's signature and time (Swift's tempurl middleware).
  private func checkTemporary(_ asked: Asked) throws(Refusal) {
    let refused = Refusal(401, "unauthorized", "Unauthorized", "Unauthorized: Temp URL invalid")
    guard let key = temporaryURLKey, let signature = asked.value("temp_url_sig"),
      let expires = asked.value("temp_url_expires"),
      let time = Int64(expires), time * 1000 > ambient.now().milliseconds
    else { throw refused }
    let path = "/" + asked.path.joined(separator: "/")
    // A URL for PUT is good for HEAD as well.
    let methods = asked.method == .head ? ["HEAD", "GET", "PUT", "POST"] : [asked.method.rawValue]
    let isGenuine = methods.contains { method in
      let text = "\(method)\n\(expires)\n\(path)"
      let made = [Signature.hmacSHA256(text, key: Secret(key)), Signature.hmacSHA1(text, key: Secret(key))]
      return made.contains(signature)
    }
    if !isGenuine { throw refused }
  }
}
