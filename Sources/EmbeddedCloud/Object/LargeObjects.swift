import Document
import HTTP
import OrderedCollections
import Secrets

/// What joins other objects into a large one.
enum Joint: Sendable {
  /// A static large object: its segments by name, each `/container/object`, in order.
  case segments([String])
  /// A dynamic large object: all whose names begin so, in order (`X-Object-Manifest`).
  case prefix(container: String, String, header: String)
}

/// An object's content as readers get it.
struct ObjectContent {
  var bytes: [UInt8]
  /// The entity tag, in quotes where it isn't the content's digest.
  var tag: String
  var headers: Headers = [:]
}

extension EmbeddedCloud {
  /// The content of an object, joined where it is a large one.
  func content(_ object: StoredObject, _ project: String) -> ObjectContent {
    let parts: [StoredObject]
    var headers: Headers = [:]
    switch object.joint {
    case nil: return ObjectContent(bytes: object.bytes, tag: object.digest)
    case .segments(let names):
      parts = names.compactMap { segment($0, project) }
      headers = ["X-Static-Large-Object": "True", "X-Manifest-Etag": object.digest]
    case .prefix(let container, let prefix, let header):
      let objects = store[project]?.containers[container]?.objects ?? [:]
      parts = objects.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map(\.value)
      headers = ["X-Object-Manifest": header]
    }
    let tag = Digest.md5(Array(parts.map(\.digest).joined().utf8))
    return ObjectContent(bytes: parts.flatMap(\.bytes), tag: "\"\(tag)\"", headers: headers)
  }

  /// The object that a path such as `/container/object` names.
  func segment(_ path: String, _ project: String) -> StoredObject? {
    let parts = Self.parts(path)
    return store[project]?.containers[parts.container].flatMap { liveObjects($0)[parts.object] }
  }

  /// Container and object of a path with or without a slash before it.
  static func parts(_ path: String) -> (container: String, object: String) {
    let parts = path.drop { $0 == "/" }.split(separator: "/", maxSplits: 1).map(String.init)
    return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
  }

  // MARK: - Static large objects

  /// Keeps a manifest (`PUT …?multipart-manifest=put`) once all its segments are as it says.
  func joined(_ object: StoredObject, _ project: String) throws(Refusal) -> StoredObject {
    guard let value = try? Value.json(object.bytes) else {
      throw Refusal(400, "Manifest must be valid JSON.\n", type: Refusal.plainPage)
    }
    guard let items = value.list else {
      throw Refusal(400, "Manifest must be a list.\n", type: Refusal.plainPage)
    }
    var names: [String] = []
    var lines: [Value] = []
    var mistakes: [String] = []
    for item in items {
      let path = item["path"]?.string ?? ""
      guard let part = segment(path, project) else {
        mistakes.append("\(path), 404 Not Found")
        continue
      }
      if let size = item["size_bytes"]?.integer, size != Int64(part.bytes.count) {
        mistakes.append("\(path), Size Mismatch")
      }
      if let tag = item["etag"]?.string, tag != part.digest { mistakes.append("\(path), Etag Mismatch") }
      let name = path.hasPrefix("/") ? path : "/" + path
      names.append(name)
      lines.append([
        "name": .string(name), "bytes": .integer(Int64(part.bytes.count)), "hash": .string(part.digest),
        "content_type": .string(part.type), "last_modified": .string(Self.fine(part.modified)),
      ])
    }
    guard mistakes.isEmpty else {
      throw Refusal(400, "Errors:\n" + mistakes.joined(separator: "\n"), type: Refusal.textPage)
    }
    var object = object
    object.bytes = Array(Value.list(lines).jsonText().utf8)
    object.joint = .segments(names)
    return object
  }

  /// The manifest itself (`GET …?multipart-manifest=get`).
  func manifest(_ object: StoredObject) -> Answer {
    Answer(
      200, bytes: object.bytes, type: "application/json; charset=utf-8",
      headers: [
        "Etag": object.digest, "Last-Modified": Self.webTime(object.modified), "Accept-Ranges": "bytes",
        "X-Static-Large-Object": "True",
      ])
  }

  /// Deletes a static large object with its segments (`DELETE …?multipart-manifest=delete`).
  func deleteJoined(_ object: StoredObject, at path: String, _ call: Call, _ project: String) -> Answer {
    let segments = if case .segments(let names) = object.joint { names } else { [String]() }
    return deletion(of: segments + [path], call, project)
  }

  // MARK: - Deleting many

  /// Deletes what a body's lines name (`POST /v1/{account}?bulk-delete`).
  func deleteMany(_ call: Call, _ project: String) -> Answer {
    let lines = String(decoding: call.asked.body, as: UTF8.self).split(whereSeparator: \.isNewline)
    let paths = lines.map { percentDecoded($0.trimming(while: { $0 == " " })) }
    return deletion(of: paths.filter { !$0.isEmpty }, call, project)
  }

  private func deletion(of paths: [String], _ call: Call, _ project: String) -> Answer {
    var (deleted, missing) = (0, 0)
    var mistakes: [(String, String)] = []
    for path in paths {
      let parts = Self.parts(path)
      guard let container = store[project]?.containers[parts.container] else {
        missing += 1
        continue
      }
      if !parts.object.isEmpty {
        let found = store[project]?.containers[parts.container]?.objects.removeValue(forKey: parts.object)
        if found == nil { missing += 1 } else { deleted += 1 }
      } else if liveObjects(container).isEmpty {
        store[project]?.containers[parts.container] = nil
        deleted += 1
      } else {
        mistakes.append((path, "409 Conflict"))
      }
    }
    let isNothing = deleted == 0 && mistakes.isEmpty && missing == 0
    let status = mistakes.isEmpty && !isNothing ? "200 OK" : "400 Bad Request"
    let wantsJSON = (call.asked.headers["Accept"] ?? "").contains("application/json")
    if wantsJSON {
      let errors = mistakes.map { Value.list([.string($0.0), .string($0.1)]) }
      return Answer(
        200,
        [
          "Response Status": .string(status), "Response Body": "", "Number Deleted": .integer(Int64(deleted)),
          "Number Not Found": .integer(Int64(missing)), "Errors": .list(errors),
        ])
    }
    let lines =
      [
        "Number Deleted: \(deleted)", "Number Not Found: \(missing)", "Response Body: ",
        "Response Status: \(status)", "Errors:",
      ] + mistakes.map { "\($0.0), \($0.1)" }
    return Answer(200, bytes: Array((lines.joined(separator: "\n") + "\n").utf8), type: "text/plain")
  }
}

extension Substring {
  fileprivate func trimming(while isSpace: (Character) -> Bool) -> Substring {
    var text = drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
  }
}
