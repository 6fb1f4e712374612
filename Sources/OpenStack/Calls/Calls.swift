package import Document

/// The calls that every kind of resource has.
///
/// What only one kind has is in an extension beside its model.
package struct Calls<Resource: CloudResource>: Sendable {
  let cloud: Cloud
  private let path: String
  private let listPath: String
  private var kind: ResourceKind { Resource.kind }

  init(_ cloud: Cloud, under parent: String = "") {
    self.cloud = cloud
    path = parent + Resource.kind.path
    listPath = parent + Resource.kind.listPath
  }

  /// All that match, page by page as they are asked for.
  ///
  /// `pageSize` is the most to ask for at once; without it, the service decides.
  package func pages(_ filter: Query = [:], pageSize: Int? = nil) -> Pages<Resource> {
    var query = filter
    if let pageSize { query["limit"] = String(pageSize) }
    return Pages(cloud: cloud, path: listPath, query: query)
  }

  /// All that match.
  package func list(_ filter: Query = [:]) async throws -> [Resource] {
    var found: [Resource] = []
    for try await resource in pages(filter) { found.append(resource) }
    return found
  }

  /// The one of an id; throws `not_found` when there is none.
  package func get(_ id: String) async throws -> Resource {
    try await one(Call(kind.service, "GET", path(of: id)))
  }

  /// The one of an id, or nil.
  package func getIfPresent(_ id: String) async throws -> Resource? {
    do { return try await get(id) } catch let error as OpenStackError where error.code == .notFound {
      return nil
    }
  }

  /// The one whose id or name is given.
  ///
  /// - Throws: `not_found`, with a name that may have been meant, or `ambiguous`.
  package func find(_ nameOrID: String, _ filter: Query = [:]) async throws -> Resource {
    let all = try await list(filter)
    if let byID = all.first(where: { $0.id == nameOrID }) { return byID }
    let named = all.filter { $0.name == nameOrID }
    if let only = named.first, named.count == 1 { return only }
    if named.isEmpty { throw unknown(nameOrID, among: all) }
    throw OpenStackError(
      .ambiguous, "\(named.count) \(kind.label)s are named \(nameOrID)", service: kind.service,
      hint: "use one of the ids \(named.prefix(5).map(\.id).joined(separator: ", "))")
  }

  package func create<New: NewResource>(_ new: New) async throws -> Resource where New.Resource == Resource {
    try await create(fields: new.body, needs: new.needs)
  }

  /// Creates one from the API's own fields.
  package func create(fields: Value, needs: Microversion? = nil) async throws -> Resource {
    try await one(Call(kind.service, "POST", path, body: .json(enveloped(fields)), needs: needs))
  }

  /// Changes the given fields.
  package func update(_ id: String, _ fields: Value) async throws -> Resource {
    try await one(Call(kind.service, kind.updateMethod, path(of: id), body: .json(enveloped(fields))))
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

  func path(of id: String) -> String { path + "/" + percentEncoded(id) }

  /// Makes a call about one resource and gives its JSON.
  @discardableResult
  func call(
    _ method: String, _ id: String, _ tail: String = "", body: Value? = nil, needs: Microversion? = nil
  ) async throws -> Value {
    let call = Call(
      kind.service, method, path(of: id) + tail, body: body.map { .json($0) } ?? .none, needs: needs)
    return try await cloud.send(call).value()
  }

  /// Makes a call whose answer is one resource.
  func one(_ call: Call) async throws -> Resource {
    let answer = try await cloud.send(call)
    let value = try answer.value()
    guard let resource = Resource(kind.hasEnvelope ? value[kind.singular] ?? value : value) else {
      throw answer.unexpected("it describes no \(kind.label)")
    }
    return resource
  }

  /// Creates one from a body that is in no envelope.
  func create(body: Value) async throws -> Resource {
    try await one(Call(kind.service, "POST", path, body: .json(body)))
  }

  private func enveloped(_ fields: Value) -> Value {
    kind.hasEnvelope ? [kind.singular: fields] : fields
  }

  private func unknown(_ name: String, among all: [Resource]) -> OpenStackError {
    OpenStackError(
      .notFound, "there is no \(kind.label) \(name)", service: kind.service,
      hint: nearest(to: name, among: all.map(\.name)).map { "did you mean \($0)?" })
  }
}
