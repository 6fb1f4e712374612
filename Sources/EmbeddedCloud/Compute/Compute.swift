import Ambience
import Document
import HTTP
import OrderedCollections

// Nova: servers and what they are made of.

extension EmbeddedCloud {
  func compute(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    if asked.path.count <= 1 { return Answer(200, Catalog.computeVersion(base)) }
    let url = base + "/compute/v2.1/" + asked.path.dropFirst().joined(separator: "/")
    let call = asked.dropping(1)
    switch call.path.first {
    case "servers": return try servers(call, url)
    case "flavors": return try flavors(call, url)
    case "os-keypairs": return try keyPairs(call)
    case "os-availability-zone":
      let zone: Value = ["zoneName": "nova", "zoneState": ["available": true], "hosts": nil]
      return Answer(200, ["availabilityZoneInfo": [zone]])
    case "limits": return Answer(200, ["limits": ["rate": [], "absolute": .map(limits)]])
    case "os-volumes_boot", "os-server-groups": return Answer(200, ["server_groups": []])
    default: throw .notFound("The resource could not be found.")
    }
  }

  private var limits: Fields {
    [
      "maxTotalInstances": .integer(Int64(quotas.servers)), "maxTotalCores": -1, "maxTotalRAMSize": -1,
      "totalInstancesUsed": .integer(Int64(all("servers").count)), "totalCoresUsed": 0, "totalRAMUsed": 0,
    ]
  }

  private func flavors(_ asked: Asked, _ url: String) throws(Refusal) -> Answer {
    guard let id = asked.path.dropFirst().first, id != "detail" else {
      return page(all("flavors"), asked, envelope: "flavors", base: url, linksName: "flavors_links")
    }
    if asked.path.count > 2 { return Answer(200, ["extra_specs": [:]]) }
    return Answer(200, ["flavor": .map(try flavor(id))])
  }

  private func flavor(_ id: String) throws(Refusal) -> Fields {
    guard let flavor = collections["flavors"]?[id] else {
      throw .notFound("Flavor \(id) could not be found.")
    }
    return flavor
  }

  private func keyPairs(_ asked: Asked) throws(Refusal) -> Answer {
    let name = asked.path.dropFirst().first
    switch (asked.method, name) {
    case (.get, nil): return Answer(200, ["keypairs": .list(all("keypairs").map { ["keypair": .map($0)] })])
    case (.get, let name?):
      guard let pair = collections["keypairs"]?[name] else {
        throw .notFound("Keypair \(name) not found for user")
      }
      return Answer(200, ["keypair": .map(pair)])
    case (.post, nil):
      var fields = try asked.fields("keypair")
      let name = fields.text("name")
      guard collections["keypairs"]?[name] == nil else {
        throw .conflict("Key pair '\(name)' already exists.")
      }
      fields["id"] = .string(name)
      fields["user_id"] = .string(Seed.userID)
      fields["fingerprint"] = "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff"
      let isGenerated = fields.text("public_key").isEmpty
      if isGenerated { fields["public_key"] = "ssh-rsa AAAA Generated-by-Nova" }
      put("keypairs", fields)
      if isGenerated { fields["private_key"] = "-----BEGIN RSA PRIVATE KEY-----\n" }
      return Answer(201, ["keypair": .map(fields)])
    case (.delete, let name?):
      guard collections["keypairs"]?[name] != nil else { throw .notFound("Keypair \(name) not found") }
      remove("keypairs", name)
      return Answer(202)
    default: throw .notAllowed()
    }
  }

  // MARK: - Servers

  private func servers(_ asked: Asked, _ url: String) throws(Refusal) -> Answer {
    let id = asked.path.dropFirst().first
    switch (asked.method, id, asked.path.dropFirst(2).first) {
    case (.get, nil, _), (.get, "detail", nil):
      let shown = all("servers").map { view($0, asked) }
      return page(shown, asked, envelope: "servers", base: url, linksName: "servers_links")
    case (.post, nil, _): return try createServer(asked)
    case (.get, let id?, nil): return Answer(200, ["server": .map(view(try thing("servers", id), asked))])
    case (.put, let id?, nil):
      _ = try thing("servers", id)
      set("servers", id, try asked.fields("server").filter { ["name", "description"].contains($0.key) })
      return Answer(200, ["server": .map(view(try thing("servers", id), asked))])
    case (.delete, let id?, nil): return try deleteServer(id)
    case (_, let id?, "action"): return try act(on: id, asked)
    case (_, let id?, "metadata"): return try metadata(of: id, asked.dropping(3))
    case (_, let id?, "os-volume_attachments"): return try attachments(of: id, asked.dropping(3))
    case (_, let id?, "os-interface"): return try interfaces(of: id, asked.dropping(3))
    default: throw .notFound("The resource could not be found.")
    }
  }

  /// A server as Nova shows it: with the addresses of its ports.
  private func view(_ server: Fields, _ asked: Asked) -> Fields {
    var server = server
    let id = server.text("id")
    // Until 2.47 a server names its flavor by id, and until 2.26 it has no tags.
    if asked.novaVersion < 47 { server["flavor"] = ["id": server["flavor_id"] ?? .null, "links": []] }
    if asked.novaVersion < 26 { server["tags"] = nil }
    server["flavor_id"] = nil
    var addresses: Fields = [:]
    for port in all("ports") where port.text("device_id") == id {
      let network = collections["networks"]?[port.text("network_id")]?.text("name") ?? "network"
      let fixed = port["fixed_ips"]?[0]?["ip_address"]?.string ?? ""
      let mac = port["mac_address"] ?? .null
      func entry(_ address: String, _ kind: String) -> Value {
        [
          "version": 4, "addr": .string(address), "OS-EXT-IPS:type": .string(kind),
          "OS-EXT-IPS-MAC:mac_addr": mac,
        ]
      }
      let floating = all("floatingips").filter { $0.text("port_id") == port.text("id") }
        .map { entry($0.text("floating_ip_address"), "floating") }
      addresses[network] = .list((addresses[network]?.list ?? []) + [entry(fixed, "fixed")] + floating)
    }
    server["addresses"] = .map(addresses)
    server["os-extended-volumes:volumes_attached"] = .list(
      all("volumes").filter { $0["attachments"]?[0]?["server_id"]?.string == id }
        .map { ["id": $0["id"] ?? .null, "delete_on_termination": false] })
    return server
  }

  private func createServer(_ asked: Asked) throws(Refusal) -> Answer {
    let fields = try asked.fields("server")
    guard quotas.servers < 0 || all("servers").count < quotas.servers else {
      throw Refusal(
        403, "forbidden", "Forbidden",
        "Quota exceeded for instances: Requested 1, but already used \(all("servers").count) of \(quotas.servers) instances"
      )
    }
    let id = ambient.uuid()
    let server = try draft(fields, id)
    try plug(id, fields)
    put("servers", server)
    userData[id] = fields["user_data"]?.string
    later(.milliseconds(900)) { $0.finishBuild(id) }
    return Answer(
      202,
      [
        "server": [
          "id": .string(id), "links": [], "OS-DCF:diskConfig": "MANUAL",
          "security_groups": server["security_groups"] ?? [],
          "adminPass": .string(ambient.characters(12, from: "abcdefghjkmnpq23456789")),
        ]
      ])
  }

  private func draft(_ fields: Fields, _ id: String) throws(Refusal) -> Fields {
    guard !fields.text("name").isEmpty else {
      throw .badRequest("Invalid input for field/attribute server. 'name' is a required property")
    }
    let flavor: Fields
    do { flavor = try self.flavor(fields.text("flavorRef")) } catch {
      throw .badRequest("Flavor \(fields.text("flavorRef")) could not be found.")
    }
    let image = fields.text("imageRef")
    guard collections["images"]?[image] != nil || fields["block_device_mapping_v2"] != nil else {
      throw .badRequest("Can not find requested image")
    }
    let key = fields.text("key_name")
    guard key.isEmpty || collections["keypairs"]?[key] != nil else {
      throw .badRequest("Invalid key_name provided.")
    }
    return [
      "id": .string(id), "name": fields["name"] ?? "", "status": "BUILD",
      "OS-EXT-STS:task_state": "scheduling",
      "OS-EXT-STS:vm_state": "building", "OS-EXT-STS:power_state": 0, "progress": 0,
      "image": image.isEmpty ? "" : ["id": .string(image), "links": []],
      "flavor": [
        "original_name": flavor["name"] ?? "", "vcpus": flavor["vcpus"] ?? 1, "ram": flavor["ram"] ?? 0,
        "disk": flavor["disk"] ?? 0, "ephemeral": 0, "swap": 0, "extra_specs": [:],
      ],
      "flavor_id": flavor["id"] ?? "", "key_name": key.isEmpty ? .null : .string(key),
      "metadata": fields["metadata"] ?? [:], "tags": fields["tags"] ?? [],
      "security_groups": fields["security_groups"] ?? [["name": "default"]], "hostId": "", "config_drive": "",
      "tenant_id": .string(Seed.projectID), "user_id": .string(Seed.userID), "created": .string(clock),
      "updated": .string(clock), "OS-EXT-AZ:availability_zone": fields["availability_zone"] ?? "nova",
      "accessIPv4": "", "accessIPv6": "", "locked": false, "description": fields["description"] ?? .null,
      "links": [],
    ]
  }

  private func finishBuild(_ id: String) {
    guard collections["servers"]?[id] != nil else { return }
    if let message = buildFailure() {
      set(
        "servers", id,
        [
          "status": "ERROR", "OS-EXT-STS:task_state": nil, "OS-EXT-STS:vm_state": "error",
          "fault": ["code": 500, "message": .string(message), "created": .string(clock)],
        ])
      return
    }
    bringUp(id)
    for port in all("ports") where port.text("device_id") == id {
      set("ports", port.text("id"), ["status": "ACTIVE"])
    }
    boot(id)
  }

  /// Marks a server as active again.
  private func bringUp(_ id: String) {
    set(
      "servers", id,
      [
        "status": "ACTIVE", "OS-EXT-STS:task_state": nil, "OS-EXT-STS:vm_state": "active",
        "OS-EXT-STS:power_state": 1, "updated": .string(clock),
      ])
  }

  private func deleteServer(_ id: String) throws(Refusal) -> Answer {
    _ = try thing("servers", id)
    set("servers", id, ["OS-EXT-STS:task_state": "deleting"])
    guests[id] = nil
    later(.milliseconds(500)) { cloud in
      cloud.remove("servers", id)
      cloud.userData[id] = nil
      cloud.unplug(id)
    }
    return Answer(204)
  }

  // MARK: - Actions

  private func act(on id: String, _ asked: Asked) throws(Refusal) -> Answer {
    let server = try thing("servers", id)
    guard let (action, argument) = try asked.json().map?.elements.first.map({ ($0.key, $0.value) }) else {
      throw .badRequest("There is no such action")
    }
    let isBusy = !(server["OS-EXT-STS:task_state"] ?? .null).isNull
    func claim(_ task: String, from states: Set<String>) throws(Refusal) {
      guard states.contains(server.text("status")), !isBusy else {
        let state =
          isBusy
          ? "task_state \(server.text("OS-EXT-STS:task_state"))"
          : "vm_state \(server.text("OS-EXT-STS:vm_state"))"
        throw .conflict("Cannot '\(action)' instance \(id) while it is in \(state)")
      }
      set("servers", id, ["OS-EXT-STS:task_state": .string(task)])
    }
    switch action {
    case "reboot":
      let isHard = argument["type"]?.string == "HARD"
      try claim(
        isHard ? "rebooting_hard" : "rebooting", from: isHard ? ["ACTIVE", "ERROR", "SHUTOFF"] : ["ACTIVE"])
      set("servers", id, ["status": isHard ? "HARD_REBOOT" : "REBOOT"])
      restart(id, after: .milliseconds(isHard ? 900 : 600), remedy: isHard ? .hardReboot : .softReboot)
    case "os-stop":
      try claim("powering-off", from: ["ACTIVE", "ERROR"])
      guests[id]?.isRunning = false
      later(.milliseconds(400)) {
        $0.set(
          "servers", id,
          [
            "status": "SHUTOFF", "OS-EXT-STS:task_state": nil, "OS-EXT-STS:vm_state": "stopped",
            "OS-EXT-STS:power_state": 4,
          ])
      }
    case "os-start":
      try claim("powering-on", from: ["SHUTOFF"])
      restart(id, after: .milliseconds(500), remedy: .hardReboot)
    case "rebuild":
      try claim("rebuilding", from: ["ACTIVE", "SHUTOFF", "ERROR"])
      set("servers", id, ["status": "REBUILD", "fault": nil])
      if let image = argument["imageRef"]?.string {
        set("servers", id, ["image": ["id": .string(image), "links": []]])
      }
      restart(id, after: .milliseconds(1200), remedy: .rebuild)
      return Answer(202, ["server": .map(view(try thing("servers", id), asked))])
    case "resize": try resize(id, argument, claim)
    case "confirmResize":
      guard server.text("status") == "VERIFY_RESIZE" else {
        throw .conflict("Instance has not been resized.")
      }
      bringUp(id)
      return Answer(204)
    case "suspend":
      try claim("suspending", from: ["ACTIVE"])
      later(.milliseconds(300)) {
        $0.set("servers", id, ["status": "SUSPENDED", "OS-EXT-STS:task_state": nil])
      }
    case "resume":
      try claim("resuming", from: ["SUSPENDED"])
      later(.milliseconds(300)) { $0.bringUp(id) }
    case "addSecurityGroup", "removeSecurityGroup": break
    case "os-getConsoleOutput": return Answer(200, ["output": "kiln embedded guest\n"])
    default: throw .badRequest("There is no such action: \(action)")
    }
    return Answer(202)
  }

  private func resize(
    _ id: String, _ argument: Value, _ claim: (String, Set<String>) throws(Refusal) -> Void
  ) throws(Refusal) {
    let flavor = try self.flavor(argument["flavorRef"]?.string ?? "")
    try claim("resize_prep", ["ACTIVE", "SHUTOFF"])
    set("servers", id, ["status": "RESIZE"])
    later(.milliseconds(900)) { cloud in
      cloud.set(
        "servers", id,
        [
          "status": "VERIFY_RESIZE", "OS-EXT-STS:task_state": nil, "OS-EXT-STS:vm_state": "resized",
          "flavor_id": flavor["id"] ?? "",
          "flavor": [
            "original_name": flavor["name"] ?? "", "vcpus": flavor["vcpus"] ?? 1, "ram": flavor["ram"] ?? 0,
            "disk": flavor["disk"] ?? 0, "ephemeral": 0, "swap": 0, "extra_specs": [:],
          ],
        ])
    }
  }

  /// Stops what runs in a server and boots it anew after a while.
  private func restart(_ id: String, after span: Duration, remedy: Remedy) {
    guests[id]?.isRunning = false
    later(span) { cloud in
      guard cloud.collections["servers"]?[id] != nil else { return }
      cloud.bringUp(id)
      cloud.guests[id]?.heal(by: remedy)
      cloud.boot(id)
    }
  }

  private func metadata(of id: String, _ asked: Asked) throws(Refusal) -> Answer {
    var metadata = try thing("servers", id)["metadata"]?.map ?? [:]
    switch (asked.method, asked.path.first) {
    case (.get, nil): break
    case (.post, nil): metadata.merge(try asked.fields("metadata")) { $1 }
    case (.put, nil): metadata = try asked.fields("metadata")
    case (.delete, let key?):
      metadata[key] = nil
      set("servers", id, ["metadata": .map(metadata)])
      return Answer(204)
    default: throw .notAllowed()
    }
    set("servers", id, ["metadata": .map(metadata)])
    return Answer(200, ["metadata": .map(metadata)])
  }
}

extension Asked {
  /// The minor number of the microversion that is asked for; 1 when none is.
  fileprivate var novaVersion: Int {
    let named = headers["X-OpenStack-Nova-API-Version"]
      ?? headers["OpenStack-API-Version"].flatMap { $0.hasPrefix("compute ") ? String($0.dropFirst(8)) : nil }
    return named == "latest" ? 93 : named?.split(separator: ".").last.flatMap { Int($0) } ?? 1
  }
}
