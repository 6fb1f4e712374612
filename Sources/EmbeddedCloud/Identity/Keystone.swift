import Ambience
import Document
import HTTP
import OrderedCollections

/// A login's token.
struct Token: Sendable {
  let expires: Timestamp
}

/// Who may log in.
package enum Account {
  package static let user = "demo"
  package static let password = "demo"
  package static let project = "demo"
}

extension EmbeddedCloud {
  /// Refuses a request whose token isn't known or has expired.
  func authorized(_ asked: Asked) throws(Refusal) -> Asked {
    if asked.method == .get, asked.path.count <= 1 { return asked }
    guard let id = asked.headers["X-Auth-Token"], let token = tokens[id], token.expires > ambient.now() else {
      throw .unauthorized()
    }
    return asked
  }

  /// Makes every token that was given out invalid.
  package func expireTokens() { tokens = [:] }

  func identity(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    switch (asked.method, asked.path) {
    case (.get, []), (.get, ["v3"]): return Answer(200, Catalog.identityVersion(base))
    case (.post, ["v3", "auth", "tokens"]): return try logIn(asked, base: base)
    default: break
    }
    let asked = try authorized(asked)
    switch (asked.method, asked.path) {
    case (.get, ["v3", "auth", "tokens"]): return Answer(200, tokenBody(expires: ambient.now(), base: base))
    case (.get, ["v3", "auth", "catalog"]): return Answer(200, ["catalog": Catalog.services(base)])
    case (.get, ["v3", "projects"]), (.get, ["v3", "auth", "projects"]):
      return Answer(200, ["projects": [Self.project], "links": ["next": nil]])
    case (.get, ["v3", "projects", Seed.projectID]): return Answer(200, ["project": Self.project])
    case (.get, ["v3", "users", Seed.userID]): return Answer(200, ["user": Self.user])
    case (_, let path) where path.starts(with: ["v3", "users", Seed.userID, "credentials", "OS-EC2"]):
      return try credentials(asked.dropping(5))
    case (.post, ["v3", "credentials"]): return try keep(asked.fields("credential"))
    default: throw .notFound("Could not find the resource.")
    }
  }

  // MARK: - Logging in

  private func logIn(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    guard let identity = try asked.json()["auth"]?["identity"] else {
      throw .badRequest("'auth' is a required property")
    }
    guard isKnown(identity) else { throw .unauthorized() }
    let id = ambient.characters(32, from: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    let token = Token(expires: ambient.now() + .seconds(3600))
    tokens[id] = token
    return Answer(201, tokenBody(expires: token.expires, base: base), headers: ["X-Subject-Token": id])
  }

  private func isKnown(_ identity: Value) -> Bool {
    switch identity["methods"]?[0]?.string {
    case "password":
      let user = identity["password"]?["user"]
      let isUser = user?["id"]?.string == Seed.userID || user?["name"]?.string == Account.user
      return isUser && user?["password"]?.string == Account.password
    case "token": return identity["token"]?["id"]?.string.flatMap { tokens[$0] } != nil
    default: return false
    }
  }

  private func tokenBody(expires: Timestamp, base: String) -> Value {
    [
      "token": [
        "methods": ["password"], "user": Self.user, "project": Self.project, "is_domain": false,
        "roles": [["id": "r-member", "name": "member"], ["id": "r-reader", "name": "reader"]],
        "audit_ids": [.string(ambient.characters(22, from: "abcdefghijklmnopqrstuvwxyz"))],
        "expires_at": .string(expires.description), "issued_at": .string(clock),
        "catalog": Catalog.services(base),
      ]
    ]
  }

  private static let domain: Value = ["id": "default", "name": "Default"]
  private static let user: Value = [
    "id": .string(Seed.userID), "name": .string(Account.user), "domain": domain, "password_expires_at": nil,
  ]
  private static let project: Value = [
    "id": .string(Seed.projectID), "name": .string(Account.project), "domain": domain, "enabled": true,
    "domain_id": "default", "description": "", "parent_id": "default", "is_domain": false, "tags": [],
  ]

  // MARK: - EC2 credentials

  /// Keeps a credential whose keys its owner chose.
  private func keep(_ fields: Fields) throws(Refusal) -> Answer {
    guard fields["type"] == "ec2", let blob = (try? Value.json(fields.text("blob")))?.map,
      let access = blob["access"]?.string
    else { throw .badRequest("Invalid blob in credential") }
    ec2Credentials[access] = [
      "access": .string(access), "secret": blob["secret"] ?? .null, "tenant_id": fields["project_id"] ?? .null,
      "user_id": fields["user_id"] ?? .null, "trust_id": nil,
    ]
    return Answer(201, ["credential": .map(fields)])
  }

  private func credentials(_ asked: Asked) throws(Refusal) -> Answer {
    let access = asked.path.first
    switch (asked.method, access) {
    case (.get, nil): return Answer(200, ["credentials": .list(ec2Credentials.values.map(Value.map))])
    case (.post, nil):
      let id = ambient.uuid().replacing("-", with: "")
      let credential: Fields = [
        "access": .string(id), "secret": .string(ambient.uuid().replacing("-", with: "")),
        "tenant_id": .string(Seed.projectID), "user_id": .string(Seed.userID), "trust_id": nil,
      ]
      ec2Credentials[id] = credential
      return Answer(201, ["credential": .map(credential)])
    case (.get, let id?):
      guard let credential = ec2Credentials[id] else { throw .notFound("Could not find credential: \(id).") }
      return Answer(200, ["credential": .map(credential)])
    case (.delete, let id?):
      guard ec2Credentials.removeValue(forKey: id) != nil else {
        throw .notFound("Could not find credential: \(id).")
      }
      return Answer(204)
    default: throw .notAllowed()
    }
  }
}
