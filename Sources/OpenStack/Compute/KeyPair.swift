package import Document
import OrderedCollections
package import Secrets

/// A public SSH key that servers can be created with; its name is its id.
package struct KeyPair: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .compute, "/os-keypairs", singular: "keypair", plural: "keypairs", label: "key pair",
    summary: "A public SSH key that servers can be created with.",
    columns: ["name", "type", "fingerprint"], idField: "name", nameFilter: .none,
    verbs: .fixed)

  package var id: String { name }
  package let name: String
  package let publicKey: String
  package let fingerprint: String?
  /// Only in the answer to a creation without a public key.
  package let privateKey: Secret?
  /// Without the private key.
  package let raw: Value

  package init?(_ raw: Value) {
    // A list has each in an envelope of its own.
    guard case .map(var fields) = raw["keypair"] ?? raw, let name = fields["name"]?.string else { return nil }
    self.name = name
    publicKey = fields["public_key"]?.string ?? ""
    fingerprint = fields["fingerprint"]?.string
    privateKey = fields.removeValue(forKey: "private_key")?.string.map { Secret($0) }
    self.raw = .map(fields)
  }
}

package struct NewKeyPair: NewResource {
  package typealias Resource = KeyPair

  package var name: String
  /// Nil to have Nova make a pair.
  package var publicKey: String?

  package init(name: String, publicKey: String? = nil) {
    self.name = name
    self.publicKey = publicKey
  }

  package var body: Value { .object(given: [("name", .string(name)), ("public_key", Value(publicKey))]) }
}
