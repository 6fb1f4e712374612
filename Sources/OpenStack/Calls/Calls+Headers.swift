import Document
import HTTP
import OrderedCollections

/// Swift's way: what there is to know of a container or an object is in headers.
extension Calls {
  /// Makes one from its name and facts, or sets those of one that exists.
  func put(_ fields: Value) async throws -> Resource {
    guard let name = fields["name"]?.string, !name.isEmpty else {
      throw OpenStackError(
        .badRequest, "a new \(kind.label) needs a name", service: kind.service, hint: "give name = \"…\"")
    }
    _ = try await cloud.send(headerCall("PUT", name, fields))
    return try await get(name)
  }

  /// A call that sets facts: `metadata`, and headers by their name with `_` for `-`.
  func headerCall(_ method: String, _ id: String, _ fields: Value) -> Call {
    var headers: [String: String] = [:]
    for (name, value) in fields.map ?? [:] where !["name", "metadata", "content"].contains(name) {
      headers[headerName(name)] = value.scalarText ?? ""
    }
    for (name, value) in fields["metadata"]?.map ?? [:] {
      headers["X-\(metaName)-Meta-\(name)"] = value.scalarText ?? ""
    }
    let body = fields["content"]?.string.map { Array($0.utf8) }
    return Call(
      kind.service, method, path(of: id), headers: headers,
      body: body.map { .bytes($0, type: headers["Content-Type"] ?? "application/octet-stream") } ?? .none)
  }

  /// The facts that an answer's headers tell.
  func read(_ answer: Answer, _ id: String) async throws -> Resource {
    if answer.exchange.request.method != .head { return try await get(id) }
    var fields: OrderedDictionary<String, Value> = ["name": .string(id)]
    var metadata: OrderedDictionary<String, Value> = [:]
    let meta = "x-\(metaName.lowercased())-meta-"
    for (name, text) in answer.response.headers.fields {
      let name = name.lowercased()
      if name.hasPrefix(meta) {
        metadata[String(name.dropFirst(meta.count))] = .string(text)
      } else if let field = fieldName(name) {
        fields[field] = Int64(text).map { .integer($0) } ?? .string(text)
      }
    }
    fields["metadata"] = .map(metadata)
    guard let resource = Resource(.map(fields), of: kind) else {
      throw answer.unexpected("it describes no \(kind.label)")
    }
    return resource
  }

  private var metaName: String { kind.word == "container" ? "Container" : "Object" }

  private func headerName(_ field: String) -> String {
    let name = field.replacing("_", with: "-")
    let standard = ["content-type", "content-encoding", "content-disposition", "etag"]
    if standard.contains(name) || name.hasPrefix("x-") { return name }
    return kind.word == "container" ? "X-Container-\(name)" : "X-\(name)"
  }

  private func fieldName(_ header: String) -> String? {
    let known = [
      "content-length": "bytes", "content-type": "content_type", "etag": "hash",
      "last-modified": "last_modified",
      "x-container-object-count": "count", "x-container-bytes-used": "bytes",
    ]
    if let name = known[header] {
      return kind.word == "container" && header.hasPrefix("content") ? nil : name
    }
    guard header.hasPrefix("x-"), !header.hasPrefix("x-trans"), !header.hasPrefix("x-openstack") else {
      return nil
    }
    let own = header.dropFirst(2)
    return (own.hasPrefix("container-") ? String(own.dropFirst(10)) : String(own)).replacing("-", with: "_")
  }
}
