extension ResourceKind {
  /// Hosts that belong together, for administrators.
  package static let aggregate: ResourceKind = ResourceKind(
    .compute, "/os-aggregates", singular: "aggregate", plural: "aggregates",
    summary: "Hosts that have something in common.",
    columns: ["name", "zone=availability_zone", "hosts=hosts.*", "id"], nameFilter: .none,
    actions: [
      .act(
        "add_host", "add_host", "Adds a host.", [.text("host", "The host.")], answer: .thing { .aggregate }),
      .act(
        "remove_host", "remove_host", "Takes a host out.", [.text("host", "The host.")],
        answer: .thing { .aggregate }),
      .act(
        "set_metadata", "set_metadata", "Sets keys that the scheduler compares; null forgets one.",
        [.map("metadata", "The keys and their texts.")], answer: .thing { .aggregate }),
    ])
}
