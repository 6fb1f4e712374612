package import Document
import OrderedCollections

/// The calls that every kind of resource has.
///
/// What only one kind has is in an extension beside its model, or among the kind's actions.
package struct Calls<Resource: CloudThing>: Sendable {
  package let cloud: Cloud
  package let kind: ResourceKind
  /// The path of what they belong to.
  let parent: String

  package init(_ cloud: Cloud, _ kind: ResourceKind, under parent: String = "") {
    self.cloud = cloud
    self.kind = kind
    self.parent = parent
  }

  /// All that match, page by page as they are asked for.
  ///
  /// `pageSize` is the most to ask for at once; without it, the service decides.
  package func pages(_ filter: Query = [:], pageSize: Int? = nil) -> Pages<Resource> {
    var query = filter
    if let pageSize { query["limit"] = String(pageSize) }
    return Pages(cloud: cloud, kind: kind, path: parent + kind.listPath, query: query)
  }

  /// All that match.
  package func list(_ filter: Query = [:]) async throws -> [Resource] {
    var found: [Resource] = []
    for try await resource in pages(filter) { found.append(resource) }
    return found
  }

  /// The one of an id; throws `not_found` when there is none.
  package func get(_ id: String) async throws -> Resource {
    try await one(Call(kind.service, kind.style == .headers ? "HEAD" : "GET", path(of: id)), id)
  }

  /// The one of an id, or nil.
  package func getIfPresent(_ id: String) async throws -> Resource? {
    do { return try await get(id) } catch let error as OpenStackError where error.code == .notFound {
      return nil
    }
  }

  package func create<New: NewResource>(_ new: New) async throws -> Resource where New.Resource == Resource {
    try await create(fields: new.body, needs: new.needs)
  }

  /// Creates one from the API's own fields.
  package func create(fields: Value, needs: Microversion? = nil) async throws -> Resource {
    if kind.style == .headers { return try await put(fields) }
    return try await one(
      Call(
        kind.service, "POST", parent + kind.path, body: .json(kind.enveloped(fields)),
        needs: needs ?? kind.needs))
  }

  /// Changes the given fields.
  package func update(_ id: String, _ fields: Value) async throws -> Resource {
    try await one(change(id, fields), id)
  }

  /// Begins to delete one; throws `not_found` when there is none.
  package func delete(_ id: String, _ query: Query = [:]) async throws {
    _ = try await cloud.send(Call(kind.service, "DELETE", path(of: id), query: query))
  }

  /// Begins to delete one and says whether there was any.
  @discardableResult
  package func deleteIfPresent(_ id: String, _ query: Query = [:]) async throws -> Bool {
    do {
      try await delete(id, query)
      return true
    } catch let error as OpenStackError where error.code == .notFound {
      return false
    }
  }

  // MARK: - For the extensions of each kind

  func path(of id: String) -> String { parent + kind.path(of: id) }

  /// Makes a call about one resource and gives its JSON.
  @discardableResult
  func call(
    _ method: String, _ id: String, _ tail: String = "", body: Value? = nil, needs: Microversion? = nil
  ) async throws -> Value {
    let call = Call(
      kind.service, method, path(of: id) + tail, body: body.map { .json($0) } ?? .none, needs: needs)
    return try await cloud.send(call).value()
  }

  /// Makes a call whose answer is one resource; an answer without content is asked for by the `id`.
  func one(_ call: Call, _ id: String? = nil) async throws -> Resource {
    let answer = try await cloud.send(call)
    if kind.style == .headers, let id { return try await read(answer, id) }
    let value = try answer.value()
    if value.isNull, let id, call.method != "GET" { return try await get(id) }
    guard let resource = Resource(kind.unwrapped(value), of: kind) else {
      throw answer.unexpected("it describes no \(kind.label)")
    }
    return resource
  }

  /// Creates one from a body that is in no envelope.
  func create(body: Value) async throws -> Resource {
    try await one(Call(kind.service, "POST", parent + kind.path, body: .json(body)))
  }

  private func change(_ id: String, _ fields: Value) -> Call {
    switch kind.update {
    case _ where kind.style == .headers: headerCall("POST", id, fields)
    case .jsonPatch: Call(kind.service, "PATCH", path(of: id), body: jsonPatch(fields))
    default:
      Call(kind.service, kind.update.rawValue, path(of: id), body: .json(kind.enveloped(fields)))
    }
  }
}

extension Calls where Resource: CloudResource {
  init(_ cloud: Cloud, under parent: String = "") { self.init(cloud, Resource.kind, under: parent) }
}

/// The steps that set fields, or with null remove them (RFC 6902; Glance's media type).
private func jsonPatch(_ fields: Value) -> Call.Body {
  let steps = (fields.map ?? [:]).map { name, value -> Value in
    let path = Value.string("/" + name.replacing("~", with: "~0").replacing("/", with: "~1"))
    return value.isNull
      ? ["op": "remove", "path": path] : ["op": "add", "path": path, "value": value]
  }
  return .bytes(
    Array(Value.list(steps).jsonText().utf8), type: "application/openstack-images-v2.1-json-patch")
}
