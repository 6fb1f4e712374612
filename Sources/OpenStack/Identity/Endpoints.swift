extension ResourceKind {
  /// A part of the cloud with services of its own.
  package static let region: ResourceKind = ResourceKind(
    .identity, "/regions", singular: "region", plural: "regions",
    summary: "A part of the cloud with services of its own.",
    nameField: "id", nameFilter: .none, update: .patch)

  /// An entry of the catalog.
  package static let catalogService: ResourceKind = ResourceKind(
    .identity, "/services", singular: "service", plural: "services", summary: "An entry of the catalog.",
    update: .patch)

  /// Where a service of the catalog is.
  package static let endpoint: ResourceKind = ResourceKind(
    .identity, "/endpoints", singular: "endpoint", plural: "endpoints",
    summary: "Where a service of the catalog is.",
    columns: ["service=service_id", "interface", "region", "url", "id"],
    nameField: "url", nameFilter: .none, update: .patch,
    fields: [
      .named("service", .catalogService, "Its service.", as: "service_id"),
      .text("interface", "For whom.").among("public", "internal", "admin"), .text("url", "Its URL."),
      .text("region", "Its region.", as: "region_id").optional,
    ])

  /// A secret that Keystone keeps for a user, such as a key or a seed of one-time passwords.
  package static let credential: ResourceKind = ResourceKind(
    .identity, "/credentials", singular: "credential", plural: "credentials",
    summary: "A secret that Keystone keeps for a user.", nameField: nil, update: .patch)
}
