import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Keystone's paths (Identity API v3).
  static let identityRoutes = RouteTable(ownIdentityRoutes + administeredRoutes + membershipRoutes)

  private static let ownIdentityRoutes: [Route] = [
    Route(.get, "/", isOpen: true) { $0.identityVersions($1) },
    Route(.get, "/v3", isOpen: true) { $0.showIdentityVersion($1) },
    Route(.post, "/v3/auth/tokens", isOpen: true) { try $0.issueToken($1) },
    Route(.get, "/v3/auth/tokens") { try $0.showToken($1) },
    Route(.head, "/v3/auth/tokens") { try $0.checkToken($1) },
    Route(.delete, "/v3/auth/tokens") { try $0.revokeToken($1) },
    Route(.get, "/v3/auth/catalog") { $0.showCatalog($1) },
    Route(.get, "/v3/auth/projects") { $0.listOwnProjects($1) },
    Route(.get, "/v3/users/{user}/projects") { try $0.listUserProjects($1) },
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
  ]

  // MARK: - Projects, users, regions

  private func listOwnProjects(_ call: Call) -> Answer {
    projects(call, of: call.login?.user)
  }

  private func listUserProjects(_ call: Call) throws(Refusal) -> Answer {
    try projects(call, of: user(call, action: "list_user_projects"))
  }

  private func projects(_ call: Call, of user: Accounts.User?) -> Answer {
    let own = accounts.projects.filter { project in
      user.map { $0.projects.contains(project.id) || !roles(of: $0.id, in: project.id).isEmpty } ?? false
    }
    return identityList("projects", own.map { describe($0, call) }, call)
  }

  /// The user that a path names, if the one who asks may.
  func user(_ call: Call, action: String) throws(Refusal) -> Accounts.User {
    let id = call["user"]
    guard call.isAdmin || id == call.user else { throw Self.forbidden(action) }
    guard let user = accounts.user(id: id, name: nil) else { throw .notFound("Could not find user: \(id).") }
    return user
  }

  static func forbidden(_ action: String) -> Refusal {
    Refusal(403, "You are not authorized to perform the requested action: identity:\(action).")
  }

  // MARK: - Shapes

  func identityList(_ name: String, _ items: [Value], _ call: Call) -> Answer {
    Answer(
      200, [name: .list(items), "links": ["next": nil, "self": .string(call.url), "previous": nil]])
  }

  func describe(_ project: Accounts.Project, _ call: Call) -> Value {
    [
      "id": .string(project.id), "name": .string(project.name), "domain_id": "default", "description": "",
      "enabled": true, "parent_id": "default", "is_domain": false, "tags": [], "options": [:],
      "links": ["self": .string(call.root + "/projects/" + project.id)],
    ]
  }
}
