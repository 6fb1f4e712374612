package import Document
import OrderedCollections
package import Secrets

/// A pair of keys that EC2's signatures are made with, for one user in one project.
package struct EC2Credential: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .identity, "/credentials/OS-EC2", singular: "credential", plural: "credentials",
    label: "EC2 credential")

  /// The access key, by which Keystone knows it.
  package let access: String
  package let secret: Secret
  package let projectID: String
  package let userID: String
  /// Without the secret.
  package let raw: Value

  package var id: String { access }
  package var name: String { access }

  package init?(_ raw: Value) {
    guard
      case .map(var fields) = raw, let access = fields["access"]?.string,
      let secret = fields.removeValue(forKey: "secret")?.string
    else { return nil }
    self.access = access
    self.secret = Secret(secret)
    projectID = fields["tenant_id"]?.string ?? ""
    userID = fields["user_id"]?.string ?? ""
    self.raw = .map(fields)
  }
}

extension Calls where Resource == EC2Credential {
  /// Makes a pair of keys for a project.
  package func create(projectID: String) async throws -> EC2Credential {
    try await create(body: ["tenant_id": .string(projectID)])
  }
}
