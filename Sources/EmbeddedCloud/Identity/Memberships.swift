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
        return cloud.identityList("role_assignments", cloud.assignments(call), call)
      },
      Route(.get, "/v3/groups/{group}/users") { cloud, call in
        guard call.isAdmin else { throw forbidden("list_users_in_group") }
        let users = cloud.members(of: call["group"]).compactMap { cloud.thing(.users, $0) }
        return cloud.identityList("users", users.map { cloud.linked($0, "users", call) }, call)
      },
      Route(.get, "/v3/users/{user}/groups") { cloud, call in
        guard call.isAdmin || call["user"] == call.user else { throw forbidden("list_groups_for_user") }
        let groups = cloud.groups(of: call["user"]).compactMap { cloud.thing(.identityGroups, $0) }
        let shown = groups.map { cloud.linked($0.with(["membership_expires_at": nil]), "groups", call) }
        return cloud.identityList("groups", shown, call)
      },
      roleList("projects", "users"), roleList("projects", "groups"), roleList("domains", "users"),
      roleList("domains", "groups"),
    ]

  /// The roles that somebody has in a place.
  private static func roleList(_ places: String, _ holders: String) -> Route {
    Route(.get, "/v3/\(places)/{place}/\(holders)/{holder}/roles") { cloud, call in
      guard call.isAdmin else { throw forbidden("list_grants") }
      let roles = cloud.grants.filter {
        $0.places == places && $0.place == call["place"] && $0.holders == holders
          && $0.holder == call["holder"]
      }
      let shown = roles.compactMap { cloud.thing(.roles, $0.role) }.map { cloud.linked($0, "roles", call) }
      return cloud.identityList("roles", shown, call)
    }
  }

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
      ? .notFound("User '\(call["user"])' not found in group '\(call["group"])'")
      : .notFound(
        "Could not find role assignment with role: \(call["role"]), user or group: \(call["holder"]), project, "
          + "domain, or system: \(call["place"]).")
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

  // MARK: - What follows from it

  /// A role that somebody has somewhere, by the parts of its path.
  private struct Grant {
    let places, place, holders, holder, role: String
  }

  private var grants: [Grant] {
    memberships.sorted().compactMap { key in
      let parts = key.split(separator: "/").map(String.init)
      guard parts.count == 6 else { return nil }
      return Grant(places: parts[0], place: parts[1], holders: parts[2], holder: parts[3], role: parts[5])
    }
  }

  private func members(of group: String) -> [String] {
    memberships.sorted().filter { $0.hasPrefix("groups/\(group)/users/") }
      .compactMap { $0.split(separator: "/").last.map(String.init) }
  }

  private func groups(of user: String) -> [String] {
    memberships.sorted().filter { $0.hasPrefix("groups/") && $0.hasSuffix("/users/\(user)") }
      .compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) }
  }

  /// The ids of the roles that were given to a user or its groups in a project.
  func roles(of user: String, in project: String) -> [String] {
    let groups = Set(groups(of: user))
    return grants.filter { grant in
      grant.places == "projects" && grant.place == project
        && (grant.holders == "users" ? grant.holder == user : groups.contains(grant.holder))
    }.map(\.role)
  }

  private func linked(_ thing: Fields, _ path: String, _ call: Call) -> Value {
    .map(thing.shown.with(["links": ["self": .string("\(call.root)/\(path)/\(thing.text("id"))")]]))
  }

  private func assignments(_ call: Call) -> [Value] {
    let asked = ["user.id": "users", "group.id": "groups"].compactMap { name, holders in
      call.asked.value(name).map { (holders, $0) }
    }
    let names = call.asked.value("include_names").map { $0.lowercased() != "false" } ?? false
    let wanted = grants.filter { grant in
      asked.allSatisfy { $0.0 == grant.holders && $0.1 == grant.holder }
        && call.asked.value("scope.project.id").map { grant.places == "projects" && grant.place == $0 }
          ?? true
    }
    return wanted.map { grant in
      let isUser = grant.holders == "users"
      let isProject = grant.places == "projects"
      let path = "\(grant.places)/\(grant.place)/\(grant.holders)/\(grant.holder)/roles/\(grant.role)"
      func shown(_ table: Table, _ id: String) -> Value {
        guard names, let thing = thing(table, id) else { return ["id": .string(id)] }
        var fields: Fields = ["id": .string(id), "name": thing["name"] ?? ""]
        if table != .roles, table != .domains { fields["domain"] = ["id": "default", "name": "Default"] }
        return .map(fields)
      }
      return [
        "role": shown(.roles, grant.role),
        isUser ? "user" : "group": shown(isUser ? .users : .identityGroups, grant.holder),
        "scope": [
          isProject ? "project" : "domain": shown(isProject ? .projects : .domains, grant.place)
        ], "links": ["assignment": .string("\(call.root)/\(path)")],
      ]
    }
  }
}
