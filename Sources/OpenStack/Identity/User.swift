extension ResourceKind {
  /// Somebody or something that can log in.
  package static let user: ResourceKind = ResourceKind(
    .identity, "/users", singular: "user", plural: "users", summary: "Somebody who can log in.",
    columns: ["name", "enabled", "email", "domain=domain_id", "id"],
    update: .patch,
    fields: [
      .text("name", "Its name."), .text("password", "Its password.").optional,
      .named("domain", .domain, "Its domain.", as: "domain_id").optional,
      .named(
        "default_project", .project, "The project of its logins that name none.", as: "default_project_id"
      )
      .optional,
    ],
    actions: [
      .call(
        "projects", "GET", "/projects", "Lists the projects that it has roles in.",
        answer: .things { .project }),
      .call("groups", "GET", "/groups", "Lists the groups that it is in.", answer: .things { .group }),
      .call(
        "change_password", "POST", "/password", "Changes its password.",
        [
          .text("old", "The old one.", as: "original_password"), .text("new", "The new one.", as: "password"),
        ],
        body: .member("user")),
    ],
    children: [.ownApplicationCredential, .ownEC2Credential])

  /// Users who have roles together.
  package static let group: ResourceKind = ResourceKind(
    .identity, "/groups", singular: "group", plural: "groups", summary: "Users who have roles together.",
    update: .patch,
    fields: [.text("name", "Its name."), .named("domain", .domain, "Its domain.", as: "domain_id").optional],
    actions: [
      .call("users", "GET", "/users", "Lists the users in it.", answer: .things { .user }),
      .call("add_user", "PUT", "/users/{user}", "Puts a user into it.", [.named("user", .user, "The user.")]),
      .call(
        "remove_user", "DELETE", "/users/{user}", "Takes a user out of it.",
        [.named("user", .user, "The user.")]),
    ])
}
