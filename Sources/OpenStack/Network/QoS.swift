extension ResourceKind {
  /// What ports may send and receive.
  package static let qosPolicy: ResourceKind = ResourceKind(
    .network, "/qos/policies", singular: "policy", plural: "policies", label: "QoS policy",
    word: "qos_policy",
    summary: "What ports may send and receive.",
    actions: Networking.tagActions,
    children: [
      qosRule("bandwidth_limit", "The most that may be sent in a time."),
      qosRule("dscp_marking", "A mark that packets get."),
      qosRule("minimum_bandwidth", "What may surely be sent in a time."),
      qosRule("packet_rate_limit", "The most packets that may be sent in a time."),
    ])

  private static func qosRule(_ name: String, _ summary: String) -> ResourceKind {
    ResourceKind(
      .network, "/\(name)_rules", singular: "\(name)_rule", plural: "\(name)_rules", summary: summary,
      nameField: nil)
  }
}
