extension ResourceKind {
  /// What a listener does with some requests.
  package static let l7Policy: ResourceKind = octavia(
    "/lbaas/l7policies", "l7policy", "l7policies", word: "l7_policy",
    "What a listener does with some requests.",
    fields: [
      .named("listener", .listener, "The listener.", as: "listener_id"),
      .text("action", "What it does.").among(
        "REDIRECT_PREFIX", "REDIRECT_TO_POOL", "REDIRECT_TO_URL", "REJECT"),
      .named("pool", .pool, "Where they go.", as: "redirect_pool_id").optional,
    ], children: [.l7Rule])

  /// Which requests a policy is for.
  package static let l7Rule: ResourceKind = octavia(
    "/rules", "rule", "rules", "Which requests a policy is for.", nameField: nil,
    fields: [
      .text("type", "What is compared.").among(
        "COOKIE", "FILE_TYPE", "HEADER", "HOST_NAME", "PATH", "SSL_CONN_HAS_CERT", "SSL_VERIFY_RESULT",
        "SSL_DN_FIELD"),
      .text("compare_type", "How.").among("CONTAINS", "ENDS_WITH", "EQUAL_TO", "REGEX", "STARTS_WITH"),
      .text("value", "With what."),
    ])

  /// A machine that Octavia runs load balancers on, for administrators.
  package static let amphora: ResourceKind = ResourceKind(
    .loadBalancer, "/octavia/amphorae", singular: "amphora", plural: "amphorae", words: "amphorae",
    summary: "A machine that Octavia runs load balancers on; for administrators.", nameField: nil,
    verbs: [.list, .get, .delete], life: Life(settled: ["ALLOCATED", "READY"]),
    actions: [.call("failover", "PUT", "/failover", "Replaces it.")])

  /// What makes load balancers.
  package static let loadBalancerProvider: ResourceKind = ResourceKind(
    .loadBalancer, "/lbaas/providers", singular: "provider", plural: "providers",
    summary: "What makes load balancers.",
    idField: "name", nameFilter: .none, verbs: .listOnly)
}
