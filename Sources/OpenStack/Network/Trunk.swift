extension ResourceKind {
  /// A port that carries several networks to one server.
  package static let trunk: ResourceKind = ResourceKind(
    .network, "/trunks", singular: "trunk", plural: "trunks",
    summary: "A port that carries several networks to one server.",
    columns: ["name", "status", "port=port_id", "subports=sub_ports.*.segmentation_id", "id"],
    life: Life(settled: ["ACTIVE", "DOWN"], failed: ["ERROR", "DEGRADED"]),
    fields: [.named("port", Port.kind, "The port that is its parent.", as: "port_id")],
    actions: [
      .call(
        "subports", "GET", "/get_subports", "Lists the ports that it carries.", answer: .data("sub_ports")),
      .call(
        "add_subports", "PUT", "/add_subports", "Makes it carry more ports.",
        [
          .list(
            "subports", "Each with `port_id`, `segmentation_type` and `segmentation_id`.", as: "sub_ports")
        ],
        body: .flat),
      .call(
        "remove_subports", "PUT", "/remove_subports", "Makes it carry fewer ports.",
        [.list("subports", "Each with `port_id`.", as: "sub_ports")], body: .flat),
    ] + Networking.tagActions)
}
