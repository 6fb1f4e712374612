import Ambience
import Document
import HTTP
import OrderedCollections
import Secrets

extension EmbeddedCloud {
  func object(_ call: Call, _ project: String) throws(Refusal) -> Answer {
    let (container, name) = (call["container"], call["object"])
    guard let found = store[project]?.containers[container] else { throw .noPath }
    if call.asked.method == .put {
      let object = stored(call.asked)
      if let location = found.versions ?? found.history {
        archive(found.objects[name], named: name, in: location, project)
      }
      store[project]?.containers[container]?.objects[name] = object
      return .html(201, headers: ["Etag": object.digest, "Last-Modified": Self.webTime(object.modified)])
    }
    guard let object = liveObjects(found)[name] else { throw .noPath }
    switch call.asked.method {
    case .get, .head: return show(object, call.asked)
    case .post:
      store[project]?.containers[container]?.objects[name]?.metadata =
        call.asked.headers.metadata("X-Object-Meta-")
      return .html(202, Self.acceptedPage)
    case .delete:
      store[project]?.containers[container]?.objects[name] = nil
      if let location = found.versions { restore(name, in: container, from: location, project) }
      if let location = found.history { archive(object, named: name, in: location, project) }
      return .html(204)
    default: throw .notAllowed
    }
  }

  // MARK: - Versions

  /// What an archived version's name begins with (Swift's `versioned_writes`).
  private static func versionPrefix(_ name: String) -> String {
    let length = String(name.utf8.count, radix: 16)
    return String(repeating: "0", count: max(0, 3 - length.count)) + length + name + "/"
  }

  /// Keeps what is about to be written over.
  private func archive(_ object: StoredObject?, named name: String, in location: String, _ project: String) {
    guard let object else { return }
    let micro = String(ambient.random() % 100_000)
    let time =
      "\(object.modified.milliseconds / 1000)." + String(repeating: "0", count: 5 - micro.count) + micro
    store[project]?.containers[location]?.objects[Self.versionPrefix(name) + time] = object
  }

  /// Brings back what was there before, which is what deletion means in a container with versions.
  private func restore(_ name: String, in container: String, from location: String, _ project: String) {
    let prefix = Self.versionPrefix(name)
    let versions = (store[project]?.containers[location]?.objects ?? [:]).keys.filter { $0.hasPrefix(prefix) }
    guard let last = versions.max(),
      let old = store[project]?.containers[location]?.objects.removeValue(forKey: last)
    else { return }
    store[project]?.containers[container]?.objects[name] = old
  }

  private func stored(_ asked: Asked) -> StoredObject {
    let now = self.now
    var expires = asked.headers["X-Delete-At"].flatMap { Int64($0) }.map {
      Timestamp(milliseconds: $0 * 1000)
    }
    if let seconds = asked.headers["X-Delete-After"].flatMap({ Int($0) }) {
      expires = now + .seconds(seconds)
    }
    return StoredObject(
      bytes: asked.body, type: asked.headers["Content-Type"] ?? "application/octet-stream", modified: now,
      expires: expires, metadata: asked.headers.metadata("X-Object-Meta-"))
  }

  private func show(_ object: StoredObject, _ asked: Asked) -> Answer {
    var headers: Headers = [
      "Etag": object.digest, "Last-Modified": Self.webTime(object.modified), "Accept-Ranges": "bytes",
    ]
    // A temporary URL doesn't show metadata (`outgoing_remove_headers`).
    if asked.value("temp_url_sig") == nil {
      for (name, value) in object.metadata { headers["X-Object-Meta-" + name] = value }
    }
    if let expires = object.expires { headers["X-Delete-At"] = String(expires.milliseconds / 1000) }
    guard asked.method == .head else {
      return Answer(200, bytes: object.bytes, type: object.type, headers: headers)
    }
    headers["Content-Type"] = object.type
    headers["Content-Length"] = String(object.bytes.count)
    return Answer(200, headers: headers)
  }

  /// A time as HTTP writes it: `Wed, 27 Jun 2012 09:30:00 GMT`.
  static func webTime(_ time: Timestamp) -> String {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let text = Array(time.description)
    let weekday = days[Int((time.milliseconds / 86_400_000) % 7)]
    let month = months[(Int(String(text[5..<7])) ?? 1) - 1]
    return "\(weekday), \(String(text[8..<10])) \(month) \(String(text[0..<4])) \(String(text[11..<19])) GMT"
  }

  // MARK: - Temporary URLs

  /// Checks a temporary URL's signature and time (Swift's `tempurl` middleware).
  func checkTemporaryURL(_ asked: Asked, account: String) throws(Refusal) {
    let refused = Refusal(401, "401 Unauthorized: Temp URL invalid\n", type: "TemporaryURL")
    let keys = store[String(account.dropFirst("AUTH_".count))]?.keys ?? []
    guard let signature = asked.value("temp_url_sig"), let expires = asked.value("temp_url_expires"),
      let time = Int64(expires) ?? Timestamp(iso8601: expires).map({ $0.milliseconds / 1000 }),
      time < 10_000_000_000, time * 1000 > now.milliseconds
    else { throw refused }
    let path = "/" + asked.path.joined(separator: "/")
    // A URL for any method is good for HEAD as well.
    let methods = asked.method == .head ? ["HEAD", "GET", "PUT", "POST", "DELETE"] : [asked.method.rawValue]
    let isGenuine = methods.contains { method in
      keys.contains { key in
        let text = "\(method)\n\(time)\n\(path)"
        return signature == Signature.hmacSHA256(text, key: Secret(key))
          || signature == Signature.hmacSHA1(text, key: Secret(key))
      }
    }
    if !isGenuine { throw refused }
  }
}
