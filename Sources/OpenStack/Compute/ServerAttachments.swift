import Document
import HTTP

/// A port of a server's.
package struct ServerInterface: Sendable, Hashable {
  package let portID: String
  package let networkID: String
  package let macAddress: String?
  package let addresses: [String]

  init?(_ raw: Value) {
    guard let port = raw["port_id"]?.string, let network = raw["net_id"]?.string else { return nil }
    portID = port
    networkID = network
    macAddress = raw["mac_addr"]?.string
    addresses = (raw["fixed_ips"]?.list ?? []).compactMap { $0["ip_address"]?.string }
  }
}

/// A volume at a server.
package struct VolumeAttachment: Sendable, Hashable {
  package let serverID: String
  package let volumeID: String
  /// Such as `/dev/vdb`.
  package let device: String?

  init?(_ raw: Value) {
    guard let server = raw["serverId"]?.string, let volume = raw["volumeId"]?.string else { return nil }
    serverID = server
    volumeID = volume
    device = raw["device"]?.string
  }
}

extension Calls where Resource == Server {
  package func interfaces(of id: String) async throws -> [ServerInterface] {
    let answer = try await call("GET", id, "/os-interface")
    return (answer["interfaceAttachments"]?.list ?? []).compactMap { ServerInterface($0) }
  }

  package func attachPort(_ portID: String, to id: String) async throws {
    try await call("POST", id, "/os-interface", body: ["interfaceAttachment": ["port_id": .string(portID)]])
  }

  /// Makes a port on a network and attaches it.
  package func attachNetwork(_ networkID: String, to id: String) async throws {
    try await call("POST", id, "/os-interface", body: ["interfaceAttachment": ["net_id": .string(networkID)]])
  }

  /// Begins to detach a port; one that Nova made is deleted.
  package func detachPort(_ portID: String, from id: String) async throws {
    try await call("DELETE", id, "/os-interface/" + percentEncoded(portID))
  }

  package func volumeAttachments(of id: String) async throws -> [VolumeAttachment] {
    let answer = try await call("GET", id, "/os-volume_attachments")
    return (answer["volumeAttachments"]?.list ?? []).compactMap { VolumeAttachment($0) }
  }

  /// Begins to attach a volume; the volume is `in-use` when it is done.
  package func attachVolume(_ volumeID: String, to id: String, device: String? = nil) async throws
    -> VolumeAttachment
  {
    let fields = Value.object(given: [("volumeId", .string(volumeID)), ("device", Value(device))])
    let answer = try await call("POST", id, "/os-volume_attachments", body: ["volumeAttachment": fields])
    guard let attachment = answer["volumeAttachment"].flatMap({ VolumeAttachment($0) }) else {
      throw OpenStackError(.badResponse, "Nova's answer describes no volume attachment", service: .compute)
    }
    return attachment
  }

  /// Begins to detach a volume; the volume is `available` when it is done.
  package func detachVolume(_ volumeID: String, from id: String) async throws {
    try await call("DELETE", id, "/os-volume_attachments/" + percentEncoded(volumeID))
  }
}
