import Document
package import HTTP

extension Image {
  static let contentActions: [Action] = [
    .custom(
      "upload", "Fills it from a file, piece by piece.",
      [.file("path", "The file."), .progress]
    ) { target, arguments in
      try await target.cloud.image.upload(
        target.id, from: arguments.text("path") ?? "", progress: arguments.progress)
      return .null
    },
    .custom(
      "download", "Writes it to a file, piece by piece; the file is there only when it is whole.",
      [.file("path", "The file."), .progress]
    ) { target, arguments in
      try await target.cloud.image.download(
        target.id, to: arguments.text("path") ?? "", progress: arguments.progress)
      return .null
    },
    .call("deactivate", "POST", "/actions/deactivate", "Forbids to use its content; for administrators."),
    .call("reactivate", "POST", "/actions/reactivate", "Allows to use its content again."),
    .call(
      "import", "POST", "/import",
      "Fills it by one of the methods that the cloud offers, such as `web-download`.",
      [.map("method", "The method with its `name` and what it needs.")], body: .flat),
  ]

  static let noteActions: [Action] = [
    .call("add_tag", "PUT", "/tags/{tag}", "Adds a tag.", [.text("tag", "The tag.")]),
    .call("remove_tag", "DELETE", "/tags/{tag}", "Takes a tag away.", [.text("tag", "The tag.")]),
    .call(
      "share", "POST", "/members", "Offers it to another project; its visibility must be `shared`.",
      [.named("project", .project, "The project.", as: "member")], body: .flat, answer: .data()),
    .call(
      "unshare", "DELETE", "/members/{project}", "Takes the offer back.",
      [.named("project", .project, "The project.")]),
  ]
}

extension ResourceKind {
  /// A project that an image is offered to.
  static let imageMember: ResourceKind = ResourceKind(
    .image, "/members", singular: "member", plural: "members",
    summary: "A project that an image is offered to.",
    idField: "member_id", nameField: nil, style: .bare,
    life: Life(settled: ["accepted", "rejected"], failed: []),
    fields: [.named("project", .project, "The project.", as: "member")])

  /// A key that images may have.
  static let imageTask: ResourceKind = ResourceKind(
    .image, "/tasks", singular: "task", plural: "tasks",
    summary: "A long work of Glance's; for administrators.",
    nameField: nil, style: .bare, verbs: [.list, .get, .create],
    life: Life(settled: ["success"], failed: ["failure"], faults: ["message"]))
}

extension Imaging {
  /// Fills an image from a file without holding it in memory.
  package func upload(_ id: String, from path: String, progress: Progress? = nil) async throws {
    let call = Call(
      .image, "PUT", "/images/" + percentEncoded(id) + "/file",
      body: .file(FileSlice(path), type: "application/octet-stream"), progress: progress)
    _ = try await cloud.send(call)
  }

  /// Writes an image to a file, which is there only when it is whole.
  package func download(_ id: String, to path: String, progress: Progress? = nil) async throws {
    let call = Call(.image, "GET", "/images/" + percentEncoded(id) + "/file")
    let answer = try await cloud.download(call, to: path, progress: progress)
    if answer.status == 204 {
      throw OpenStackError(
        .conflict, "image \(id) has no content", status: 204, service: .image, hint: "upload it first")
    }
  }
}
