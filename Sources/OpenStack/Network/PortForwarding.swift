extension ResourceKind {
  /// One port of a floating IP that is forwarded to one of a server's.
  package static let portForwarding: ResourceKind = ResourceKind(
    .network, "/port_forwardings", singular: "port_forwarding", plural: "port_forwardings",
    summary: "One port of a floating IP that is forwarded to one of a server's.",
    columns: [
      "protocol", "external=external_port", "internal=internal_port", "address=internal_ip_address", "id",
    ], nameField: nil,
    fields: [
      .text("protocol", "Which packets.").among("tcp", "udp", "sctp", "dccp", "icmp", "icmp6"),
      .integer("external_port", "The port outside."), .integer("internal_port", "The port inside."),
      .named("port", Port.kind, "Where it leads.", as: "internal_port_id"),
      .text("internal_address", "The address there.", as: "internal_ip_address"),
    ])
}
