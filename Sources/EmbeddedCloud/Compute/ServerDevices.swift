import Ambience
import Document
import HTTP
import OrderedCollections

// What is plugged into servers: ports and volumes.

extension EmbeddedCloud {
  /// Gives a new server the ports that its `networks` ask for.
  func plug(_ server: Server, _ fields: Fields, _ call: Call) throws(Refusal) {
    var requested = fields["networks"]?.list ?? []
    if fields["networks"]?.string == "none" { return }
    if fields["networks"] == nil || fields["networks"]?.string == "auto" {
      let own = all(.networks).filter { $0.text("_project") == call.project }
      guard own.count < 2 else {
        throw .conflict("Multiple possible networks found, use a Network ID to be more specific.")
      }
      requested = own.map { ["uuid": $0["id"] ?? .null] }
    }
    var made: [Fields] = []
    for request in requested { made.append(try port(for: server, request, call)) }
    for port in made { put(.ports, port) }
  }

  private func port(for server: Server, _ request: Value, _ call: Call) throws(Refusal) -> Fields {
    let owner: Fields = ["device_id": .string(server.id), "device_owner": "compute:nova"]
    if let id = request["port"]?.string {
      guard let port = try? find(.ports, id, call) else {
        throw .badRequest("Port \(id) could not be found.")
      }
      guard port.text("device_id").isEmpty else { throw .conflict("Port \(id) is still in use.") }
      return port.with(owner)
    }
    let network = request["uuid"]?.string ?? ""
    guard let found = try? find(.networks, network, call) else {
      throw .badRequest("Network \(network) could not be found.")
    }
    guard found["router:external"] != true || call.isAdmin else {
      throw Refusal(403, "It is not allowed to create an interface on external network \(network)")
    }
    var given: Fields = ["network_id": .string(network)]
    if let address = request["fixed_ip"]?.string { given["fixed_ips"] = [["ip_address": .string(address)]] }
    var groups: [Value] = []
    for name in server.groups {
      do { groups.append(.string(try group(named: name, call))) } catch { throw .badRequest(error.message) }
    }
    given["security_groups"] = .list(groups)
    do {
      return try makePort(given, call).with(owner).with(["_byNova": true])
    } catch {
      throw error.type == "OverQuota"
        ? Refusal(403, "Maximum number of ports exceeded") : .badRequest(error.message)
    }
  }

  // MARK: - Interfaces

  func listInterfaces(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    return Answer(200, ["interfaceAttachments": .list(ports(of: server.id).map(interface))])
  }

  func showInterface(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["interfaceAttachment": interface(try ownPort(call))])
  }

  private func ownPort(_ call: Call) throws(Refusal) -> Fields {
    let server = try server(call["id"], call)
    guard thing(.ports, call["port"]) != nil else {
      throw .notFound("Port id \(call["port"]) could not be found.")
    }
    guard let port = ports(of: server.id).first(where: { $0.text("id") == call["port"] }) else {
      throw .notFound("Instance \(server.id) does not have fixed IP or port id \(call["port"])")
    }
    return port
  }

  func attachInterface(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let fields = try call.fields("interfaceAttachment")
    var request: Fields = [:]
    if let port = fields["port_id"] { request["port"] = port }
    if let network = fields["net_id"] { request["uuid"] = network }
    request["fixed_ip"] = fields["fixed_ips"]?[0]?["ip_address"]
    let port = try port(for: server, .map(request), call).with(["status": "ACTIVE"])
    put(.ports, port)
    return Answer(200, ["interfaceAttachment": interface(port)])
  }

  func detachInterface(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    if let port = try? ownPort(call) {
      record(server.id, "detach_interface")
      later(.milliseconds(300)) { $0.release(port) }
    } else {
      // Nova only finds out later, and tells it as an event.
      servers[server.id]?.actions.insert(action("detach_interface", message: "Error"), at: 0)
      servers[server.id]?.fault = Server.Fault(
        code: 404, message: "Port \(call["port"]) is not attached", time: now)
    }
    return Answer(202, headers: ["Content-Type": "application/json"])
  }

  private func interface(_ port: Fields) -> Value {
    [
      "net_id": port["network_id"] ?? .null, "port_id": port["id"] ?? .null,
      "mac_addr": port["mac_address"] ?? .null, "port_state": port["status"] ?? .null,
      "fixed_ips": port["fixed_ips"] ?? [],
    ]
  }

  // MARK: - Volumes

  /// The volumes at a server, in the order of their devices.
  func attachments(of server: String) -> [Fields] {
    all(.volumes).filter { $0["attachments"]?[0]?["server_id"]?.string == server }
      .sorted { Self.device($0) < Self.device($1) }
  }

  private static func device(_ volume: Fields) -> String {
    volume["attachments"]?[0]?["device"]?.string ?? ""
  }

  func listAttachments(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let shown = attachments(of: server.id).map { attachment($0, server, call) }
    return Answer(200, ["volumeAttachments": .list(shown)])
  }

  func showAttachment(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let volume = try attached(call["volume"], to: server)
    return Answer(200, ["volumeAttachment": attachment(volume, server, call)])
  }

  private func attached(_ id: String, to server: Server) throws(Refusal) -> Fields {
    guard let volume = attachments(of: server.id).first(where: { $0.text("id") == id }) else {
      throw .notFound("Instance \(server.id) is not attached to volume \(id)")
    }
    return volume
  }

  private func attachment(_ volume: Fields, _ server: Server, _ call: Call) -> Value {
    let id = volume["id"] ?? .null
    var shown: Fields = [
      "id": id, "serverId": .string(server.id), "volumeId": id, "device": .string(Self.device(volume)),
    ]
    if call.has(70) { shown["tag"] = nil as Value }
    if call.has(79) { shown["delete_on_termination"] = .bool(server.ownVolumes.contains(volume.text("id"))) }
    if call.has(89) {
      shown["id"] = nil
      shown["attachment_id"] = volume["attachments"]?[0]?["attachment_id"] ?? .null
      shown["bdm_uuid"] = shown["attachment_id"]
    }
    return .map(shown)
  }

  func attachVolume(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let fields = try call.fields("volumeAttachment")
    let volume = try find(.volumes, fields.text("volumeId"), call)
    let id = volume.text("id")
    if let other = volume["attachments"]?[0]?["server_id"]?.string {
      throw .badRequest("Invalid volume: volume \(id) is already attached to instances: \(other)")
    }
    guard volume.text("status") == "available" else {
      throw .badRequest(
        "Invalid volume: volume '\(id)' status must be 'available'. Currently in '\(volume.text("status"))'")
    }
    guard [.active, .paused, .stopped, .suspended].contains(server.state.machine) else {
      throw .conflict(
        "Cannot 'attach_volume' instance \(server.id) while it is in vm_state "
          + server.state.machine.rawValue)
    }
    connect(id, to: server.id, device: freeDevice(server.id))
    return Answer(200, ["volumeAttachment": attachment(try find(.volumes, id, call), server, call)])
  }

  /// Like the usual drivers, the cloud takes the next device and not the one that is asked for.
  private func freeDevice(_ server: String) -> String {
    let taken = Set(attachments(of: server).map(Self.device))
    let letters = "bcdefghijklmnopqrstuvwxyz"
    return letters.map { "/dev/vd\($0)" }.first { !taken.contains($0) } ?? "/dev/vdz"
  }

  func connect(_ volume: String, to server: String, device: String) {
    let id = ambient.uuid()
    let attachment: Value = [
      "id": .string(volume), "attachment_id": .string(id), "volume_id": .string(volume),
      "server_id": .string(server), "host_name": nil, "device": .string(device),
      "attached_at": .string(fineClock),
    ]
    set(.volumes, volume, ["status": "reserved", "attachments": [attachment]])
    later(.milliseconds(150)) { $0.change(volume, from: "reserved", to: "attaching") }
    later(.milliseconds(400)) { $0.change(volume, from: "attaching", to: "in-use") }
  }

  func detachVolume(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    let id = try attached(call["volume"], to: server).text("id")
    set(.volumes, id, ["status": "detaching"])
    later(.milliseconds(300)) { $0.detached(id) }
    return Answer(202, headers: ["Content-Type": "application/json"])
  }

  func detached(_ volume: String) {
    set(.volumes, volume, ["status": "available", "attachments": [], "updated_at": .string(fineClock)])
  }

  /// Makes and attaches the volumes that a new server's `block_device_mapping_v2` asks for.
  func bootVolumes(_ server: inout Server, _ fields: Fields, _ call: Call) throws(Refusal) {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let devices = (fields["block_device_mapping_v2"]?.list ?? []).filter {
      $0["destination_type"]?.string == "volume"
    }
    for (index, device) in devices.enumerated() {
      let offset = device["boot_index"]?.scalarText == "0" ? 0 : index + (server.image == nil ? 0 : 1)
      let id: String
      if device["source_type"]?.string == "volume" {
        id = try find(.volumes, device["uuid"]?.string ?? "", call).text("id")
      } else {
        id = try bootVolume(device, call)
      }
      connect(id, to: server.id, device: "/dev/vd\(letters[min(offset, letters.count - 1)])")
      if device["delete_on_termination"]?.bool ?? false { server.ownVolumes.insert(id) }
    }
  }

  private func bootVolume(_ device: Value, _ call: Call) throws(Refusal) -> String {
    var given: Fields = ["size": device["volume_size"] ?? 1]
    if device["source_type"]?.string == "snapshot" { given["snapshot_id"] = device["uuid"] }
    if device["source_type"]?.string == "image" { given["imageRef"] = device["uuid"] }
    let volume = try newVolume(given, call)
    put(.volumes, volume.with(["status": "available"]))
    return volume.text("id")
  }
}
