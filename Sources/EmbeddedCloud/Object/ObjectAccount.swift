import Ambience
import Document
import HTTP
import OrderedCollections
import Secrets

/// What a project has in the object store.
struct ObjectAccount: Sendable {
  var containers: [String: ObjectContainer] = [:]
  /// The account's own metadata, such as the keys of temporary URLs, by the rest of the header's name.
  var metadata: OrderedDictionary<String, String> = [:]

  /// The keys that temporary URLs may be signed with.
  var keys: [String] { ["Temp-Url-Key", "Temp-Url-Key-2"].compactMap { metadata[$0] } }
}

struct ObjectContainer: Sendable {
  var objects: [String: StoredObject] = [:]
  var metadata: OrderedDictionary<String, String> = [:]
  let made: Timestamp
  /// The container that what is written over goes to, and comes back from on deletion.
  var versions: String?
  /// The container that what is written over or deleted goes to.
  var history: String?

  var size: Int { objects.values.reduce(0) { $0 + $1.bytes.count } }
}

struct StoredObject: Sendable {
  var bytes: [UInt8]
  var type: String
  var modified: Timestamp
  /// When it goes away by itself; nil for never.
  var expires: Timestamp?
  var metadata: OrderedDictionary<String, String>
  /// What a large object is joined of; its own bytes are then its manifest, if it has one.
  var joint: Joint?

  var isStatic: Bool { if case .segments = joint { true } else { false } }
  var digest: String { Digest.md5(bytes) }
}

extension Headers {
  /// The headers of metadata, by the rest of their names with capitals.
  func metadata(_ prefix: String) -> OrderedDictionary<String, String> {
    var found: OrderedDictionary<String, String> = [:]
    for (name, value) in fields where name.lowercased().hasPrefix(prefix.lowercased()) {
      found[Self.capitalised(name.dropFirst(prefix.count))] = value
    }
    return found
  }

  private static func capitalised(_ name: Substring) -> String {
    name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
      .joined(separator: "-")
  }

  /// Changes metadata as `X-…-Meta-Name` and `X-Remove-…-Meta-Name` say.
  func update(_ metadata: inout OrderedDictionary<String, String>, _ kind: String) {
    for (name, value) in self.metadata("X-\(kind)-Meta-") {
      metadata[name] = value.isEmpty ? nil : value
    }
    for name in self.metadata("X-Remove-\(kind)-Meta-").keys { metadata[name] = nil }
  }
}
