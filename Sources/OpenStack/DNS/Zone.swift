extension ResourceKind {
  /// A domain of the DNS.
  package static let zone: ResourceKind = ResourceKind(
    .dns, "/zones", singular: "zone", plural: "zones",
    summary: "A domain of the DNS; its name ends with a point.",
    columns: ["name", "status", "type", "email", "ttl", "id"],
    style: .bare, update: .patch, life: designate,
    fields: [
      .text("name", "Its name, with a point at the end."),
      .text("email", "Who is responsible for it.").optional,
      .integer("ttl", "The seconds that answers are good for.").optional,
      .text("type", "Whether it is kept here.").among("PRIMARY", "SECONDARY").optional,
    ],
    actions: [
      .call("nameservers", "GET", "/nameservers", "Lists its name servers.", answer: .data("nameservers")),
      .call(
        "transfer", "POST", "/tasks/transfer_requests", "Offers it to another project.", body: .flat,
        answer: .data()),
      .call("export", "POST", "/tasks/export", "Begins to write it as a zone file.", answer: .data()),
      .call(
        "abandon", "POST", "/tasks/abandon", "Forgets it and leaves it on the servers; for administrators."),
    ], children: [.recordSet])

  /// The records of one name and type.
  package static let recordSet: ResourceKind = ResourceKind(
    .dns, "/recordsets", singular: "recordset", plural: "recordsets", word: "record_set",
    summary: "The records of one name and type.",
    columns: ["name", "type", "records=records.*", "status", "ttl", "id"], style: .bare, life: designate,
    fields: [
      .text("name", "Its name, with a point at the end."),
      .text("type", "Such as `A`, `AAAA`, `CNAME`, `TXT`."),
      .list("records", "What it says."), .integer("ttl", "The seconds that answers are good for.").optional,
    ])

  private static let designate = Life(settled: ["ACTIVE"], failed: ["ERROR"])

  /// The name of a floating IP, by `region:id`.
  package static let pointerRecord: ResourceKind = ResourceKind(
    .dns, "/reverse/floatingips", singular: "floatingip", plural: "floatingips", label: "pointer record",
    word: "pointer_record", summary: "The name of a floating IP; its id is `region:id`.",
    columns: ["address=floating_ip_address", "status", "fixed=fixed_ip_address", "port=port_id", "id"],
    nameField: "ptrdname",
    nameFilter: .none, style: .bare, update: .patch, verbs: [.list, .get, .update], life: designate)

  /// A top-level domain that zones may be in.
  package static let topLevelDomain: ResourceKind = ResourceKind(
    .dns, "/tlds", singular: "tld", plural: "tlds",
    summary: "A top-level domain that zones may be in; for administrators.",
    style: .bare, update: .patch)
}
