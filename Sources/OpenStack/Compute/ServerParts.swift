extension ResourceKind {
  /// A port of a server's.
  static let serverInterface: ResourceKind = ResourceKind(
    .compute, "/os-interface", singular: "interfaceAttachment", plural: "interfaceAttachments",
    label: "interface", word: "interface", summary: "A port of a server's.",
    columns: [
      "state=port_state", "addresses=fixed_ips.*.ip_address", "mac=mac_addr", "network=net_id",
      "port=port_id",
    ], idField: "port_id",
    nameField: nil, verbs: .fixed,
    fields: [
      .named("network", Network.kind, "The network to make a port on.", as: "net_id").optional,
      .named("port", Port.kind, "The port to attach instead.", as: "port_id").optional,
    ])

  /// A volume at a server.
  static let serverVolume: ResourceKind = ResourceKind(
    .compute, "/os-volume_attachments", singular: "volumeAttachment", plural: "volumeAttachments",
    label: "volume attachment", word: "volume_attachment", summary: "A volume at a server.",
    columns: ["device", "volume=volumeId", "deleted_with_server=delete_on_termination"],
    idField: "volumeId", nameField: nil,
    fields: [.named("volume", Volume.kind, "The volume.", as: "volumeId")])

  /// Something that was done with a server, and how it went.
  static let serverEvent: ResourceKind = ResourceKind(
    .compute, "/os-instance-actions", singular: "instanceAction", plural: "instanceActions",
    label: "instance action", word: "instance_action", summary: "Something that was done with a server.",
    columns: ["action", "start=start_time", "message", "request=request_id"],
    idField: "request_id", nameField: "action", nameFilter: .none, verbs: .readOnly)

  /// A move of a server that is under way.
  static let serverMigration: ResourceKind = ResourceKind(
    .compute, "/migrations", singular: "migration", plural: "migrations",
    summary: "A live migration that is under way.", nameField: nil, verbs: [.list, .get, .delete],
    actions: [
      .call(
        "force_complete", "POST", "/action", "Ends it soon, by holding the server.",
        body: .member("force_complete"))
    ])
}
