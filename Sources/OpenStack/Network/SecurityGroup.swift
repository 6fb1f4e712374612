package import Document

/// Rules that say what may reach a port and what it may reach.
package struct SecurityGroup: TaggedResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/security-groups", singular: "security_group", plural: "security_groups",
    summary: "Rules that say what may reach a port and what it may reach.",
    columns: ["name", "description", "id"],
    actions: [
      .custom(
        "allow", "Lets packets in: adds a rule.",
        [
          .text("protocol", "Such as `tcp`, `udp`, `icmp`; any if not given.").optional,
          .integer("port", "The port; any if not given.").optional,
          .integer("last_port", "The last of several ports.").optional,
          .text("from", "The CIDR that they come from; anywhere if not given.").optional,
          .named("group", SecurityGroup.kind, "The group that they come from instead.").optional,
        ], answer: .thing { SecurityGroupRule.kind }
      ) { target, arguments in
        let from = arguments.text("from")
        let port = arguments["port"]
        let fields = Value.object(given: [
          ("security_group_id", .string(target.id)), ("direction", "ingress"),
          ("ethertype", from?.contains(":") == true ? "IPv6" : "IPv4"),
          ("protocol", arguments["protocol"] ?? (port == nil ? nil : "tcp")), ("port_range_min", port),
          ("port_range_max", arguments["last_port"] ?? port), ("remote_ip_prefix", arguments["from"]),
          ("remote_group_id", arguments["group"]),
        ])
        let call = Call(
          .network, "POST", "/security-group-rules", body: .json(["security_group_rule": fields]))
        return try await target.cloud.send(call).value()
      }
    ] + Networking.tagActions)

  package let id: String
  package let name: String
  package let description: String
  package let rules: [SecurityGroupRule]
  package let tags: [String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    description = raw["description"]?.string ?? ""
    rules = (raw["security_group_rules"]?.list ?? []).compactMap { SecurityGroupRule($0) }
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewSecurityGroup: NewResource {
  package typealias Resource = SecurityGroup

  package var name: String
  package var description: String

  package init(name: String, description: String = "") {
    self.name = name
    self.description = description
  }

  package var body: Value { ["name": .string(name), "description": .string(description)] }
}
