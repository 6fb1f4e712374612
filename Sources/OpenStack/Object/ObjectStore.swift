import Document
import HTTP

/// Swift's calls (Object Storage API v1).
package struct ObjectStore: Sendable {
  let cloud: Cloud

  package struct Container: Sendable, Hashable {
    package let name: String
    package let objectCount: Int
    package let byteCount: Int64
  }

  package struct Object: Sendable, Hashable {
    package let name: String
    package let byteCount: Int64
    package let contentType: String?
    /// The MD5 of the content, in hexadecimal.
    package let etag: String?
  }

  // MARK: - Containers

  package func containers(prefix: String = "") async throws -> [Container] {
    try await names("", prefix: prefix).compactMap { raw in
      raw["name"]?.string.map {
        Container(
          name: $0, objectCount: Int(raw["count"]?.integer ?? 0), byteCount: raw["bytes"]?.integer ?? 0)
      }
    }
  }

  /// Creates a container; one that exists already is left as it is.
  ///
  /// With `keepsVersions`, what is written over an object leaves the old content in the container (Swift's
  /// versioned writes); see `versions(of:in:)`.
  ///
  /// - Throws: `badRequest` of status 412 when the cloud's operator has forbidden versions.
  package func createContainer(
    _ container: String, metadata: [String: String] = [:], keepsVersions: Bool = false
  ) async throws {
    var headers = Dictionary(uniqueKeysWithValues: metadata.map { ("X-Container-Meta-\($0.key)", $0.value) })
    if keepsVersions { headers["X-Versions-Location"] = percentEncoded(container) }
    _ = try await cloud.send(Call(.object, "PUT", path(container), headers: headers))
  }

  /// Deletes a container, which must be empty (`conflict`).
  package func deleteContainer(_ container: String) async throws {
    _ = try await cloud.send(Call(.object, "DELETE", path(container)))
  }

  // MARK: - Objects

  package func objects(in container: String, prefix: String = "") async throws -> [Object] {
    try await names(path(container), prefix: prefix).compactMap { raw in
      raw["name"]?.string.map {
        Object(
          name: $0, byteCount: raw["bytes"]?.integer ?? 0, contentType: raw["content_type"]?.string,
          etag: raw["hash"]?.string)
      }
    }
  }

  /// The objects that hold what was written to an object before its present content, oldest first.
  ///
  /// Swift names them by the object's name, its length in hexadecimal before and a time after it.
  package func versions(of object: String, in container: String) async throws -> [Object] {
    let length = String(object.utf8.count, radix: 16)
    let padding = String(repeating: "0", count: max(0, 3 - length.count))
    return try await objects(in: container, prefix: "\(padding)\(length)\(object)/")
  }

  package func get(_ object: String, in container: String) async throws -> [UInt8] {
    try await cloud.send(Call(.object, "GET", path(container, object))).bytes
  }

  /// An object's content, and when it was written (`X-Timestamp`): its name among the versions later.
  package func read(_ object: String, in container: String) async throws -> (written: String, bytes: [UInt8])
  {
    let answer = try await cloud.send(Call(.object, "GET", path(container, object)))
    return (answer.header("X-Timestamp") ?? "", answer.bytes)
  }

  /// The metadata of an object (`X-Object-Meta-…`, names in lower case); nil when there is none.
  package func head(_ object: String, in container: String) async throws -> [String: String]? {
    do {
      let answer = try await cloud.send(Call(.object, "HEAD", path(container, object)))
      return answer.headers(startingWith: "X-Object-Meta-")
    } catch let error as OpenStackError where error.code == .notFound {
      return nil
    }
  }

  package func put(
    _ object: String, in container: String, _ bytes: [UInt8], type: String = "application/octet-stream",
    metadata: [String: String] = [:], deleteAfter seconds: Int? = nil
  ) async throws {
    var headers = Dictionary(uniqueKeysWithValues: metadata.map { ("X-Object-Meta-\($0.key)", $0.value) })
    if let seconds { headers["X-Delete-After"] = String(seconds) }
    _ = try await cloud.send(
      Call(.object, "PUT", path(container, object), headers: headers, body: .bytes(bytes, type: type)))
  }

  package func delete(_ object: String, in container: String) async throws {
    _ = try await cloud.send(Call(.object, "DELETE", path(container, object)))
  }

  // MARK: - Paths and lists

  func path(_ container: String, _ object: String? = nil) -> String {
    "/" + percentEncoded(container) + (object.map { "/" + percentEncoded($0, keeping: "/") } ?? "")
  }

  /// A whole list: Swift gives the names after a marker, at most 10,000 at once.
  private func names(_ path: String, prefix: String) async throws -> [Value] {
    var all: [Value] = []
    for _ in 0..<pageLimit {
      var query: Query = ["format": "json"]
      if !prefix.isEmpty { query["prefix"] = prefix }
      if let last = all.last?["name"]?.string { query["marker"] = last }
      let page = try await cloud.send(Call(.object, "GET", path, query: query)).value().list ?? []
      if page.isEmpty { return all }
      all += page
    }
    throw OpenStackError(.badResponse, "Swift's list has no end", service: .object)
  }
}
