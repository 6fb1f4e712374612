import Document

extension ResourceKind {
  /// A host that servers run on, for administrators.
  package static let hypervisor: ResourceKind = ResourceKind(
    .compute, "/os-hypervisors", singular: "hypervisor", plural: "hypervisors",
    summary: "A host that servers run on.",
    columns: [
      "name=hypervisor_hostname", "state", "status", "type=hypervisor_type", "address=host_ip", "id",
    ], listPath: "/os-hypervisors/detail",
    nameField: "hypervisor_hostname", nameFilter: .none, verbs: .readOnly,
    actions: [
      .call("uptime", "GET", "/uptime", "Tells how long it has been up.", answer: .data("hypervisor"))
    ])

  /// One of Nova's own programs on one host, for administrators.
  package static let computeService: ResourceKind = ResourceKind(
    .compute, "/os-services", singular: "service", plural: "services", word: "service",
    summary: "One of Nova's own programs on a host.", nameField: "host", nameFilter: .none,
    verbs: [.list, .delete], life: Life("state", settled: ["up"], failed: ["down"]),
    actions: [
      .custom(
        "disable", "Lets no new servers come to its host.", [.text("reason", "Why.").optional]
      ) { target, arguments in
        let fields = Value.object(given: [("status", "disabled"), ("disabled_reason", arguments["reason"])])
        return try await target.send("PUT", body: fields).value()
      },
      .custom("enable", "Lets new servers come to its host again.") { target, _ in
        try await target.send("PUT", body: ["status": "enabled"]).value()
      },
    ])

  /// A move of a server from host to host, for administrators.
  package static let migration: ResourceKind = ResourceKind(
    .compute, "/os-migrations", singular: "migration", plural: "migrations",
    summary: "A move of a server from host to host.", nameField: nil, verbs: .listOnly)
}
