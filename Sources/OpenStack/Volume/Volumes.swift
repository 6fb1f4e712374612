import Document
import HTTP

extension Calls where Resource == Volume {
  /// All whose metadata has these values.
  package func list(metadata: [String: String]) async throws -> [Volume] {
    // Cinder wants Python's notation of a dictionary.
    let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(quoted($0.value))" }
    return try await list(["metadata": "{" + pairs.joined(separator: ", ") + "}"]).filter { volume in
      metadata.allSatisfy { volume.metadata[$0.key] == $0.value }
    }
  }

  /// Begins to make a volume larger; Cinder can't make one smaller.
  ///
  /// The size is in GiB.
  package func extend(_ id: String, to size: Int) async throws {
    // A volume in use needs 3.42.
    try await call(
      "POST", id, "/action", body: ["os-extend": ["new_size": .integer(Int64(size))]],
      needs: Microversion(3, 42))
  }

  /// Sets the given keys and leaves the others.
  package func setMetadata(_ id: String, _ metadata: [String: String]) async throws {
    try await call("POST", id, "/metadata", body: ["metadata": Value(metadata)])
  }

  package func deleteMetadata(_ id: String, key: String) async throws {
    try await call("DELETE", id, "/metadata/" + percentEncoded(key))
  }
}

private func quoted(_ text: String) -> String {
  "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
}
