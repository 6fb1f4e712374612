extension ResourceKind {
  /// One of Neutron's own programs on a host, for administrators.
  package static let networkAgent: ResourceKind = ResourceKind(
    .network, "/agents", singular: "agent", plural: "agents",
    summary: "One of Neutron's own programs on a host.",
    columns: ["type=agent_type", "host", "alive", "up=admin_state_up", "id"],
    nameField: "host", verbs: [.list, .get, .update, .delete])

  /// A feature that Neutron has here.
  package static let networkExtension: ResourceKind = ResourceKind(
    .network, "/extensions", singular: "extension", plural: "extensions",
    summary: "A feature that Neutron has here.",
    columns: ["alias", "name"], idField: "alias", nameField: "alias", nameFilter: .none,
    verbs: .readOnly)

  /// A part of Neutron that fails by itself.
  package static let networkZone: ResourceKind = ResourceKind(
    .network, "/availability_zones", singular: "availability_zone", plural: "availability_zones",
    summary: "A part of Neutron that fails by itself.", idField: "name", nameFilter: .none, verbs: .listOnly)
}
