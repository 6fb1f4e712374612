import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Keystone's paths (Identity API v3).
  static let identityRoutes = RouteTable([
    Route(.get, "/", isOpen: true) { $0.identityVersions($1) },
    Route(.get, "/v3", isOpen: true) { $0.showIdentityVersion($1) },
    Route(.post, "/v3/auth/tokens", isOpen: true) { try $0.issueToken($1) },
    Route(.get, "/v3/auth/tokens") { try $0.showToken($1) },
    Route(.head, "/v3/auth/tokens") { try $0.checkToken($1) },
    Route(.delete, "/v3/auth/tokens") { try $0.revokeToken($1) },
    Route(.get, "/v3/auth/catalog") { $0.showCatalog($1) },
    Route(.get, "/v3/auth/projects") { $0.listOwnProjects($1) },
    Route(.get, "/v3/projects") { try $0.listProjects($1) },
    Route(.get, "/v3/projects/{project}") { try $0.showProject($1) },
    Route(.get, "/v3/users") { try $0.listUsers($1) },
    Route(.get, "/v3/users/{user}") { try $0.showUser($1) },
    Route(.get, "/v3/users/{user}/projects") { try $0.listUserProjects($1) },
    Route(.get, "/v3/regions") { $0.listRegions($1) },
    Route(.get, "/v3/users/{user}/credentials/OS-EC2") { try $0.listEC2Credentials($1) },
    Route(.post, "/v3/users/{user}/credentials/OS-EC2") { try $0.createEC2Credential($1) },
    Route(.get, "/v3/users/{user}/credentials/OS-EC2/{access}") { try $0.showEC2Credential($1) },
    Route(.delete, "/v3/users/{user}/credentials/OS-EC2/{access}") { try $0.deleteEC2Credential($1) },
    Route(.post, "/v3/credentials") { try $0.keepCredential($1) },
    Route(.get, "/v3/users/{user}/application_credentials") { try $0.listApplicationCredentials($1) },
    Route(.post, "/v3/users/{user}/application_credentials") { try $0.createApplicationCredential($1) },
    Route(.get, "/v3/users/{user}/application_credentials/{id}") { try $0.showApplicationCredential($1) },
    Route(.delete, "/v3/users/{user}/application_credentials/{id}") {
      try $0.deleteApplicationCredential($1)
    },
  ])

  // MARK: - Projects, users, regions

  private func listOwnProjects(_ call: Call) -> Answer {
    projects(call, of: call.login?.user)
  }

  private func listUserProjects(_ call: Call) throws(Refusal) -> Answer {
    try projects(call, of: user(call, action: "list_user_projects"))
  }

  private func projects(_ call: Call, of user: Accounts.User?) -> Answer {
    let own = accounts.projects.filter { user?.projects.contains($0.id) ?? false }
    return identityList("projects", own.map { describe($0, call) }, call)
  }

  private func listProjects(_ call: Call) throws(Refusal) -> Answer {
    guard call.isAdmin else { throw Self.forbidden("list_projects") }
    let name = call.asked.value("name")
    let found = accounts.projects.filter { name == nil || $0.name == name }
    return identityList("projects", found.map { describe($0, call) }, call)
  }

  private func showProject(_ call: Call) throws(Refusal) -> Answer {
    let id = call["project"]
    guard call.isAdmin || call.login?.user.projects.contains(id) ?? false else {
      throw Self.forbidden("get_project")
    }
    guard let project = accounts.project(id: id, name: nil) else {
      throw .notFound("Could not find project: \(id).")
    }
    return Answer(200, ["project": describe(project, call)])
  }

  private func listUsers(_ call: Call) throws(Refusal) -> Answer {
    guard call.isAdmin else { throw Self.forbidden("list_users") }
    let name = call.asked.value("name")
    let found = accounts.users.filter { name == nil || $0.name == name }
    return identityList("users", found.map { describe($0, call) }, call)
  }

  private func showUser(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["user": describe(try user(call, action: "get_user"), call)])
  }

  /// The user that a path names, if the one who asks may.
  func user(_ call: Call, action: String) throws(Refusal) -> Accounts.User {
    let id = call["user"]
    guard call.isAdmin || id == call.user else { throw Self.forbidden(action) }
    guard let user = accounts.user(id: id, name: nil) else { throw .notFound("Could not find user: \(id).") }
    return user
  }

  private static func forbidden(_ action: String) -> Refusal {
    Refusal(403, "You are not authorized to perform the requested action: identity:\(action).")
  }

  private func listRegions(_ call: Call) -> Answer {
    let url = call.root + "/regions/RegionOne"
    return identityList(
      "regions",
      [
        [
          "id": "RegionOne", "description": "", "parent_region_id": nil, "links": ["self": .string(url)],
        ]
      ], call)
  }

  // MARK: - Shapes

  func identityList(_ name: String, _ items: [Value], _ call: Call) -> Answer {
    Answer(
      200, [name: .list(items), "links": ["next": nil, "self": .string(call.url), "previous": nil]])
  }

  private func describe(_ project: Accounts.Project, _ call: Call) -> Value {
    [
      "id": .string(project.id), "name": .string(project.name), "domain_id": "default", "description": "",
      "enabled": true, "parent_id": "default", "is_domain": false, "tags": [], "options": [:],
      "links": ["self": .string(call.root + "/projects/" + project.id)],
    ]
  }

  private func describe(_ user: Accounts.User, _ call: Call) -> Value {
    [
      "id": .string(user.id), "name": .string(user.name), "domain_id": "default", "enabled": true,
      "password_expires_at": nil, "options": [:],
      "links": ["self": .string(call.root + "/users/" + user.id)],
    ]
  }
}
