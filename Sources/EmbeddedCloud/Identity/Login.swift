import Ambience
import Document
import HTTP
import OrderedCollections

/// What a token stands for.
struct Login: Sendable {
  let user: Accounts.User
  let project: Accounts.Project?
  let methods: [String]
  let issued: Timestamp
  let expires: Timestamp
  let auditID: String
  /// The id of the application credential that logged in.
  var applicationCredential: String?

  var isAdmin: Bool { (user.isAdmin || granted.contains { $0.name == "admin" }) && project != nil }

  /// The roles that were given to the user in the project, of those that came after the cloud was made.
  var granted: [(id: String, name: String)] = []

  /// Keystone's ids and names of the roles.
  var roles: [(id: String, name: String)] {
    if !granted.isEmpty { return granted }
    let member = [
      ("cc9b9fc1807849bda7104763dfd7ea80", "reader"), ("ca1127817bb74f18853b5bee8a6b9e36", "member"),
    ]
    return isAdmin ? [("db0c28928cc85029964c6cff9b7c9f47", "admin")] + member : member
  }
}

extension EmbeddedCloud {
  /// Makes every token that was given out invalid.
  package func expireTokens() { tokens = [:] }

  /// Who a request's token stands for.
  func authorize(_ asked: Asked, for service: Service) throws(Refusal) -> Login {
    guard let id = asked.headers["X-Auth-Token"], let login = login(id) else {
      throw service == .identity
        ? Self.noLogin("auth_context did not decode anything useful") : .unauthorized(service)
    }
    return login
  }

  func login(_ token: String) -> Login? {
    guard let login = tokens[token], login.expires > now else { return nil }
    return login
  }

  // MARK: - Tokens

  func issueToken(_ call: Call) throws(Refusal) -> Answer {
    let auth = try call.json()["auth"]
    guard let identity = auth?["identity"] else { throw .badRequest("'identity' is a required property") }
    let login = try logIn(identity, scope: auth?["scope"])
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    let id = "gAAAAAB" + ambient.characters(176, from: letters)
    tokens[id] = login
    return Answer(201, describe(login, call), headers: ["X-Subject-Token": id])
  }

  private func logIn(_ identity: Value, scope: Value?) throws(Refusal) -> Login {
    let methods = (identity["methods"]?.list ?? []).compactMap(\.string)
    switch methods.first {
    case "password": return try made(passwordUser(identity), scope, methods)
    case "token":
      guard let login = identity["token"]?["id"]?.string.flatMap({ login($0) }) else {
        throw .notFound("Could not recognize Fernet token")
      }
      return try made(login.user, scope, ["token"] + login.methods.filter { $0 != "token" })
    case "application_credential": return try credentialLogin(identity["application_credential"] ?? .null)
    default: throw Self.noLogin("Attempted to authenticate with an unsupported method.")
    }
  }

  /// What Keystone says when it refuses a login, in a cloud that is set up to say why.
  static func noLogin(_ why: String) -> Refusal {
    Refusal(401, why + " (Disable insecure_debug mode to suppress these details.)")
  }

  private func passwordUser(_ identity: Value) throws(Refusal) -> Accounts.User {
    let asked = identity["password"]?["user"]
    guard let user = accounts.user(id: asked?["id"]?.string, name: asked?["name"]?.string) else {
      let name = asked?["id"]?.string ?? asked?["name"]?.string ?? ""
      throw Self.noLogin("Could not find user: \(name).")
    }
    guard asked?["password"]?.string == user.password else {
      throw Self.noLogin("Invalid username or password")
    }
    return user
  }

  private func made(
    _ user: Accounts.User, _ scope: Value?, _ methods: [String]
  ) throws(Refusal) -> Login {
    guard let wanted = scope?["project"] else { return login(user, nil, methods) }
    let (id, name) = (wanted["id"]?.string, wanted["name"]?.string)
    guard let project = accounts.project(id: id, name: name) else {
      throw Self.noLogin("Could not find project: \(id ?? name ?? "").")
    }
    if user.projects.contains(project.id) { return login(user, project, methods) }
    let roles = roles(of: user.id, in: project.id)
    guard !roles.isEmpty else {
      throw Self.noLogin("User \(user.id) has no access to project \(project.id)")
    }
    var login = login(user, project, methods)
    login.granted = roles.compactMap { thing(.roles, $0) }.map { ($0.text("id"), $0.text("name")) }
    return login
  }

  func login(_ user: Accounts.User, _ project: Accounts.Project?, _ methods: [String]) -> Login {
    let now = self.now
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return Login(
      user: user, project: project, methods: methods, issued: now, expires: now + .seconds(3600),
      auditID: ambient.characters(22, from: letters))
  }

  func showToken(_ call: Call) throws(Refusal) -> Answer {
    let (id, login) = try subject(call)
    return Answer(200, describe(login, call), headers: ["X-Subject-Token": id])
  }

  func checkToken(_ call: Call) throws(Refusal) -> Answer {
    let (id, _) = try subject(call)
    return Answer(200, headers: ["X-Subject-Token": id, "Content-Type": "application/json"])
  }

  func revokeToken(_ call: Call) throws(Refusal) -> Answer {
    tokens[try subject(call).id] = nil
    return Answer(204)
  }

  private func subject(_ call: Call) throws(Refusal) -> (id: String, login: Login) {
    let id = call.asked.headers["X-Subject-Token"] ?? ""
    guard let login = login(id) else { throw .notFound("Could not recognize Fernet token") }
    return (id, login)
  }

  private func describe(_ login: Login, _ call: Call) -> Value {
    let domain: Value = ["id": "default", "name": "Default"]
    var token: Fields = [
      "methods": .list(login.methods.map(Value.string)),
      "user": [
        "domain": domain, "id": .string(login.user.id), "name": .string(login.user.name),
        "password_expires_at": nil,
      ],
      "audit_ids": [.string(login.auditID)],
      "expires_at": .string(Self.fine(login.expires) + "Z"),
      "issued_at": .string(Self.fine(login.issued) + "Z"),
    ]
    if let project = login.project {
      token["project"] = ["domain": domain, "id": .string(project.id), "name": .string(project.name)]
      token["is_domain"] = false
      token["roles"] = .list(login.roles.map { ["id": .string($0.id), "name": .string($0.name)] })
      token["catalog"] = catalog(call.base, project: project.id)
    }
    if let id = login.applicationCredential {
      token["application_credential"] = [
        "id": .string(id), "name": thing(.applicationCredentials, id)?["name"] ?? "", "restricted": true,
      ]
    }
    return ["token": .map(token)]
  }
}
