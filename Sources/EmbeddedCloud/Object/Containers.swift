import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func account(_ call: Call, _ project: String) throws(Refusal) -> Answer {
    switch call.asked.method {
    case .post where call.asked.value("bulk-delete") != nil: return deleteMany(call, project)
    case .post, .put:
      call.asked.headers.update(&store[project, default: ObjectAccount()].metadata, "Account")
      return .html(204)
    case .head: return Answer(204, headers: accountHeaders(project).with(type: "text/plain"))
    case .get:
      let containers = store[project]?.containers ?? [:]
      let entries = listing(containers.keys, call.asked).map { name, isFolder -> Value in
        guard !isFolder, let container = containers[name] else { return ["subdir": .string(name)] }
        return [
          "name": .string(name), "count": .integer(Int64(container.objects.count)),
          "bytes": .integer(Int64(container.size)), "last_modified": .string(Self.fine(container.made)),
        ]
      }
      return objectListing(entries, call.asked, accountHeaders(project))
    default: throw .notAllowed
    }
  }

  private func accountHeaders(_ project: String) -> Headers {
    let account = store[project] ?? ObjectAccount()
    let objects = String(account.containers.values.reduce(0) { $0 + $1.objects.count })
    let bytes = String(account.containers.values.reduce(0) { $0 + $1.size })
    var headers: Headers = [
      "X-Account-Container-Count": String(account.containers.count), "X-Account-Object-Count": objects,
      "X-Account-Bytes-Used": bytes, "X-Account-Project-Domain-Id": "default",
      "X-Account-Storage-Policy-Policy-0-Container-Count": String(account.containers.count),
      "X-Account-Storage-Policy-Policy-0-Object-Count": objects,
      "X-Account-Storage-Policy-Policy-0-Bytes-Used": bytes,
    ]
    for (name, value) in account.metadata { headers["X-Account-Meta-" + name] = value }
    return headers
  }

  // MARK: - Containers

  func container(_ call: Call, _ project: String) throws(Refusal) -> Answer {
    let name = call["container"]
    if call.asked.method == .put { return putContainer(name, call, project) }
    guard let container = store[project]?.containers[name] else { throw .noPath }
    switch call.asked.method {
    case .post:
      store[project]?.containers[name] = changed(container, call.asked.headers)
      return .html(204)
    case .head: return Answer(204, headers: containerHeaders(container).with(type: "text/plain"))
    case .get:
      let objects = liveObjects(container)
      let entries = listing(objects.keys, call.asked).map { name, isFolder -> Value in
        guard !isFolder, let object = objects[name] else { return ["subdir": .string(name)] }
        return describe(object, name, project)
      }
      return objectListing(entries, call.asked, containerHeaders(container))
    case .delete:
      guard liveObjects(container).isEmpty else {
        throw .conflict("There was a conflict when trying to complete your request.")
      }
      store[project]?.containers[name] = nil
      return .html(204)
    default: throw .notAllowed
    }
  }

  /// An object's line in a list.
  private func describe(_ object: StoredObject, _ name: String, _ project: String) -> Value {
    var fields: Fields = [
      "bytes": .integer(Int64(object.bytes.count)), "hash": .string(object.digest), "name": .string(name),
      "content_type": .string(object.type), "last_modified": .string(Self.fine(object.modified)),
    ]
    if object.isStatic {
      let content = content(object, project)
      fields["bytes"] = .integer(Int64(content.bytes.count))
      fields["slo_etag"] = .string(content.tag)
    }
    return .map(fields)
  }

  private func putContainer(_ name: String, _ call: Call, _ project: String) -> Answer {
    let isNew = store[project]?.containers[name] == nil
    let container = store[project]?.containers[name] ?? ObjectContainer(made: now)
    store[project, default: ObjectAccount()].containers[name] = changed(container, call.asked.headers)
    return isNew ? .html(201) : .html(202, Self.acceptedPage)
  }

  /// A container with what a request's headers say about it.
  private func changed(_ container: ObjectContainer, _ headers: Headers) -> ObjectContainer {
    var container = container
    headers.update(&container.metadata, "Container")
    if let location = headers["X-Versions-Location"] {
      container.versions = location.isEmpty ? nil : location
    }
    if let location = headers["X-History-Location"] { container.history = location.isEmpty ? nil : location }
    if headers["X-Remove-Versions-Location"] != nil { container.versions = nil }
    if headers["X-Remove-History-Location"] != nil { container.history = nil }
    return container
  }

  static let acceptedPage =
    "<html><h1>Accepted</h1><p>The request is accepted for processing.</p></html>"

  private func containerHeaders(_ container: ObjectContainer) -> Headers {
    var headers: Headers = [
      "X-Container-Object-Count": String(liveObjects(container).count),
      "X-Container-Bytes-Used": String(container.size), "X-Storage-Policy": "Policy-0",
    ]
    for (name, value) in container.metadata { headers["X-Container-Meta-" + name] = value }
    headers["X-Versions-Location"] = container.versions
    headers["X-History-Location"] = container.history
    return headers
  }

  /// The objects whose time hasn't come.
  func liveObjects(_ container: ObjectContainer) -> [String: StoredObject] {
    let now = self.now
    return container.objects.filter { $0.value.expires.map { $0 > now } ?? true }
  }

  // MARK: - Lists

  /// The names that a query asks for, in order; what comes before a delimiter is a folder.
  private func listing(
    _ names: some Sequence<String>, _ asked: Asked
  ) -> [(name: String, isFolder: Bool)] {
    let prefix = asked.value("prefix") ?? ""
    let marker = asked.value("marker") ?? ""
    let end = asked.value("end_marker") ?? ""
    var entries: OrderedDictionary<String, Bool> = [:]
    for name in names.sorted() where name.hasPrefix(prefix) && name > marker && (end.isEmpty || name < end) {
      let rest = name.dropFirst(prefix.count)
      if let delimiter = asked.value("delimiter")?.first, let cut = rest.firstIndex(of: delimiter) {
        let folder = prefix + rest[...cut]
        if folder > marker { entries[folder] = true }
      } else {
        entries[name] = false
      }
    }
    let limit = asked.value("limit").flatMap { Int($0) } ?? 10_000
    return entries.prefix(max(0, limit)).map { ($0.key, $0.value) }
  }

  private func objectListing(_ entries: [Value], _ asked: Asked, _ headers: Headers) -> Answer {
    let wantsJSON =
      asked.value("format") == "json" || (asked.headers["Accept"] ?? "").contains("application/json")
    if wantsJSON {
      var answer = Answer(200, .list(entries), headers: headers)
      answer.headers["Content-Type"] = "application/json; charset=utf-8"
      return answer
    }
    let lines = entries.compactMap { ($0["name"] ?? $0["subdir"])?.string }.map { $0 + "\n" }.joined()
    guard !lines.isEmpty else { return Answer(204, headers: headers.with(type: "text/plain")) }
    return Answer(200, bytes: Array(lines.utf8), type: "text/plain; charset=utf-8", headers: headers)
  }
}

extension Headers {
  fileprivate func with(type: String) -> Headers {
    var headers = self
    headers["Content-Type"] = type + "; charset=utf-8"
    return headers
  }
}
