import Ambience
import Document
import OrderedCollections

extension EmbeddedCloud {
  func listApplicationCredentials(_ call: Call) throws(Refusal) -> Answer {
    let user = try user(call, action: "list_application_credentials")
    let own = all(.applicationCredentials).filter { $0.text("user_id") == user.id }
    return identityList("application_credentials", own.map { .map($0.shown) }, call)
  }

  func createApplicationCredential(_ call: Call) throws(Refusal) -> Answer {
    let user = try user(call, action: "create_application_credential")
    let asked = try call.fields("application_credential")
    let name = asked.text("name")
    guard !name.isEmpty else { throw .badRequest("'name' is a required property") }
    let isTaken = all(.applicationCredentials).contains {
      $0.text("user_id") == user.id && $0.text("name") == name
    }
    guard !isTaken else {
      throw .conflict(
        "Conflict occurred attempting to store application_credential - Duplicate entry found with name "
          + "\(name).")
    }
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    let secret = asked.textIfAny("secret") ?? ambient.characters(86, from: letters)
    let id = hexadecimalID()
    let made: Fields = [
      "id": .string(id), "name": .string(name), "description": asked["description"] ?? .null,
      "user_id": .string(user.id), "project_id": .string(call.project), "system": nil,
      "expires_at": asked["expires_at"] ?? .null, "unrestricted": asked["unrestricted"] ?? .null,
      "roles": .list((call.login?.roles ?? []).map(role)), "_secret": .string(secret),
      "links": ["self": .string(call.root + "/application_credentials/" + id)],
    ]
    put(.applicationCredentials, made)
    return Answer(201, ["application_credential": .map(made.shown.with(["secret": .string(secret)]))])
  }

  private func role(_ role: (id: String, name: String)) -> Value {
    [
      "id": .string(role.id), "name": .string(role.name), "domain_id": nil, "description": nil,
      "options": ["immutable": true],
    ]
  }

  func showApplicationCredential(_ call: Call) throws(Refusal) -> Answer {
    let found = try applicationCredential(call, action: "get_application_credential")
    return Answer(200, ["application_credential": .map(found.shown)])
  }

  func deleteApplicationCredential(_ call: Call) throws(Refusal) -> Answer {
    let found = try applicationCredential(call, action: "delete_application_credential")
    remove(.applicationCredentials, found.text("id"))
    tokens = tokens.filter { $0.value.applicationCredential != found.text("id") }
    return Answer(204)
  }

  private func applicationCredential(_ call: Call, action: String) throws(Refusal) -> Fields {
    let user = try user(call, action: action)
    guard let found = thing(.applicationCredentials, call["id"]), found.text("user_id") == user.id else {
      throw Table.applicationCredentials.missing(call["id"])
    }
    return found
  }

  /// Logs in with a credential, by its id, or by its name and its user.
  func credentialLogin(_ asked: Value) throws(Refusal) -> Login {
    let user = accounts.user(id: asked["user"]?["id"]?.string, name: asked["user"]?["name"]?.string)
    let found = all(.applicationCredentials).first { credential in
      if let id = asked["id"]?.string { return credential.text("id") == id }
      return credential.text("name") == asked["name"]?.string && credential.text("user_id") == user?.id
    }
    guard let found, found["_secret"] == asked["secret"],
      let owner = accounts.user(id: found.text("user_id"), name: nil),
      let project = accounts.project(id: found.text("project_id"), name: nil)
    else { throw Self.noLogin("Invalid application credential ID or secret") }
    var made = login(owner, project, ["application_credential"])
    made.applicationCredential = found.text("id")
    return made
  }
}
