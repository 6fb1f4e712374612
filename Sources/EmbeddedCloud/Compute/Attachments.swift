import Ambience
import Document
import HTTP
import OrderedCollections

// What is plugged into servers: volumes and ports.

extension EmbeddedCloud {
  func attachments(of server: String, _ asked: Asked) throws(Refusal) -> Answer {
    _ = try thing("servers", server)
    let attached = all("volumes").filter { $0["attachments"]?[0]?["server_id"]?.string == server }
    switch (asked.method, asked.path.first) {
    case (.get, nil):
      return Answer(200, ["volumeAttachments": .list(attached.map { attachment($0, server) })])
    case (.get, let id?):
      guard let volume = attached.first(where: { $0.text("id") == id }) else {
        throw .notFound("Instance \(server) is not attached to volume \(id)")
      }
      return Answer(200, ["volumeAttachment": attachment(volume, server)])
    case (.post, nil): return try attach(asked.fields("volumeAttachment"), to: server)
    case (.delete, let id?): return try detach(id, from: server)
    default: throw .notAllowed()
    }
  }

  private func attachment(_ volume: Fields, _ server: String) -> Value {
    [
      "id": volume["id"] ?? .null, "volumeId": volume["id"] ?? .null, "serverId": .string(server),
      "device": volume["attachments"]?[0]?["device"] ?? .null, "tag": nil, "delete_on_termination": false,
    ]
  }

  private func attach(_ fields: Fields, to server: String) throws(Refusal) -> Answer {
    let id = fields.text("volumeId")
    let volume = try thing("volumes", id)
    guard volume.text("status") == "available" else {
      throw .badRequest(
        "Invalid volume: volume '\(id)' status must be 'available'. Currently in '\(volume.text("status"))'")
    }
    let device = fields.text("device").isEmpty ? "/dev/vdb" : fields.text("device")
    let made: Value = [
      "server_id": .string(server), "device": .string(device), "attachment_id": .string(ambient.uuid()),
      "volume_id": .string(id), "id": .string(id), "host_name": "embedded", "attached_at": .string(clock),
    ]
    set("volumes", id, ["status": "attaching", "attachments": [made]])
    later(.milliseconds(400)) { $0.set("volumes", id, ["status": "in-use"]) }
    return Answer(200, ["volumeAttachment": attachment(try thing("volumes", id), server)])
  }

  private func detach(_ id: String, from server: String) throws(Refusal) -> Answer {
    guard collections["volumes"]?[id]?["attachments"]?[0]?["server_id"]?.string == server else {
      throw .notFound("Instance \(server) is not attached to volume \(id)")
    }
    set("volumes", id, ["status": "detaching"])
    later(.milliseconds(400)) { $0.set("volumes", id, ["status": "available", "attachments": []]) }
    return Answer(202)
  }

  // MARK: - Ports

  func interfaces(of server: String, _ asked: Asked) throws(Refusal) -> Answer {
    _ = try thing("servers", server)
    let ports = all("ports").filter { $0.text("device_id") == server }
    switch (asked.method, asked.path.first) {
    case (.get, nil): return Answer(200, ["interfaceAttachments": .list(ports.map(interface))])
    case (.post, nil):
      let fields = try asked.fields("interfaceAttachment")
      try plug(
        server, ["networks": [fields["port_id"].map { ["port": $0] } ?? ["uuid": fields["net_id"] ?? .null]]])
      let port = all("ports").last { $0.text("device_id") == server }
      return Answer(200, ["interfaceAttachment": port.map(interface) ?? .null])
    case (.delete, let id?):
      guard ports.contains(where: { $0.text("id") == id }) else {
        throw .notFound("Port \(id) is not attached")
      }
      set("ports", id, ["device_id": "", "device_owner": "", "status": "DOWN"])
      return Answer(202)
    default: throw .notAllowed()
    }
  }

  private func interface(_ port: Fields) -> Value {
    [
      "port_id": port["id"] ?? .null, "net_id": port["network_id"] ?? .null,
      "port_state": port["status"] ?? .null,
      "mac_addr": port["mac_address"] ?? .null, "fixed_ips": port["fixed_ips"] ?? [],
    ]
  }

  /// Gives a new server its ports: those that it asks for, or one in the project's only network.
  func plug(_ server: String, _ fields: Fields) throws(Refusal) {
    let wanted = fields["networks"]?.list ?? [["uuid": .string(Seed.privateNetwork)]]
    let names = (fields["security_groups"]?.list ?? []).compactMap { $0["name"]?.string }
    for network in wanted {
      let owner: Fields = ["device_id": .string(server), "device_owner": "compute:nova"]
      if let port = network["port"]?.string {
        _ = try thing("ports", port)
        set("ports", port, owner)
      } else {
        var port = try newPort(["network_id": network["uuid"] ?? .null], groups: try groups(named: names))
        port.merge(owner) { $1 }
        port["made_by_nova"] = true
        put("ports", port)
      }
    }
  }

  private func groups(named names: [String]) throws(Refusal) -> [String] {
    var ids: [String] = []
    for name in names {
      guard
        let group = all("security-groups").first(where: { $0.text("name") == name || $0.text("id") == name })
      else { throw .badRequest("Security group \(name) not found for project \(Seed.projectID).") }
      ids.append(group.text("id"))
    }
    return ids
  }

  /// Takes a deleted server's ports and volumes away from it.
  func unplug(_ server: String) {
    for port in all("ports") where port.text("device_id") == server {
      let id = port.text("id")
      for floating in all("floatingips") where floating.text("port_id") == id {
        set("floatingips", floating.text("id"), ["port_id": nil, "fixed_ip_address": nil, "status": "DOWN"])
      }
      if port["made_by_nova"] == true {
        remove("ports", id)
      } else {
        set("ports", id, ["device_id": "", "device_owner": "", "status": "DOWN"])
      }
    }
    for volume in all("volumes") where volume["attachments"]?[0]?["server_id"]?.string == server {
      set("volumes", volume.text("id"), ["status": "available", "attachments": []])
    }
  }
}
