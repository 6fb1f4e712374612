import Document
import HTTP

extension ResourceKind {
  /// A folder of objects.
  package static let container: ResourceKind = ResourceKind(
    .object, "", singular: "container", plural: "containers", summary: "A folder of objects.",
    columns: ["name", "count", "bytes"],
    idField: "name",
    nameFilter: .none, style: .headers,
    fields: [
      .text("name", "Its name."), .map("metadata", "Texts that Swift keeps for it.").optional,
      .text("read", "Who may read it, such as `.r:*`.").optional,
      .text("write", "Who may write to it.").optional,
    ],
    actions: [
      .custom(
        "upload", "Keeps a file as an object, in segments where it is large.",
        [
          .file("path", "The file."), .text("name", "The object's name; the file's if not given.").optional,
          .text("type", "Its media type.").optional,
          .map("metadata", "Texts that Swift keeps for it.").optional,
          .integer("segment_size", "The most bytes of a segment; 1 GiB if not given.").optional, .progress,
        ], answer: .thing { .object }
      ) { target, arguments in
        let path = arguments.text("path") ?? ""
        let name = arguments.text("name") ?? String(path.split(separator: "/").last ?? "file")
        try await target.cloud.object.upload(
          name, in: target.id, from: path, type: arguments.text("type") ?? "application/octet-stream",
          metadata: arguments["metadata"]?.texts ?? [:],
          segmentSize: arguments.integer("segment_size").map { Int64($0) }, progress: arguments.progress)
        return ["name": .string(name)]
      },
      .custom(
        "put", "Keeps a text as an object.",
        [
          .text("name", "The object's name."), .text("content", "The text."),
          .text("type", "Its media type.").optional,
          .map("metadata", "Texts that Swift keeps for it.").optional,
          .integer("delete_after", "The seconds after which Swift deletes it.").optional,
        ], answer: .thing { .object }
      ) { target, arguments in
        try await target.cloud.object.put(
          arguments.text("name") ?? "", in: target.id, Array((arguments.text("content") ?? "").utf8),
          type: arguments.text("type") ?? "text/plain", metadata: arguments["metadata"]?.texts ?? [:],
          deleteAfter: arguments.integer("delete_after"))
        return ["name": arguments["name"] ?? .null]
      },
      .custom(
        "join", "Makes one object of all whose names begin so, in order (a dynamic large object).",
        [.text("name", "The object's name."), .text("prefix", "What the segments' names begin with.")],
        answer: .thing { .object }
      ) { target, arguments in
        try await target.cloud.object.join(
          arguments.text("name") ?? "", in: target.id, segmentsIn: target.id,
          prefix: arguments.text("prefix") ?? "")
        return ["name": arguments["name"] ?? .null]
      },
      .custom("empty", "Deletes all objects in it.", answer: .data()) { target, _ in
        .integer(Int64(try await target.cloud.object.empty(target.id)))
      },
    ], children: [.object])
}
