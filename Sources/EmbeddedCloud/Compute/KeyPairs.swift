import Ambience
import Document
import HTTP
import OrderedCollections
import Secrets

extension EmbeddedCloud {
  func listKeyPairs(_ call: Call) throws(Refusal) -> Answer {
    let own = all(.keyPairs).filter { $0.text("_user") == call.user }
    let names: Set = call.has(2) ? ["name", "public_key", "fingerprint", "type"] : Self.oldNames
    let (items, next) = try call.page(own, by: "name") { .badRequest("marker [\($0)] not found") }
    var body: Fields = ["keypairs": .list(items.map { ["keypair": .map($0.only(names))] })]
    if let next, call.has(35) { body["keypairs_links"] = [["rel": "next", "href": .string(next)]] }
    return Answer(200, .map(body))
  }

  private static let oldNames: Set = ["name", "public_key", "fingerprint"]

  func createKeyPair(_ call: Call) throws(Refusal) -> Answer {
    let fields = try call.fields("keypair")
    let name = fields.text("name")
    guard !name.isEmpty else {
      throw .badRequest("Invalid input for field/attribute name. Value: . '' is too short")
    }
    let id = "\(call.user)/\(name)"
    guard thing(.keyPairs, id) == nil else { throw .conflict("Key pair '\(name)' already exists.") }
    guard
      quotas(call.project).keyPairs < 0
        || all(.keyPairs).count(where: { $0.text("_user") == call.user }) < quotas(call.project).keyPairs
    else { throw Refusal(403, "Quota exceeded, too many key pairs.") }
    let made = keyPair(name, id, fields, call)
    put(.keyPairs, made)
    var shown = made.only(Self.oldNames.union(call.has(2) ? ["type"] : []))
    shown["user_id"] = .string(call.user)
    if fields.textIfAny("public_key") == nil { shown["private_key"] = .string(privateKey) }
    return Answer(call.has(2) ? 201 : 200, ["keypair": .map(shown)])
  }

  private func keyPair(_ name: String, _ id: String, _ given: Fields, _ call: Call) -> Fields {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let publicKey =
      given.textIfAny("public_key")
      ?? "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ\(ambient.characters(338, from: letters)) Generated-by-Nova"
    let digits = Array(Digest.md5(Array(publicKey.utf8)))
    let fingerprint = stride(from: 0, to: 32, by: 2).map { String(digits[$0...$0 + 1]) }
    return [
      "id": .string(id), "name": .string(name), "public_key": .string(publicKey),
      "fingerprint": .string(fingerprint.joined(separator: ":")), "type": "ssh",
      "_user": .string(call.user), "_project": .string(call.project),
      "_number": .integer(Int64(all(.keyPairs).count + 1)), "created_at": .string(fineClock),
    ]
  }

  /// Something in the shape of a private key, which opens nothing.
  private var privateKey: String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let lines = (0..<25).map { _ in ambient.characters(64, from: letters) }
    return (["-----BEGIN RSA PRIVATE KEY-----"] + lines + ["-----END RSA PRIVATE KEY-----", ""])
      .joined(separator: "\n")
  }

  func showKeyPair(_ call: Call) throws(Refusal) -> Answer {
    let pair = try keyPair(call)
    var shown = pair.only(Self.oldNames.union(call.has(2) ? ["type"] : []))
    shown.merge([
      "user_id": .string(call.user), "created_at": .string(fineClock), "deleted": false, "deleted_at": nil,
      "id": pair["_number"] ?? 1, "updated_at": nil,
    ]) { $1 }
    return Answer(200, ["keypair": .map(shown)])
  }

  func deleteKeyPair(_ call: Call) throws(Refusal) -> Answer {
    remove(.keyPairs, try keyPair(call).text("id"))
    return Answer(call.has(2) ? 204 : 202, headers: ["Content-Type": "application/json"])
  }

  private func keyPair(_ call: Call) throws(Refusal) -> Fields {
    guard let pair = thing(.keyPairs, "\(call.user)/\(call["name"])") else {
      throw .notFound("Keypair \(call["name"]) not found for user \(call.user)")
    }
    return pair
  }
}
