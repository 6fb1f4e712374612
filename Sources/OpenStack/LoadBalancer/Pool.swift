extension ResourceKind {
  /// Servers that requests are spread over.
  package static let pool: ResourceKind = octavia(
    "/lbaas/pools", "pool", "pools", "Servers that requests are spread over.",
    fields: [
      .text("name", "Its name.").optional,
      .named("load_balancer", .loadBalancer, "The load balancer.", as: "loadbalancer_id").optional,
      .named("listener", .listener, "The listener that it serves.", as: "listener_id").optional,
      .text("protocol", "What it speaks.").among("HTTP", "HTTPS", "PROXY", "PROXYV2", "TCP", "UDP", "SCTP"),
      .text("algorithm", "How they are chosen.", as: "lb_algorithm").among(
        "ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP", "SOURCE_IP_PORT"),
    ], children: [.poolMember])

  /// One of the servers of a pool.
  package static let poolMember: ResourceKind = octavia(
    "/members", "member", "members", "One of the servers of a pool.",
    fields: [
      .text("name", "Its name.").optional, .text("address", "Its address."),
      .integer("port", "Its port.", as: "protocol_port"), .integer("weight", "Its share.").optional,
      .named("subnet", Subnet.kind, "Where its address is.", as: "subnet_id").optional,
    ])

  /// How a pool's servers are tried.
  package static let healthMonitor: ResourceKind = octavia(
    "/lbaas/healthmonitors", "healthmonitor", "healthmonitors", word: "health_monitor",
    "How a pool's servers are tried.",
    fields: [
      .named("pool", .pool, "The pool.", as: "pool_id"),
      .text("type", "How.").among("HTTP", "HTTPS", "PING", "SCTP", "TCP", "TLS-HELLO", "UDP-CONNECT"),
      .integer("delay", "The seconds between."), .integer("timeout", "The seconds to wait."),
      .integer("max_retries", "The successes that make one up."),
    ])
}
