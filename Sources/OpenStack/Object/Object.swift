import Ambience
import Document
import HTTP

extension ResourceKind {
  /// Bytes under a name.
  package static let object: ResourceKind = ResourceKind(
    .object, "", singular: "object", plural: "objects", summary: "Bytes under a name.",
    columns: ["name", "bytes", "type=content_type", "modified=last_modified"], idField: "name",
    nameFilter: .none, style: .headers,
    fields: [
      .text("name", "Its name, which may have slashes."), .text("content", "Its content, as text."),
      .text("content_type", "Its media type.").optional,
      .map("metadata", "Texts that Swift keeps for it.").optional,
    ],
    actions: [
      .custom("content", "Gives its content as text.", answer: .data()) { target, _ in
        let call = Call(.object, "GET", target.path, headers: ["Accept": "*/*"])
        return .string(String(decoding: try await target.cloud.send(call).bytes, as: UTF8.self))
      },
      .custom(
        "download", "Writes it to a file, piece by piece; the file is there only when it is whole.",
        [.file("path", "The file."), .progress]
      ) { target, arguments in
        let call = Call(.object, "GET", target.path)
        _ = try await target.cloud.download(
          call, to: arguments.text("path") ?? "", progress: arguments.progress)
        return .null
      },
      .custom("copy", "Copies it within the account.", [.text("to", "The copy, as `container/object`.")]) {
        target, arguments in
        let to = "/" + percentEncoded(arguments.text("to") ?? "", keeping: "/")
        let headers = ["X-Copy-From": target.path]
        let call = Call(.object, "PUT", to, headers: headers, body: .bytes([], type: ""))
        return try await target.cloud.send(call).value()
      },
      .custom(
        "temporary_url", "Gives a URL that anyone may use for a while.",
        [
          .integer("seconds", "How long; an hour if not given.").optional,
          .text("method", "`GET` if not given.").among("GET", "HEAD", "PUT", "POST", "DELETE").optional,
        ], answer: .data()
      ) { target, arguments in
        let swift = target.cloud.object
        let parts = target.path.dropFirst().split(separator: "/", maxSplits: 1)
        let expires = target.cloud.ambient.now() + .seconds(arguments.integer("seconds") ?? 3600)
        return .string(
          try await swift.temporaryURL(
            method: arguments.text("method") ?? "GET", object: target.id,
            in: percentDecoded(parts.first ?? ""), expires: expires, key: swift.temporaryURLKey()))
      },
      .custom("delete_all", "Deletes it with its segments, where it is a static large object.") { target, _ in
        let query: Query = ["multipart-manifest": "delete"]
        return try await target.send("DELETE", query: query).value()
      },
    ])
}
