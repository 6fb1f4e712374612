import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Link {
  /// The roles that users and groups have, as resources of their own.
  static let roles: [Link] = [
    assignment("OS::Keystone::UserRoleAssignment", "user", .user, "users"),
    assignment("OS::Keystone::GroupRoleAssignment", "group", .group, "groups"),
  ]

  private static func assignment(
    _ type: String, _ property: String, _ kind: ResourceKind, _ holders: String
  ) -> Link {
    Link(
      type,
      ends: { call, context in
        let holder = try await context.names.id(of: kind, named: try call.required(property))
        return ["holder": .string(holder), "roles": call.properties["roles"] ?? []]
      },
      join: { ends, context in
        for grant in ends["roles"]?.list ?? [] {
          try await context.grant("PUT", grant, to: ends.text("holder"), holders)
        }
      },
      part: { ends, context in
        for grant in ends["roles"]?.list ?? [] {
          try await context.grant("DELETE", grant, to: ends.text("holder"), holders)
        }
      })
  }
}
