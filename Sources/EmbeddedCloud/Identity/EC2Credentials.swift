import Ambience
import Document
import OrderedCollections
import Secrets

extension EmbeddedCloud {
  func listEC2Credentials(_ call: Call) throws(Refusal) -> Answer {
    let user = try user(call, action: "ec2_list_credentials")
    let own = all(.ec2Credentials).filter { $0.text("user_id") == user.id }
    return identityList("credentials", own.map { .map($0.shown) }, call)
  }

  func createEC2Credential(_ call: Call) throws(Refusal) -> Answer {
    let user = try user(call, action: "ec2_create_credential")
    let project = try call.json()["tenant_id"]?.string ?? call.project
    guard user.projects.contains(project) else { throw .notFound("Could not find project: \(project).") }
    let access = hexadecimalID()
    let credential: Fields = [
      "user_id": .string(user.id), "tenant_id": .string(project), "access": .string(access),
      "secret": .string(hexadecimalID()), "trust_id": nil,
      "links": ["self": .string(call.url + "/" + access)],
    ]
    tables[.ec2Credentials, default: [:]][access] = credential
    return Answer(201, ["credential": .map(credential)])
  }

  /// Keeps a credential whose keys its owner chose (`POST /v3/credentials`).
  func keepCredential(_ call: Call) throws(Refusal) -> Answer {
    let fields = try call.fields("credential")
    guard fields["type"] == "ec2", let blob = (try? Value.json(fields.text("blob")))?.map,
      let access = blob["access"]?.string
    else { throw .badRequest("Invalid blob in credential") }
    guard thing(.ec2Credentials, access) == nil else {
      throw .conflict("Conflict occurred attempting to store credential - Duplicate Entry.")
    }
    let user = fields.textIfAny("user_id") ?? call.user
    let id = Digest.sha256(Array(access.utf8))
    tables[.ec2Credentials, default: [:]][access] = [
      "user_id": .string(user), "tenant_id": .string(fields.textIfAny("project_id") ?? call.project),
      "access": .string(access), "secret": blob["secret"] ?? .null, "trust_id": nil,
      "links": ["self": .string(call.root + "/users/\(user)/credentials/OS-EC2/" + access)],
    ]
    let links: Fields = ["id": .string(id), "links": ["self": .string(call.url + "/" + id)]]
    return Answer(201, ["credential": .map(fields.with(links))])
  }

  func showEC2Credential(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["credential": .map(try credential(call, action: "ec2_get_credential").shown)])
  }

  func deleteEC2Credential(_ call: Call) throws(Refusal) -> Answer {
    _ = try credential(call, action: "ec2_delete_credential")
    remove(.ec2Credentials, call["access"])
    return Answer(204)
  }

  private func credential(_ call: Call, action: String) throws(Refusal) -> Fields {
    let user = try user(call, action: action)
    guard let found = thing(.ec2Credentials, call["access"]), found.text("user_id") == user.id else {
      // Keystone names a credential by the digest of its access key.
      throw Table.ec2Credentials.missing(Digest.sha256(Array(call["access"].utf8)))
    }
    return found
  }

  /// An id as Keystone makes them: a UUID without dashes.
  func hexadecimalID() -> String { ambient.uuid().filter { $0 != "-" } }
}
