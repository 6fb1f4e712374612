extension ResourceKind {
  /// Servers that Nova keeps together or apart.
  package static let serverGroup: ResourceKind = ResourceKind(
    .compute, "/os-server-groups", singular: "server_group", plural: "server_groups",
    summary: "Servers that are kept on one host or on different ones.",
    columns: ["name", "policy", "policies=policies.*", "members=members.*", "id"], nameFilter: .none,
    verbs: .fixed,
    fields: [
      .text("name", "Its name."),
      .text("policy", "What holds for its servers.").among(
        "affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"),
    ])
}
