import Document
import HTTP

/// A resource of Neutron's that keeps tags.
package protocol TaggedResource: CloudResource {
  var tags: [String] { get }
}

extension Networking {
  /// What all that keeps tags can do with them.
  static let tagActions: [Action] = [
    .call("tags", "GET", "/tags", "Lists its tags.", answer: .data("tags")),
    .call(
      "set_tags", "PUT", "/tags", "Replaces all its tags.", [.list("tags", "The tags.")],
      body: .value("tags", of: "tags"), answer: .data("tags")),
    .call("add_tag", "PUT", "/tags/{tag}", "Adds a tag.", [.text("tag", "The tag.")]),
    .call("remove_tag", "DELETE", "/tags/{tag}", "Takes a tag away.", [.text("tag", "The tag.")]),
  ]
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
