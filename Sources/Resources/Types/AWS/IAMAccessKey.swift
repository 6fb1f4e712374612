import Ambience
import Document
import OpenStack
import OrderedCollections
import Secrets
package import StackEngine
package import Templates

/// `AWS::IAM::AccessKey`: an EC2 credential of the user who is logged in; `Ref` gives the access key.
///
/// Keystone keeps no tags with a credential, so kiln chooses the access key itself, from the physical name: a
/// lost call is found again by it.
package struct IAMAccessKey: ResourceType {
  package let name = "AWS::IAM::AccessKey"
  package let schema: ResourceSchema
  let context: OpenStackContext

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let access = Self.access(call)
    _ = try await call.stepID("credential", find: { try await find(access)?.access }) {
      try await make(access)
      return access
    }
    let credential = try await context.cloud.identity.ec2Credentials().get(access)
    return PhysicalResource(
      id: access,
      attributes: [
        "SecretAccessKey": .string(credential.secret.reveal()),
        "UserName": .string(call.text("UserName") ?? ""),
      ], secretAttributes: ["SecretAccessKey"])
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await context.cloud.identity.ec2Credentials().deleteIfPresent(resource.id)
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    Observation(try await find(resource.id) == nil ? .gone : .sound, resource)
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(Self.access(call)).map { PhysicalResource(id: $0.access) }
  }

  static func access(_ call: ResourceCall) -> String {
    // 128 bits, as Keystone's own keys have; nothing is secret about it.
    String(Signature.hmacSHA256("\(call.stack.id)/\(call.physicalName)", key: Secret("kiln")).prefix(32))
  }

  private func find(_ access: String) async throws -> EC2Credential? {
    try await context.cloud.identity.ec2Credentials().list().first { $0.access == access }
  }

  private func make(_ access: String) async throws {
    let cloud = context.cloud
    let secret = context.ambient.characters(32, from: "0123456789abcdef")
    let blob: Value = ["access": .string(access), "secret": .string(secret)]
    _ = try await cloud.request(
      service: "identity", method: "POST", path: "/credentials",
      body: [
        "credential": [
          "type": "ec2", "blob": .string(blob.jsonText()),
          "user_id": .string(try await cloud.identity.currentUser().id),
          "project_id": .string(try await cloud.identity.currentProject().id),
        ]
      ])
  }
}
