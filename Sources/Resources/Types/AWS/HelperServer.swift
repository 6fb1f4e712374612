import Document
import OpenStack
import OrderedCollections
import StackEngine

/// A server that does for a stack what Amazon does with a service of its own: a stack of its own with one instance.
struct HelperServer {
  let call: ResourceCall
  let context: OpenStackContext
  /// What installs and starts the service: cloud-init runs it.
  let script: String
  let securityGroups: Value

  func bring() async throws -> PhysicalResource {
    let (image, flavor) = try await (image(), flavor())
    var members = Members()
    members.isSecret = true
    members.members["Server"] = Members.Member(
      type: "AWS::EC2::Instance",
      properties: [
        "ImageId": .string(image), "InstanceType": .string(flavor), "UserData": .string(script),
        "SecurityGroups": securityGroups,
      ])
    let stack = try await members.bring(call)
    var resource = PhysicalResource(id: stack.identity.id, reference: .string(call.physicalName))
    resource.notes["nested"] = .string(stack.identity.name)
    if let server = stack.resources["Server"]?.physical {
      resource.notes["server"] = .string(server.id)
      resource.attributes["address"] = server.attributes["PublicIp"] ?? ""
    }
    return resource
  }

  /// An image with the tools of 2012 if the cloud has one, else its first.
  private func image() async throws -> String {
    let images = try await context.cloud.image.images.list(["status": "active"])
    guard
      let first = images.sorted(by: { $0.name < $1.name }).first(where: { $0.name.contains("cfntools") })
        ?? images.min(by: { $0.name < $1.name })
    else { throw ResourceError(.badProperty, "the cloud has no image that \(call.logicalID) could run on") }
    return first.id
  }

  private func flavor() async throws -> String {
    let flavors = try await context.cloud.compute.flavors.list()
    if let small = flavors.first(where: { $0.name == "m1.small" }) { return small.id }
    guard let least = flavors.min(by: { $0.memory < $1.memory }) else {
      throw ResourceError(.badProperty, "the cloud has no flavor that \(call.logicalID) could have")
    }
    return least.id
  }
}
