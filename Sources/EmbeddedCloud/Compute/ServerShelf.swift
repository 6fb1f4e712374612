import Ambience
import Document
import HTTP
import OrderedCollections

// What makes an image of a server, or takes it off its host for a while.

extension EmbeddedCloud {
  /// Makes an image of a server's disk.
  func createImage(of server: Server, _ argument: Value, _ call: Call) throws(Refusal) -> Answer {
    guard let name = argument["name"]?.string else {
      throw .badRequest("Invalid input for field/attribute createImage. 'name' is a required property")
    }
    try check(server, "createImage", [.active, .stopped, .paused, .suspended])
    record(server.id, "createImage")
    let image = makeImage(name, of: server, call, metadata: argument["metadata"]?.map ?? [:])
    let machine = server.state.machine
    walk(
      server.id,
      [
        Step(.zero, machine, "image_snapshot_pending"), Step(.milliseconds(300), machine, "image_uploading"),
        Step(.milliseconds(400), machine),
      ]
    ) { $0.activate(image, []) }
    // A header led to the image before microversion 2.45.
    guard call.has(45) else {
      let place = call.base + "/image/images/" + image
      return Answer(202, headers: ["Location": place, "Content-Type": "application/json"])
    }
    return Answer(202, ["image_id": .string(image)])
  }

  /// An image that waits for its bytes.
  private func makeImage(_ name: String, of server: Server, _ call: Call, metadata: Fields) -> String {
    let id = ambient.uuid()
    let base = server.image.flatMap { thing(.images, $0) }
    let user = call.login?.user.name ?? ""
    let own: Fields = [
      "image_type": "snapshot", "instance_uuid": .string(server.id), "user_id": .string(server.user),
      "base_image_ref": .string(server.image ?? ""), "boot_roles": "member,reader",
      "owner_user_name": .string(user), "owner_project_name": .string(call.login?.project?.name ?? ""),
    ]
    var given: Fields = [
      "name": .string(name), "disk_format": base?["disk_format"] ?? "qcow2", "container_format": "bare",
      "visibility": "private", "min_disk": server.flavor["disk"] ?? 1,
    ]
    if let distribution = base?["os_distro"] { given["os_distro"] = distribution }
    put(.images, draftImage(id, given.with(own).with(metadata), project: server.project))
    return id
  }

  // MARK: - The shelf

  func shelve(_ server: Server, _ call: Call) throws(Refusal) -> Answer {
    try check(server, "shelve", [.active, .stopped, .paused, .suspended])
    record(server.id, "shelve")
    let image = makeImage(server.name + "-shelved", of: server, call, metadata: [:])
    guests[server.id]?.isRunning = false
    let machine = server.state.machine
    walk(
      server.id,
      [
        Step(.zero, machine, "shelving"), Step(.milliseconds(300), machine, "shelving_image_uploading"),
        Step(.milliseconds(300), .shelved, "shelving_offloading"),
        Step(.milliseconds(300), .shelvedOffloaded),
      ]
    ) { cloud in
      cloud.activate(image, [])
      cloud.servers[server.id]?.shelfImage = image
    }
    return accepted
  }

  /// Takes a shelved server off its host, which the cloud does by itself too.
  func offload(_ server: Server) throws(Refusal) -> Answer {
    try check(server, "shelveOffload", [.shelved])
    record(server.id, "shelveOffload")
    walk(
      server.id, [Step(.zero, .shelved, "shelving_offloading"), Step(.milliseconds(300), .shelvedOffloaded)])
    return accepted
  }

  func unshelve(_ server: Server) throws(Refusal) -> Answer {
    try check(server, "unshelve", [.shelved, .shelvedOffloaded])
    record(server.id, "unshelve")
    let id = server.id
    walk(
      id,
      [
        Step(.zero, server.state.machine, "unshelving"),
        Step(.milliseconds(300), server.state.machine, "spawning"), Step(.milliseconds(500), .active),
      ]
    ) { cloud in
      if let image = server.shelfImage { cloud.remove(.images, image) }
      cloud.servers[id]?.shelfImage = nil
      cloud.boot(id, isNew: false, healing: .hardReboot)
    }
    return accepted
  }

  // MARK: - Rescue

  func rescue(_ server: Server, _ argument: Value) throws(Refusal) -> Answer {
    try check(server, "rescue", [.active, .stopped, .error])
    record(server.id, "rescue")
    guests[server.id]?.isRunning = false
    walk(server.id, [Step(.zero, server.state.machine, "rescuing"), Step(.milliseconds(500), .rescued)])
    let password =
      argument["adminPass"]?.string ?? ambient.characters(12, from: "abcdefghijkmnpqrstuvwxyz23456789")
    return Answer(200, ["adminPass": .string(password)])
  }

  func unrescue(_ server: Server) throws(Refusal) -> Answer {
    try check(server, "unrescue", [.rescued])
    record(server.id, "unrescue")
    walk(server.id, [Step(.zero, .rescued, "unrescuing"), Step(.milliseconds(500), .active)]) { cloud in
      cloud.boot(server.id, isNew: false, healing: .hardReboot)
    }
    return accepted
  }

  // MARK: - By an administrator

  func resetState(_ server: Server, _ argument: Value, _ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-admin-actions:reset_state")
    guard let machine = argument["state"]?.string.flatMap(ServerState.Machine.init),
      [.active, .error].contains(machine)
    else { throw .badRequest("Invalid input for field/attribute state. 'state' must be active or error") }
    servers[server.id]?.epoch += 1
    var state = ServerState(machine)
    state.keptPower = server.state.power
    enter(server.id, state)
    return accepted
  }
}
