import Document

extension ResourceKind {
  /// A secret that Barbican keeps.
  package static let secret: ResourceKind = ResourceKind(
    .keyManager, "/secrets", singular: "secret", plural: "secrets", summary: "A secret that Barbican keeps.",
    columns: ["name", "status", "type=secret_type", "created", "ref=secret_ref"],
    idField: "secret_ref", style: .bare, verbs: .fixed, life: Life(settled: ["ACTIVE"], failed: ["ERROR"]),
    fields: [
      .text("name", "Its name.").optional, .text("payload", "The secret itself.").optional,
      .text("payload_content_type", "Such as `text/plain`.").optional,
      .text("expiration", "When it ends.").optional,
    ],
    actions: [
      .custom("payload", "Gives the secret itself, as text.", answer: .data()) { target, _ in
        let answer = try await target.send("GET", "/payload", headers: ["Accept": "text/plain, */*"])
        return .string(String(decoding: answer.bytes, as: UTF8.self))
      },
      .call("metadata", "GET", "/metadata", "Gives its metadata.", answer: .data("metadata")),
      .call(
        "set_metadata", "PUT", "/metadata", "Replaces its metadata.",
        [.map("metadata", "The keys and their texts.")],
        body: .value("metadata", of: "metadata"), answer: .data()),
      .call("acl", "GET", "/acl", "Tells who may read it.", answer: .data()),
      .call(
        "set_acl", "PUT", "/acl", "Says who may read it.", [.map("acl", "As `acl` gives it.")],
        body: .whole("acl"),
        answer: .data()),
    ])

  /// Secrets that belong together, such as a certificate with its key.
  package static let secretContainer: ResourceKind = ResourceKind(
    .keyManager, "/containers", singular: "container", plural: "containers",
    summary: "Secrets that belong together.", idField: "container_ref", style: .bare, verbs: .fixed,
    life: Life(settled: ["ACTIVE"]))

  /// A secret that Barbican is to make.
  package static let secretOrder: ResourceKind = ResourceKind(
    .keyManager, "/orders", singular: "order", plural: "orders",
    summary: "A secret that Barbican is to make.",
    idField: "order_ref", nameField: nil, style: .bare, verbs: .fixed,
    life: Life(settled: ["ACTIVE"], failed: ["ERROR"], faults: ["error_reason"]),
    fields: [
      .text("type", "What.").among("key", "asymmetric"), .map("meta", "Of which algorithm, length and name."),
    ])
}
