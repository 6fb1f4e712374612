extension ResourceKind {
  /// A login of a user's for one project, with some of the user's roles.
  package static let applicationCredential: ResourceKind = credential(root: .currentUser)
  static let ownApplicationCredential: ResourceKind = credential(root: .service)

  private static func credential(root: Root) -> ResourceKind {
    ResourceKind(
      .identity, "/application_credentials", singular: "application_credential",
      plural: "application_credentials",
      summary: "A login of a user's for one project; its secret is told once.",
      root: root, verbs: .fixed,
      fields: [
        .text("name", "Its name."), .text("secret", "Its secret; Keystone's choice if not given.").optional,
        .list("roles", "The roles, each with `name` or `id`; all if not given.").optional,
        .text("expires_at", "When it ends, such as `2027-01-01T00:00:00Z`.").optional,
        .list("access_rules", "The only requests that it is good for.").optional,
        .boolean("unrestricted", "Whether it may make others of its kind.").optional,
      ])
  }

  /// A pair of keys that EC2's signatures are made with.
  static let ec2Credential: ResourceKind = ec2(root: .currentUser)
  static let ownEC2Credential: ResourceKind = ec2(root: .service)

  private static func ec2(root: Root) -> ResourceKind {
    ResourceKind(
      .identity, "/credentials/OS-EC2", singular: "credential", plural: "credentials",
      label: "EC2 credential",
      word: "ec2_credential", summary: "A pair of keys that EC2's signatures are made with.",
      idField: "access",
      nameField: nil, root: root, style: .bare, verbs: .fixed,
      fields: [.named("project", .project, "The project that it is good for.", as: "tenant_id")])
  }
}
