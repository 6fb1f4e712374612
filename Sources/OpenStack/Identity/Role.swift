import Document
import HTTP

extension ResourceKind {
  /// What its holders may do.
  package static let role: ResourceKind = ResourceKind(
    .identity, "/roles", singular: "role", plural: "roles", summary: "What its holders may do.",
    update: .patch,
    fields: [.text("name", "Its name."), .text("description", "What it is for.").optional])

  /// That somebody has a role for something.
  package static let roleAssignment: ResourceKind = ResourceKind(
    .identity, "/role_assignments", singular: "role_assignment", plural: "role_assignments",
    summary: "That somebody has a role for something.",
    columns: ["role=role.id", "user=user.id", "group=group.id", "project=scope.project.id"], idField: "role",
    nameField: nil, verbs: .listOnly)
}

/// Who has a role, and for what: the parameters of granting and revoking.
enum Grant {
  static let parameters: [Parameter] = [
    .named("role", .role, "The role."), .named("user", .user, "Who gets it.").optional,
    .named("group", .group, "The group that gets it.").optional,
    .named("project", .project, "For which project.").optional,
    .named("domain", .domain, "For which domain instead.").optional,
    .boolean("system", "For the whole cloud instead.").optional,
  ]

  /// The path of an assignment (Identity API v3, "Assign role to user on project" and its like).
  static func path(_ arguments: Arguments) throws -> String {
    func part(_ names: [String], _ hint: String) throws -> String {
      for name in names {
        if let id = arguments.text(name) { return "/\(name)s/" + percentEncoded(id) }
      }
      throw OpenStackError(
        .badRequest, "the role is given to nobody or for nothing", service: .identity, hint: hint)
    }
    let place =
      arguments.truth("system")
      ? "/system" : try part(["project", "domain"], "give project, domain or system")
    let holder = try part(["user", "group"], "give user or group")
    return place + holder + "/roles/" + percentEncoded(arguments.text("role") ?? "")
  }
}
