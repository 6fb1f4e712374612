import Ambience
import Document
import HTTP
import OrderedCollections
import Secrets

extension EmbeddedCloud {
  func object(_ call: Call, _ project: String) throws(Refusal) -> Answer {
    let (container, name) = (call["container"], call["object"])
    let manifest = call.asked.value("multipart-manifest")
    guard let found = store[project]?.containers[container] else { throw .noPath }
    if call.asked.method == .put {
      var object = try stored(call.asked, project)
      if manifest == "put" { object = try joined(object, project) }
      if let location = found.versions ?? found.history {
        archive(found.objects[name], named: name, in: location, project)
      }
      store[project]?.containers[container]?.objects[name] = object
      let tag = manifest == "put" ? content(object, project).tag : object.digest
      var headers: Headers = ["Etag": tag, "Last-Modified": Self.webTime(object.modified)]
      if let path = call.asked.headers["X-Copy-From"],
        let source = segment(percentDecoded(path[...]), project)
      {
        headers["X-Copied-From"] = String(path.drop { $0 == "/" })
        headers["X-Copied-From-Account"] = "AUTH_" + project
        headers["X-Copied-From-Last-Modified"] = Self.webTime(source.modified)
      }
      return .html(201, headers: headers)
    }
    guard let object = liveObjects(found)[name] else { throw .noPath }
    switch call.asked.method {
    case .get where manifest == "get" && object.isStatic: return self.manifest(object)
    case .get, .head: return show(object, call.asked, project)
    case .post:
      store[project]?.containers[container]?.objects[name]?.metadata =
        call.asked.headers.metadata("X-Object-Meta-")
      return .html(202, Self.acceptedPage)
    case .delete where manifest == "delete":
      return deleteJoined(object, at: "/\(container)/\(name)", call, project)
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

  /// What a request stores: its body, or a copy of what it names.
  private func stored(_ asked: Asked, _ project: String) throws(Refusal) -> StoredObject {
    let now = self.now
    var expires = asked.headers["X-Delete-At"].flatMap { Int64($0) }.map {
      Timestamp(milliseconds: $0 * 1000)
    }
    if let seconds = asked.headers["X-Delete-After"].flatMap({ Int($0) }) {
      expires = now + .seconds(seconds)
    }
    var object = StoredObject(
      bytes: asked.body, type: asked.headers["Content-Type"] ?? "application/octet-stream", modified: now,
      expires: expires, metadata: asked.headers.metadata("X-Object-Meta-"))
    if let header = asked.headers["X-Object-Manifest"] {
      let (container, prefix) = Self.parts(percentDecoded(header[...]))
      object.joint = .prefix(container: container, prefix, header: header)
    }
    if let path = asked.headers["X-Copy-From"] {
      guard let source = segment(percentDecoded(path[...]), project) else { throw .noPath }
      object.bytes = content(source, project).bytes
      object.type = source.type
      object.metadata = source.metadata.merging(object.metadata) { $1 }
    }
    return object
  }

  private func show(_ object: StoredObject, _ asked: Asked, _ project: String) -> Answer {
    let content = content(object, project)
    var headers: Headers = [
      "Etag": content.tag, "Last-Modified": Self.webTime(object.modified), "Accept-Ranges": "bytes",
    ]
    for (name, value) in content.headers.fields { headers[name] = value }
    // A temporary URL doesn't show metadata (`outgoing_remove_headers`).
    if asked.value("temp_url_sig") == nil {
      for (name, value) in object.metadata { headers["X-Object-Meta-" + name] = value }
    }
    if let expires = object.expires { headers["X-Delete-At"] = String(expires.milliseconds / 1000) }
    let size = content.bytes.count
    if asked.method == .head {
      headers["Content-Type"] = object.type
      headers["Content-Length"] = String(size)
      return Answer(200, headers: headers)
    }
    guard let range = asked.headers["Range"].flatMap(ByteRange.init) else {
      return Answer(200, bytes: content.bytes, type: object.type, headers: headers)
    }
    guard let part = range.part(of: size) else {
      headers["Content-Range"] = "bytes */\(size)"
      return Answer(416, bytes: Self.rangePage, type: object.type, headers: headers)
    }
    headers["Content-Range"] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
    return Answer(206, bytes: Array(content.bytes[part]), type: object.type, headers: headers)
  }

  private static let rangePage = Array(
    "<html><h1>Requested Range Not Satisfiable</h1><p>The Range requested is not available.</p></html>".utf8)

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
    let refused = Refusal(401, "401 Unauthorized: Temp URL invalid\n", type: Refusal.plainPage)
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
