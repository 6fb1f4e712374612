import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Who is in which group, and who has which role where; what isn't said there isn't so.
  static let membershipRoutes: [Route] =
    membership("/v3/groups/{group}/users/{user}")
    + ["projects", "domains"].flatMap { places in
      ["users", "groups"].flatMap { holders in
        membership("/v3/\(places)/{place}/\(holders)/{holder}/roles/{role}")
      }
    } + [
      Route(.get, "/v3/role_assignments") { cloud, call in
        guard call.isAdmin else { throw forbidden("list_role_assignments") }
        return cloud.identityList("role_assignments", cloud.assignments, call)
      }
    ]

  private static func membership(_ path: String) -> [Route] {
    [
      Route(.put, path) { cloud, call in
        guard call.isAdmin else { throw forbidden("create_grant") }
        try cloud.checkMembers(call)
        cloud.memberships.insert(key(call))
        return Answer(204)
      },
      Route(.head, path) { cloud, call in
        guard cloud.memberships.contains(key(call)) else { throw noMember(call) }
        return Answer(204)
      },
      Route(.delete, path) { cloud, call in
        guard call.isAdmin else { throw forbidden("revoke_grant") }
        guard cloud.memberships.remove(key(call)) != nil else { throw noMember(call) }
        return Answer(204)
      },
    ]
  }

  private static func key(_ call: Call) -> String { call.asked.path.dropFirst().joined(separator: "/") }

  private static func noMember(_ call: Call) -> Refusal {
    call["role"].isEmpty
      ? .notFound("User '\(call["user"])' not found in group '\(call["group"])'.")
      : .notFound("Could not find role assignment with role: \(call["role"]).")
  }

  private func checkMembers(_ call: Call) throws(Refusal) {
    let path = call.asked.path
    let holders: Table = path.contains("users") ? .users : .identityGroups
    let tables: [(Table, String)] = [
      (.identityGroups, call["group"]), (.users, call["user"]), (holders, call["holder"]),
      (.roles, call["role"]),
      (path.contains("projects") ? .projects : .domains, call["place"]),
    ]
    for (table, id) in tables where !id.isEmpty && thing(table, id) == nil { throw table.missing(id) }
  }

  private var assignments: [Value] {
    memberships.sorted().compactMap { key in
      let parts = key.split(separator: "/").map(String.init)
      guard parts.count == 6 else { return nil }
      let holder = parts[2] == "users" ? "user" : "group"
      let place = parts[0] == "projects" ? "project" : "domain"
      return [
        "role": ["id": .string(parts[5])], holder: ["id": .string(parts[3])],
        "scope": [place: ["id": .string(parts[1])]],
      ]
    }
  }
}
