import Document

/// A resource of Neutron's that keeps tags.
package protocol TaggedResource: CloudResource {
  var tags: [String] { get }
}

extension Calls where Resource: TaggedResource {
  /// All that have every one of these tags.
  package func list(tags: [String]) async throws -> [Resource] {
    try await list(["tags": tags.joined(separator: ",")])
  }

  /// Replaces all tags.
  package func setTags(_ id: String, _ tags: [String]) async throws {
    try await call("PUT", id, "/tags", body: ["tags": Value(tags)])
  }

  package func addTag(_ id: String, _ tag: String) async throws {
    try await call("PUT", id, "/tags/" + percentEncoded(tag))
  }

  package func removeTag(_ id: String, _ tag: String) async throws {
    try await call("DELETE", id, "/tags/" + percentEncoded(tag))
  }
}
