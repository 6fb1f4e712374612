import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  // MARK: - Lists

  func listServers(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    if call.asked.value("all_tenants").map({ !["0", "False", "false"].contains($0) }) ?? false, !call.isAdmin
    {
      throw Refusal(
        403, "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed.")
    }
    var found = servers.values.filter { $0.project == call.project && $0.state.machine != .deleted }
    if call.isAdmin, call.asked.value("all_tenants") != nil { found = Array(servers.values) }
    found = found.filter { matches($0, call.asked) }
    // Nova lists the newest first.
    let shown = found.reversed().map { server in
      isDetailed
        ? show(server, call, .listed)
        : [
          "id": .string(server.id), "name": .string(server.name),
          "links": call.links("/servers/" + server.id),
        ]
    }
    return try call.list("servers", Array(shown))
  }

  private func matches(_ server: Server, _ asked: Asked) -> Bool {
    asked.query.allSatisfy { name, wanted in
      switch name {
      case "name": return server.name.contains(pattern: wanted)
      case "status": return server.state.status.lowercased() == wanted.lowercased()
      case "uuid": return server.id == wanted
      case "image": return server.image == wanted
      case "flavor": return server.flavor.text("id") == wanted
      case "key_name": return server.key == wanted
      case "tags": return wanted.split(separator: ",").allSatisfy { server.tags.contains(String($0)) }
      case "ip":
        return addresses(of: server, isFull: false).values
          .contains { ($0.list ?? []).contains { $0["addr"]?.string?.contains(pattern: wanted) ?? false } }
      default: return true
      }
    }
  }

  func showServer(_ call: Call) throws(Refusal) -> Answer {
    Answer(200, ["server": .map(show(try server(call["id"], call), call))])
  }

  // MARK: - Creation

  func createServer(_ call: Call) throws(Refusal) -> Answer {
    let fields = try call.fields("server")
    var server = try draft(fields, call)
    try checkServerQuota(server.flavor, call)
    server.serverGroup = try call.json()["os:scheduler_hints"]?["group"]?.string
    server.actions = [action("create")]
    try plug(server, fields, call)
    try bootVolumes(&server, fields, call)
    servers[server.id] = server
    build(server.id)
    let letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    let password = fields.textIfAny("adminPass") ?? ambient.characters(12, from: letters)
    return Answer(
      202,
      [
        "server": [
          "id": .string(server.id), "links": call.links("/servers/" + server.id),
          "OS-DCF:diskConfig": "MANUAL",
          "security_groups": .list(server.groups.map { ["name": .string($0)] }),
          "adminPass": .string(password),
        ]
      ], headers: ["Location": call.root + "/servers/" + server.id])
  }

  private func draft(_ fields: Fields, _ call: Call) throws(Refusal) -> Server {
    try checkNeeded(fields)
    guard let flavor = thing(.flavors, flavorID(fields.text("flavorRef"))) else {
      throw .badRequest("Flavor \(fields.text("flavorRef")) could not be found.")
    }
    let now = self.now
    serverCount += 1
    var server = Server(
      id: ambient.uuid(), number: serverCount, project: call.project, user: call.user, created: now,
      name: fields.text("name"),
      updated: now, flavor: flavor)
    server.image = try bootImage(fields)
    server.key = try keyName(fields, call)
    if let zone = fields.textIfAny("availability_zone") {
      guard zone.split(separator: ":").first == "nova" else {
        throw .badRequest("The requested availability zone is not available")
      }
      server.zone = zone
    }
    server.metadata = fields["metadata"]?.map ?? [:]
    server.tags = (fields["tags"]?.list ?? []).compactMap(\.string)
    server.description = fields.textIfAny("description") ?? (call.has(19) ? nil : server.name)
    server.userData = fields.textIfAny("user_data")
    server.hasConfigDrive = fields["config_drive"]?.bool ?? (fields.text("config_drive") == "true")
    let groups = (fields["security_groups"]?.list ?? []).compactMap { $0["name"]?.string }
    server.groups = groups.isEmpty ? ["default"] : groups
    return server
  }

  private func checkNeeded(_ fields: Fields) throws(Refusal) {
    if fields["name"]?.string == "" {
      throw .badRequest("Invalid input for field/attribute name. Value: . '' is too short")
    }
    for name in ["name", "flavorRef"] where fields[name] == nil {
      throw .badRequest(
        "Invalid input for field/attribute server. Value: \(Value.map(fields).pythonText). '\(name)' is a "
          + "required property")
    }
    if fields.text("user_data").utf8.count > 65_535 {
      throw .badRequest("Invalid input for field/attribute user_data. Value: … is too long")
    }
  }

  /// The flavor's id, where a URL of it may be given.
  func flavorID(_ reference: String) -> String { String(reference.split(separator: "/").last ?? "") }

  private func bootImage(_ fields: Fields) throws(Refusal) -> String? {
    let reference = fields.text("imageRef")
    let devices = fields["block_device_mapping_v2"]?.list ?? []
    if reference.isEmpty {
      guard devices.contains(where: { $0["boot_index"]?.scalarText == "0" }) else {
        throw .badRequest(
          "Invalid imageRef provided.")
      }
      return nil
    }
    let image = flavorID(reference)
    guard thing(.images, image) != nil else { throw .badRequest("Can not find requested image") }
    // An image that boots from a volume isn't shown as the server's.
    let isVolume = devices.contains {
      $0["boot_index"]?.scalarText == "0" && $0["destination_type"]?.string == "volume"
    }
    return isVolume ? nil : image
  }

  private func keyName(_ fields: Fields, _ call: Call) throws(Refusal) -> String? {
    guard let key = fields.textIfAny("key_name") else { return nil }
    guard thing(.keyPairs, "\(call.user)/\(key)") != nil else {
      throw .badRequest("Invalid key_name provided.")
    }
    return key
  }

  private func checkServerQuota(_ flavor: Fields, _ call: Call) throws(Refusal) {
    let own = servers.values.filter { $0.project == call.project && $0.state.machine != .deleted }
    let usage = [
      ("instances", 1, own.count, quotas(call.project).servers),
      (
        "cores", flavor.integer("vcpus"), own.reduce(0) { $0 + $1.flavor.integer("vcpus") },
        quotas(call.project).cores
      ),
      (
        "ram", flavor.integer("ram"), own.reduce(0) { $0 + $1.flavor.integer("ram") },
        quotas(call.project).memory
      ),
    ]
    let over = usage.filter { _, wanted, used, limit in limit >= 0 && used + wanted > limit }
    // Nova counts cores and memory only when the number of servers is within limits.
    let named = over.first?.0 == "instances" ? [over[0]] : over
    guard !named.isEmpty else { return }
    let names = named.map(\.0).joined(separator: ", ")
    let wanted = named.map { String($0.1) }.joined(separator: ", ")
    let used = named.map { String($0.2) }.joined(separator: ", ")
    let limits = named.map { String($0.3) }.joined(separator: ", ")
    throw Refusal(
      403, "Quota exceeded for \(names): Requested \(wanted), but already used \(used) of \(limits) \(names)")
  }

  // MARK: - Building

  private func build(_ id: String) {
    let failure = faults.strikeBuild(servers[id]?.name ?? "", ambient)
    if case .stuckBuild = failure {
      walk(id, [Step(.milliseconds(300), .building, "spawning")])
      return
    }
    let begun = [
      Step(.milliseconds(150), .building), Step(.milliseconds(150), .building, "networking"),
      Step(.milliseconds(200), .building, "block_device_mapping"),
      Step(.milliseconds(200), .building, "spawning"),
    ]
    if case .failBuild(let message) = failure {
      walk(id, [Step(.milliseconds(150), .building), Step(.milliseconds(150), .error)]) { cloud in
        cloud.servers[id]?.fault = Server.Fault(message: message, time: cloud.now)
        for port in cloud.ports(of: id) where port["_byNova"] == true {
          cloud.remove(.ports, port.text("id"))
        }
      }
      return
    }
    walk(id, begun + [Step(.milliseconds(600), .active)]) { cloud in
      for port in cloud.ports(of: id) { cloud.set(.ports, port.text("id"), ["status": "ACTIVE"]) }
      cloud.boot(id, isNew: true)
    }
  }

  // MARK: - Changes

  func updateServer(_ call: Call) throws(Refusal) -> Answer {
    let id = try server(call["id"], call).id
    let fields = try call.fields("server")
    if let name = fields.textIfAny("name") { servers[id]?.name = name }
    if let description = fields["description"], call.has(19) { servers[id]?.description = description.string }
    servers[id]?.updated = now
    return Answer(200, ["server": .map(show(try server(id, call), call, .changed))])
  }

  func deleteServer(_ call: Call) throws(Refusal) -> Answer {
    let server = try server(call["id"], call)
    guard server.state.task != "deleting" else { return Self.noContent }
    guests[server.id] = nil
    let machine = server.state.machine
    walk(server.id, [Step(.zero, machine, "deleting"), Step(.milliseconds(600), .deleted)]) { cloud in
      // Nova has taken away what it had before it calls it deleted.
      cloud.clearAway(server.id)
      cloud.walk(server.id, [Step(.milliseconds(100), .deleted)]) { $0.servers[server.id] = nil }
    }
    return Self.noContent
  }

  /// An answer without a body; Nova names a type for it all the same.
  static let noContent = Answer(204, headers: ["Content-Type": "application/json"])

  private func clearAway(_ id: String) {
    for port in ports(of: id) { release(port) }
    for volume in attachments(of: id) { detached(volume.text("id")) }
    for volume in servers[id]?.ownVolumes ?? [] { remove(.volumes, volume) }
  }

  /// Frees a port: what Nova made is deleted, what was given is kept.
  func release(_ port: Fields) {
    let id = port.text("id")
    if port["_byNova"] == true {
      disassociate(port: id)
      remove(.ports, id)
    } else {
      set(.ports, id, ["device_id": "", "device_owner": "", "status": "DOWN"])
    }
  }
}

extension String {
  /// Whether it matches a pattern of Nova's: a regular expression, somewhere in the text.
  func contains(pattern: String) -> Bool {
    guard let expression = try? Regex(pattern) else { return contains(pattern) }
    return firstMatch(of: expression) != nil
  }
}

extension Value {
  /// The value in the notation of the language that OpenStack is written in, as its messages quote it.
  var pythonText: String {
    switch self {
    case .null: "None"
    case .bool(let truth): truth ? "True" : "False"
    case .integer(let number): String(number)
    case .number(let number): String(number)
    case .string(let text): "'\(text)'"
    case .list(let items): "[" + items.map(\.pythonText).joined(separator: ", ") + "]"
    case .map(let members):
      "{" + members.map { "'\($0.key)': \($0.value.pythonText)" }.joined(separator: ", ") + "}"
    }
  }
}
