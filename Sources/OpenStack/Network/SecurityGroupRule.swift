package import Document

/// One kind of packets that a security group lets pass.
package struct SecurityGroupRule: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/security-group-rules", singular: "security_group_rule", plural: "security_group_rules",
    summary: "One kind of packets that a security group lets pass.",
    columns: [
      "direction", "type=ethertype", "protocol", "from=port_range_min", "to=port_range_max",
      "range=remote_ip_prefix", "group=remote_group_id", "id",
    ], nameField: nil, verbs: .fixed,
    fields: [
      .named("group", SecurityGroup.kind, "The group that it is of.", as: "security_group_id"),
      .text("direction", "Whether it lets in or out.").among("ingress", "egress"),
      .named("remote_group", SecurityGroup.kind, "The group on the other side.", as: "remote_group_id")
        .optional,
    ])

  package enum Direction: String, Sendable { case ingress, egress }

  package let id: String
  package let groupID: String
  package let direction: Direction
  /// `IPv4` or `IPv6`.
  package let etherType: String
  /// Such as `tcp`, `icmp` or a number; nil for any.
  package let `protocol`: String?
  package let firstPort: Int?
  package let lastPort: Int?
  /// The addresses of the other side, as a CIDR; nil for any.
  package let remotePrefix: String?
  package let remoteGroupID: String?
  package let raw: Value

  /// A rule has no name.
  package var name: String { id }

  package init?(_ raw: Value) {
    guard
      let id = raw["id"]?.string, let group = raw["security_group_id"]?.string,
      let direction = raw["direction"]?.string.flatMap(Direction.init(rawValue:))
    else { return nil }
    self.id = id
    self.raw = raw
    groupID = group
    self.direction = direction
    etherType = raw["ethertype"]?.string ?? "IPv4"
    `protocol` = raw["protocol"]?.scalarText
    firstPort = raw["port_range_min"]?.integer.map { Int($0) }
    lastPort = raw["port_range_max"]?.integer.map { Int($0) }
    remotePrefix = raw["remote_ip_prefix"]?.string
    remoteGroupID = raw["remote_group_id"]?.string
  }
}

package struct NewSecurityGroupRule: NewResource {
  package typealias Resource = SecurityGroupRule

  package var groupID: String
  package var direction: SecurityGroupRule.Direction
  package var etherType: String
  package var `protocol`: String?
  package var firstPort: Int?
  package var lastPort: Int?
  package var remotePrefix: String?
  package var remoteGroupID: String?

  package init(
    groupID: String, direction: SecurityGroupRule.Direction, etherType: String = "IPv4",
    protocol: String? = nil, firstPort: Int? = nil, lastPort: Int? = nil, remotePrefix: String? = nil,
    remoteGroupID: String? = nil
  ) {
    self.groupID = groupID
    self.direction = direction
    self.etherType = etherType
    self.protocol = `protocol`
    self.firstPort = firstPort
    self.lastPort = lastPort
    self.remotePrefix = remotePrefix
    self.remoteGroupID = remoteGroupID
  }

  package var body: Value {
    .object(given: [
      ("security_group_id", .string(groupID)), ("direction", .string(direction.rawValue)),
      ("ethertype", .string(etherType)), ("protocol", Value(`protocol`)),
      ("port_range_min", Value(firstPort)),
      ("port_range_max", Value(lastPort)), ("remote_ip_prefix", Value(remotePrefix)),
      ("remote_group_id", Value(remoteGroupID)),
    ])
  }
}
