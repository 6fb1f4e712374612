import Ambience
import Document
import OrderedCollections

extension EmbeddedCloud {
  /// How much of a server is shown.
  enum ServerDetail {
    /// As when one is asked for.
    case full
    /// As in lists in full.
    case listed
    /// As after a change or a rebuild, with less of it before microversion 2.75.
    case changed
  }

  /// A server as Nova shows it in the request's microversion.
  func show(_ server: Server, _ call: Call, _ detail: ServerDetail = .full) -> Fields {
    let isFull = detail != .changed || call.has(75)
    var shown: Fields = [
      "id": .string(server.id), "name": .string(server.name), "status": .string(server.state.status),
      "tenant_id": .string(server.project), "user_id": .string(server.user),
      "metadata": .map(server.metadata), "hostId": .string(server.isPlaced ? Self.host(server) : ""),
      "image": imageLink(server, call), "flavor": flavorView(server.flavor, call),
      "created": .string(server.created.description), "updated": .string(server.updated.description),
      "addresses": .map(addresses(of: server, isFull: isFull)), "accessIPv4": "", "accessIPv6": "",
      "links": call.links("/servers/" + server.id), "OS-DCF:diskConfig": "MANUAL",
    ]
    if Self.progressing.contains(server.state.status) { shown["progress"] = 0 }
    if let fault = server.fault, server.state.machine == .error {
      shown["fault"] = [
        "code": .integer(Int64(fault.code)), "created": .string(fault.time.description),
        "message": .string(fault.message),
      ]
    }
    if isFull { shown.merge(extended(server)) { $1 } }
    if isFull, call.isAdmin { shown.merge(placement(server, call)) { $1 } }
    return shown.with(newer(server, call, detail))
  }

  private static let progressing: Set = [
    "ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING",
  ]

  private static func host(_ server: Server) -> String {
    let digits = server.project.filter(\.isHexDigit)
    return String((digits + digits).prefix(56))
  }

  private func imageLink(_ server: Server, _ call: Call) -> Value {
    guard let image = server.image else { return "" }
    return ["id": .string(image), "links": call.bookmark("/images/" + image)]
  }

  private func flavorView(_ flavor: Fields, _ call: Call) -> Value {
    guard call.has(47) else {
      return [
        "id": flavor["id"] ?? .null, "links": call.bookmark("/flavors/" + flavor.text("id")),
      ]
    }
    return [
      "vcpus": flavor["vcpus"] ?? 1, "ram": flavor["ram"] ?? 0, "disk": flavor["disk"] ?? 0, "ephemeral": 0,
      "swap": 0, "original_name": flavor["name"] ?? "", "extra_specs": [:],
    ]
  }

  /// The addresses of the server's ports by network.
  func addresses(of server: Server, isFull: Bool) -> Fields {
    var addresses: Fields = [:]
    guard server.state.machine != .building else { return addresses }
    for port in ports(of: server.id) {
      let network = thing(.networks, port.text("network_id"))?.text("name") ?? ""
      let fixed = (port["fixed_ips"]?.list ?? []).compactMap { $0["ip_address"]?.string }
      let floating = all(.floatingIPs).filter { $0["port_id"] == port["id"] }
        .map { $0.text("floating_ip_address") }
      let entries = fixed.map { ($0, "fixed") } + floating.map { ($0, "floating") }
      let values = entries.map { address, kind -> Value in
        guard isFull else { return ["version": 4, "addr": .string(address)] }
        return [
          "version": 4, "addr": .string(address), "OS-EXT-IPS:type": .string(kind),
          "OS-EXT-IPS-MAC:mac_addr": port["mac_address"] ?? .null,
        ]
      }
      addresses[network] = .list((addresses[network]?.list ?? []) + values)
    }
    return addresses
  }

  func ports(of server: String) -> [Fields] { all(.ports).filter { $0.text("device_id") == server } }

  /// Where it runs, which only administrators see.
  private func placement(_ server: Server, _ call: Call) -> Fields {
    let host: Value = server.hasHost ? .string(Self.hostName) : .null
    var shown: Fields = [
      "OS-EXT-SRV-ATTR:host": host, "OS-EXT-SRV-ATTR:hypervisor_hostname": host,
      "OS-EXT-SRV-ATTR:instance_name": .string("instance-" + Self.eightDigits(server.number)),
    ]
    if call.has(3) {
      shown.merge([
        "OS-EXT-SRV-ATTR:hostname": .string(server.name.lowercased()),
        "OS-EXT-SRV-ATTR:reservation_id": .string("r-" + server.id.prefix(8)),
        "OS-EXT-SRV-ATTR:launch_index": 0, "OS-EXT-SRV-ATTR:kernel_id": "", "OS-EXT-SRV-ATTR:ramdisk_id": "",
        "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda",
        "OS-EXT-SRV-ATTR:user_data": server.userData.map(Value.string) ?? .null,
      ]) { $1 }
    }
    if call.has(16) { shown["host_status"] = server.hasHost ? "UP" : "" }
    return shown
  }

  private static func eightDigits(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 8 - digits.count)) + digits
  }

  /// What extensions of the API added before there were microversions.
  private func extended(_ server: Server) -> Fields {
    var shown: Fields = [
      "OS-EXT-AZ:availability_zone": .string(server.isPlaced ? "nova" : ""),
      "config_drive": server.hasConfigDrive ? "True" : "",
      "key_name": server.key.map(Value.string) ?? .null,
      "OS-SRV-USG:launched_at": server.launched.map { .string(Self.fine($0)) } ?? .null,
      "OS-SRV-USG:terminated_at": nil,
      "OS-EXT-STS:task_state": server.state.task.map(Value.string) ?? .null,
      "OS-EXT-STS:vm_state": .string(server.state.machine.rawValue),
      "OS-EXT-STS:power_state": .integer(Int64(server.state.power)),
      "os-extended-volumes:volumes_attached": .list(
        attachments(of: server.id).map { volume in
          ["id": volume["id"] ?? .null]
        }),
    ]
    if server.isPlaced {
      shown["security_groups"] = .list(groupNames(of: server).map { ["name": .string($0)] })
    }
    return shown
  }

  /// The names of the groups of the server's ports; those that were asked for while it has none.
  func groupNames(of server: Server) -> [String] {
    let ids = ports(of: server.id).flatMap { ($0["security_groups"]?.list ?? []).compactMap(\.string) }
    let names = OrderedSet(ids).compactMap { thing(.groups, $0)?.text("name") }
    return names.isEmpty && server.state.machine == .building ? server.groups : names
  }

  private func newer(_ server: Server, _ call: Call, _ detail: ServerDetail) -> Fields {
    var shown: Fields = [:]
    if call.has(3) {
      shown["os-extended-volumes:volumes_attached"] = .list(
        attachments(of: server.id).map { volume in
          let goesToo = server.ownVolumes.contains(volume.text("id"))
          return ["id": volume["id"] ?? .null, "delete_on_termination": .bool(goesToo)]
        })
    }
    if call.has(9) { shown["locked"] = .bool(server.isLocked) }
    if call.has(19) { shown["description"] = server.description.map(Value.string) ?? .null }
    if call.has(26) { shown["tags"] = .list(server.tags.map(Value.string)) }
    if call.has(63) { shown["trusted_image_certificates"] = Value.null }
    if call.has(71), detail != .listed {
      shown["server_groups"] = .list(server.serverGroup.map { [.string($0)] } ?? [])
    }
    if call.has(73) { shown["locked_reason"] = Value.null }
    if call.has(90) { shown["OS-EXT-SRV-ATTR:hostname"] = .string(server.name.lowercased()) }
    return shown
  }
}
