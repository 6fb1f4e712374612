extension ResourceKind {
  /// A kind of Octavia's; all go through the same states.
  static func octavia(
    _ path: String, _ singular: String, _ plural: String, word: String? = nil, words: String? = nil,
    _ summary: String, nameField: String? = "name", verbs: Set<Verb> = Set(Verb.allCases),
    fields: [Parameter] = [],
    actions: [Action] = [], children: [ResourceKind] = []
  ) -> ResourceKind {
    ResourceKind(
      .loadBalancer, path, singular: singular, plural: plural, word: word, words: words, summary: summary,
      nameField: nameField, verbs: verbs,
      life: Life("provisioning_status", settled: ["ACTIVE"], failed: ["ERROR"]), fields: fields,
      actions: actions, children: children)
  }

  /// What spreads requests over servers.
  package static let loadBalancer: ResourceKind = octavia(
    "/lbaas/loadbalancers", "loadbalancer", "loadbalancers", word: "load_balancer",
    "What spreads requests over servers.",
    fields: [
      .text("name", "Its name."),
      .named("subnet", Subnet.kind, "Where its address is.", as: "vip_subnet_id").optional,
      .named("network", Network.kind, "Where its address is.", as: "vip_network_id").optional,
      .text("address", "Its address; Neutron's choice if not given.", as: "vip_address").optional,
      .text("provider", "What makes it.").optional,
    ],
    actions: [
      .call("statistics", "GET", "/stats", "Tells what went through it.", answer: .data("stats")),
      .call("status_tree", "GET", "/status", "Tells the states of all under it.", answer: .data("statuses")),
      .call("failover", "PUT", "/failover", "Moves it to new machines; for administrators."),
      .custom("delete_all", "Deletes it with all under it.") { target, _ in
        try await target.send("DELETE", query: ["cascade": "true"]).value()
      },
    ])

  /// A port at which a load balancer takes requests.
  package static let listener: ResourceKind = octavia(
    "/lbaas/listeners", "listener", "listeners", "A port at which a load balancer takes requests.",
    fields: [
      .text("name", "Its name.").optional,
      .named("load_balancer", .loadBalancer, "The load balancer.", as: "loadbalancer_id"),
      .text("protocol", "What it speaks.").among(
        "HTTP", "HTTPS", "TCP", "UDP", "TERMINATED_HTTPS", "SCTP", "PROMETHEUS"),
      .integer("port", "Its port.", as: "protocol_port"),
      .named("pool", .pool, "Where requests go if no policy says otherwise.", as: "default_pool_id").optional,
    ], actions: [.call("statistics", "GET", "/stats", "Tells what went through it.", answer: .data("stats"))])
}
