import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::VolumeAttachment`: a Cinder volume at a Nova server.
package struct EC2VolumeAttachment: ResourceType {
  package let name = "AWS::EC2::VolumeAttachment"
  package let schema: ResourceSchema
  package let replacesAfterDelete = true
  let context: OpenStackContext

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let server = try call.required("InstanceId")
    let volume = try call.required("VolumeId")
    try await context.attach(volume, to: server, device: call.text("Device"), key: "attachment", call)
    return physical(server, volume)
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    guard let server = resource.notes["server"]?.string, let volume = resource.notes["volume"]?.string else {
      return
    }
    try await context.detach(volume, from: server)
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    guard let server = call.text("InstanceId"), let volume = call.text("VolumeId") else { return nil }
    return physical(server, volume)
  }

  private func physical(_ server: String, _ volume: String) -> PhysicalResource {
    PhysicalResource(id: volume, notes: ["server": .string(server), "volume": .string(volume)])
  }
}
