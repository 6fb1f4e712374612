import Document

extension ResourceKind {
  /// That one user may act for another.
  package static let trust: ResourceKind = ResourceKind(
    .identity, "/OS-TRUST/trusts", singular: "trust", plural: "trusts",
    summary: "That one user may act for another.",
    nameField: nil, verbs: .fixed,
    fields: [
      .named("trustor", .user, "Who allows it.", as: "trustor_user_id"),
      .named("trustee", .user, "Who may act.", as: "trustee_user_id"),
      .named("project", .project, "For which project.", as: "project_id"),
      .list("roles", "The roles, each with `name` or `id`."),
      .boolean("impersonation", "Whether the trustee appears as the trustor."),
    ])
}
