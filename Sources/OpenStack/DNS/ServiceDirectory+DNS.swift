extension ServiceDirectory {
  static let dns = ServiceDirectory(
    "dns", .dns, "Designate: zones and records.", kinds: [.zone, .pointerRecord, .topLevelDomain],
    actions: Quotas.dns.actions + [
      .call("limits", "GET", "/limits", "Tells what the project may use.", answer: .data()),
      .call(
        "record_sets", "GET", "/recordsets", "Lists the record sets of all zones.",
        [.text("name", "Only of this name.").optional, .text("type", "Only of this type.").optional],
        answer: .things { .recordSet }),
    ])
}
