extension ResourceKind {
  /// What owns things in the cloud.
  package static let project: ResourceKind = ResourceKind(
    .identity, "/projects", singular: "project", plural: "projects",
    summary: "What owns things in the cloud.",
    columns: ["name", "enabled", "description", "domain=domain_id", "id"],
    update: .patch, life: Life("enabled", settled: ["true", "false"], failed: []),
    fields: [
      .text("name", "Its name."), .text("description", "What it is for.").optional,
      .named("domain", .domain, "Its domain.", as: "domain_id").optional,
      .named("parent", .project, "The project that it is under.", as: "parent_id").optional,
    ],
    actions: [
      .call("tags", "GET", "/tags", "Lists its tags.", answer: .data("tags")),
      .call(
        "set_tags", "PUT", "/tags", "Replaces all its tags.", [.list("tags", "The tags.")],
        body: .value("tags", of: "tags"), answer: .data("tags")),
      .call("add_tag", "PUT", "/tags/{tag}", "Adds a tag.", [.text("tag", "The tag.")]),
      .call("remove_tag", "DELETE", "/tags/{tag}", "Takes a tag away.", [.text("tag", "The tag.")]),
    ])

  /// A name space for users and projects.
  package static let domain: ResourceKind = ResourceKind(
    .identity, "/domains", singular: "domain", plural: "domains",
    summary: "A name space for users and projects.",
    columns: ["name", "enabled", "description", "id"],
    update: .patch, fields: [.text("name", "Its name."), .text("description", "What it is for.").optional])
}
