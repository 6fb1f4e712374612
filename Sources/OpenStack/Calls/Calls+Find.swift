import Document

extension Calls {
  /// The one whose id or name is given.
  ///
  /// - Throws: `not_found`, with a name that may have been meant, or `ambiguous`, with the ids of all that are meant.
  package func find(_ nameOrID: String, _ filter: Query = [:]) async throws -> Resource {
    if let found = try await findIfPresent(nameOrID, filter) { return found }
    throw try await unknown(nameOrID, among: filter)
  }

  /// The one whose id or name is given, or nil; throws `ambiguous` when several have the name.
  package func findIfPresent(_ nameOrID: String, _ filter: Query = [:]) async throws -> Resource? {
    let canGet = kind.verbs.contains(.get)
    let looksLikeID = canGet && (isIdentifier(nameOrID) || kind.isGotByName)
    if looksLikeID, let found = try await getIfPresent(nameOrID) { return found }
    if kind.verbs.contains(.list) {
      let all = try await list(named: nameOrID, filter)
      if let byID = all.first(where: { $0.id == nameOrID }) { return byID }
      let named = all.filter { $0.name == nameOrID }
      if named.count > 1 { throw ambiguous(nameOrID, named) }
      if let only = named.first { return only }
      if kind.filter(byName: nameOrID) == nil { return nil }
    }
    return canGet && !looksLikeID ? try await got(nameOrID) : nil
  }

  /// What may have the name; all where the service can't filter by it.
  private func list(named name: String, _ filter: Query) async throws -> [Resource] {
    guard let named = kind.filter(byName: name) else { return try await list(filter) }
    var query = filter
    for item in named.items { query[item.name] = item.value }
    return try await list(query)
  }

  /// The one of something that needn't look like an id; a service may refuse what doesn't.
  private func got(_ id: String) async throws -> Resource? {
    do { return try await getIfPresent(id) } catch let error as OpenStackError where error.code == .badRequest
    {
      return nil
    }
  }

  private func ambiguous(_ name: String, _ named: [Resource]) -> OpenStackError {
    let shown = named.prefix(8).map { one in
      kind.status(of: one.raw).map { "\(one.id) (\($0))" } ?? one.id
    }
    let rest = named.count > 8 ? " and \(named.count - 8) more" : ""
    return OpenStackError(
      .ambiguous, "\(named.count) \(kind.words.replacing("_", with: " ")) are named \(name)",
      service: kind.service, hint: "use one of the ids \(shown.joined(separator: ", "))\(rest)")
  }

  private func unknown(_ name: String, among filter: Query) async throws -> OpenStackError {
    let all = kind.verbs.contains(.list) ? try await list(filter).map(\.name) : []
    return OpenStackError(
      .notFound, "there is no \(kind.label) \(name)", service: kind.service,
      hint: nearest(to: name, among: all).map { "did you mean \($0)?" })
  }
}

/// Whether a text is a UUID, with or without its dashes, as services give for ids.
package func isIdentifier(_ text: String) -> Bool {
  let digits = text.utf8.count == 36 ? text.replacing("-", with: "") : text
  return digits.utf8.count == 32 && digits.allSatisfy(\.isHexDigit)
}
