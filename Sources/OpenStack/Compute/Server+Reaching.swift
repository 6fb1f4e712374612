import Document
import HTTP

extension Server {
  /// How to get at it: consoles, addresses, groups, disks.
  static let reachActions: [Action] = [
    .act(
      "console_log", "os-getConsoleOutput", "Gives the last lines that it wrote to its serial console.",
      [.integer("lines", "How many; all if not given.", as: "length").optional], isEmptyMap: true,
      answer: .data("output")),
    .custom(
      "console_url", "Gives a URL that its console can be used at.",
      [
        .text("type", "`novnc` if not given.").among("novnc", "xvpvnc", "spice-html5", "serial", "rdp-html5")
          .optional
      ],
      answer: .data()
    ) { target, arguments in
      let type = arguments.text("type") ?? "novnc"
      let protocols = ["novnc": "vnc", "xvpvnc": "vnc", "spice-html5": "spice", "rdp-html5": "rdp"]
      let fields: Value = ["protocol": .string(protocols[type] ?? type), "type": .string(type)]
      let answer = try await target.send("POST", "/remote-consoles", body: ["remote_console": fields]).value()
      return answer["remote_console"]?["url"] ?? .null
    },
    .act(
      "add_security_group", "addSecurityGroup", "Puts its ports into a security group.",
      [.text("group", "The group's name or id.", as: "name")]),
    .act(
      "remove_security_group", "removeSecurityGroup", "Takes its ports out of a security group.",
      [.text("group", "The group's name or id.", as: "name")]),
    .custom(
      "add_fixed_ip", "Gives it a further port on a network, and so an address.",
      [
        .named("network", Network.kind, "The network."),
        .text("address", "The address; Neutron's choice if not given.").optional,
      ]
    ) { target, arguments in
      let address = arguments.text("address").map { Value.list([["ip_address": .string($0)]]) }
      let fields = Value.object(given: [("net_id", arguments["network"]), ("fixed_ips", address)])
      return try await target.send("POST", "/os-interface", body: ["interfaceAttachment": fields]).value()
    },
    .custom(
      "remove_fixed_ip", "Takes a fixed address and its port from it.", [.text("address", "The address.")]
    ) { target, arguments in
      let ports = try await target.cloud.network.ports.list(serverID: target.id)
      let address = arguments.text("address") ?? ""
      guard let port = ports.first(where: { $0.addresses.contains { $0.address == address } }) else {
        throw OpenStackError(.notFound, "the server has no address \(address)", service: .compute)
      }
      return try await target.send("DELETE", "/os-interface/" + percentEncoded(port.id)).value()
    },
    .custom(
      "add_floating_ip", "Forwards a floating IP to it.",
      [
        .named("floating_ip", FloatingIP.kind, "The floating IP, by address or id."),
        .text("fixed_address", "Which of its addresses; the first if not given.").optional,
      ]
    ) { target, arguments in
      let ports = try await target.cloud.network.ports.list(serverID: target.id)
      let wanted = arguments.text("fixed_address")
      let port = ports.first { port in wanted == nil || port.addresses.contains { $0.address == wanted } }
      guard let port, let floating = arguments.text("floating_ip") else {
        throw OpenStackError(.notFound, "the server has no port with such an address", service: .compute)
      }
      try await target.cloud.network.floatingIPs.associate(floating, portID: port.id, fixedAddress: wanted)
      return .null
    },
    .custom(
      "remove_floating_ip", "Forwards a floating IP to it no longer; the floating IP stays the project's.",
      [.named("floating_ip", FloatingIP.kind, "The floating IP, by address or id.")]
    ) { target, arguments in
      try await target.cloud.network.floatingIPs.associate(arguments.text("floating_ip") ?? "", portID: nil)
      return .null
    },
    .custom(
      "attach_volume", "Begins to attach a volume; the volume is `in-use` when it is done.",
      [.named("volume", Volume.kind, "The volume."), .text("device", "Such as `/dev/vdb`.").optional]
    ) { target, arguments in
      let fields = Value.object(given: [("volumeId", arguments["volume"]), ("device", arguments["device"])])
      return try await target.send("POST", "/os-volume_attachments", body: ["volumeAttachment": fields])
        .value()
    },
    .call(
      "detach_volume", "DELETE", "/os-volume_attachments/{volume}",
      "Begins to detach a volume; the volume is `available` when it is done.",
      [.named("volume", Volume.kind, "The volume.")]),
    .custom("attach_port", "Attaches a port.", [.named("port", Port.kind, "The port.")]) {
      target, arguments in
      let fields: Value = ["port_id": arguments["port"] ?? .null]
      return try await target.send("POST", "/os-interface", body: ["interfaceAttachment": fields]).value()
    },
    .call(
      "detach_port", "DELETE", "/os-interface/{port}",
      "Begins to detach a port; one that Nova made is deleted.",
      [.named("port", Port.kind, "The port.")]),
  ]

  /// What is noted at it.
  static let noteActions: [Action] = [
    .call(
      "set_metadata", "POST", "/metadata", "Sets the given keys of its metadata and leaves the others.",
      [.map("metadata", "The keys and their texts.")], body: .value("metadata", of: "metadata"),
      answer: .data("metadata")),
    .call(
      "remove_metadata", "DELETE", "/metadata/{key}", "Forgets a key of its metadata.",
      [.text("key", "The key.")]),
    .call("tags", "GET", "/tags", "Lists its tags.", answer: .data("tags")),
    .call(
      "set_tags", "PUT", "/tags", "Replaces all its tags.", [.list("tags", "The tags, at most 50.")],
      body: .value("tags", of: "tags"), answer: .data("tags")),
    .call("add_tag", "PUT", "/tags/{tag}", "Adds a tag.", [.text("tag", "The tag.")]),
    .call("remove_tag", "DELETE", "/tags/{tag}", "Takes a tag away.", [.text("tag", "The tag.")]),
    .call("addresses", "GET", "/ips", "Lists its addresses by network.", answer: .data("addresses")),
    .call(
      "diagnostics", "GET", "/diagnostics", "Tells what its hypervisor measures; for administrators.",
      answer: .data()),
  ]
}
