extension ResourceKind {
  /// Addresses that subnets take their ranges from.
  package static let subnetPool: ResourceKind = ResourceKind(
    .network, "/subnetpools", singular: "subnetpool", plural: "subnetpools", label: "subnet pool",
    word: "subnet_pool", summary: "Addresses that subnets take their ranges from.",
    columns: ["name", "prefixes=prefixes.*", "default=is_default", "id"],
    fields: [
      .text("name", "Its name."), .list("prefixes", "Its ranges."),
      .named("address_scope", .addressScope, "The scope in which no two overlap.", as: "address_scope_id")
        .optional,
    ],
    actions: [
      .call(
        "add_prefixes", "PUT", "/add_prefixes", "Adds ranges.", [.list("prefixes", "The ranges.")],
        body: .flat,
        answer: .data()),
      .call(
        "remove_prefixes", "PUT", "/remove_prefixes", "Takes ranges away.",
        [.list("prefixes", "The ranges.")],
        body: .flat, answer: .data()),
    ] + Networking.tagActions)

  /// Where no two subnets may overlap, so that they can be routed without translation.
  package static let addressScope: ResourceKind = ResourceKind(
    .network, "/address-scopes", singular: "address_scope", plural: "address_scopes",
    summary: "Where no two subnets may overlap.",
    fields: [.text("name", "Its name."), .integer("ip_version", "4 or 6.")])
}
