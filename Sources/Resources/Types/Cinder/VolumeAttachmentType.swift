import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// A Cinder volume at a Nova server, in the words of either language.
package struct VolumeAttachmentType: ResourceType {
  /// What the type calls the server, the volume and the device.
  struct Words: Sendable {
    let server: String
    let volume: String
    let device: String
  }

  package let name: String
  let words: Words
  package let schema: ResourceSchema
  package let replacesAfterDelete = true
  let context: OpenStackContext

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let (server, volume) = try await ends(call)
    return physical(server, volume, try await attach(volume, server, call))
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    // Heat's may move from one server to another.
    let (server, volume) = try await ends(call)
    let isSame = resource.notes["server"]?.string == server && resource.notes["volume"]?.string == volume
    if !isSame { try await delete(resource, call) }
    // An update that didn't end may have moved it already, or be about to take it away.
    if try await context.staysAttached(volume, to: server) {
      return isSame ? resource : moved(resource, server, volume)
    }
    return moved(resource, server, volume, try await attach(volume, server, call))
  }

  private func attach(_ volume: String, _ server: String, _ call: ResourceCall) async throws -> String? {
    do {
      return try await context.attach(
        volume, to: server, device: call.text(words.device), key: "attachment", call)
    } catch let error as OpenStackError where error.code == .badRequest {
      // What attaches the volume already is some other resource's, and mustn't go with this one.
      _ = try await call.step(Self.refusal) { true }
      throw error
    }
  }

  private static let refusal = "refused"

  private func moved(
    _ resource: PhysicalResource, _ server: String, _ volume: String, _ attachment: String? = nil
  ) -> PhysicalResource {
    var now = physical(server, volume, attachment)
    now.id = resource.id
    now.reference = resource.reference
    return now
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    guard let server = resource.notes["server"]?.string, let volume = resource.notes["volume"]?.string else {
      return
    }
    try await context.detach(volume, from: server, attachment: resource.notes["attachment"]?.string)
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    let known = (resource.notes["server"]?.string, resource.notes["volume"]?.string)
    let (server, volume) =
      if case (let server?, let volume?) = known { (server, volume) } else {
        try await ends(call)
      }
    let isThere = try await context.isAttached(volume, to: server)
    let attachment = resource.notes["attachment"]?.string
    return Observation(isThere ? .sound : .gone, physical(server, volume, attachment))
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    if try await call.journal.entries().contains(where: { $0.key == Self.refusal }) { return nil }
    guard let (server, volume) = try? await ends(call) else { return nil }
    return physical(server, volume)
  }

  private func ends(_ call: ResourceCall) async throws -> (server: String, volume: String) {
    let server = try await context.names.id(of: Server.kind, named: try call.required(words.server))
    let volume = try await context.names.id(of: Volume.kind, named: try call.required(words.volume))
    return (server, volume)
  }

  private func physical(_ server: String, _ volume: String, _ attachment: String? = nil) -> PhysicalResource {
    var notes: OrderedDictionary<String, Value> = ["server": .string(server), "volume": .string(volume)]
    if let attachment { notes["attachment"] = .string(attachment) }
    return PhysicalResource(id: volume, notes: notes)
  }
}
