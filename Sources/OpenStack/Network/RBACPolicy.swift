extension ResourceKind {
  /// What another project may use of this one's.
  package static let rbacPolicy: ResourceKind = ResourceKind(
    .network, "/rbac-policies", singular: "rbac_policy", plural: "rbac_policies", label: "RBAC policy",
    summary: "What another project may use of this one's.",
    columns: ["type=object_type", "action", "object=object_id", "to=target_tenant", "id"], nameField: nil,
    fields: [
      .text("object_type", "What kind of thing.").among(
        "network", "qos_policy", "security_group", "address_scope", "subnetpool", "address_group"),
      .text("object_id", "Its id."),
      .text("action", "What may be done.").among("access_as_shared", "access_as_external"),
      .text("target_tenant", "The project, or `*`."),
    ])
}
