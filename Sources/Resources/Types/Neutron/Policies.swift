import Document
import OpenStack
import OrderedCollections

extension Declaration {
  /// What says who may do what with networks, and how packets fare.
  static let policies: [Declaration] = [
    .neutron(
      "OS::Neutron::SecurityGroupRule", SecurityGroupRule.kind,
      [
        "security_group": .named("security_group_id"), "remote_group": .named("remote_group_id"),
        "protocol": .made { value, _ in
          // Heat has an empty text for any.
          ["protocol": value.string == "" ? .null : value]
        },
      ]
    ).with { $0.constants = ["direction": "ingress", "ethertype": "IPv4", "protocol": "tcp"] },
    Declaration("OS::Neutron::RBACPolicy", .rbacPolicy),
    .neutron("OS::Neutron::QoSPolicy", .qosPolicy),
    .neutron("OS::Neutron::MeteringLabel", .meteringLabel),
    Declaration("OS::Neutron::MeteringRule", .meteringRule),
  ]

  /// The rules of a QoS policy.
  static let qualityRules: [Declaration] = [
    qualityRule("OS::Neutron::QoSBandwidthLimitRule", "bandwidth_limit", ["direction": "egress"]),
    qualityRule("OS::Neutron::QoSDscpMarkingRule", "dscp_marking"),
    qualityRule("OS::Neutron::QoSMinimumBandwidthRule", "minimum_bandwidth", ["direction": "egress"]),
    qualityRule("OS::Neutron::QoSMinimumPacketRateRule", "minimum_packet_rate", ["direction": "egress"]),
  ]

  private static func qualityRule(
    _ type: String, _ name: String, _ constants: OrderedDictionary<String, Value> = [:]
  ) -> Declaration {
    let kind = ResourceKind(
      .network, "/\(name)_rules", singular: "\(name)_rule", plural: "\(name)_rules", nameField: nil)
    return Declaration(type, kind).with {
      $0.parent = ("policy", "/qos/policies/{}")
      $0.fields = ["policy": .silent, "tenant_id": .silent]
      $0.constants = constants
    }
  }
}

extension ResourceKind {
  fileprivate static let meteringLabel = ResourceKind(
    .network, "/metering/metering-labels", singular: "metering_label", plural: "metering_labels",
    summary: "What traffic is counted under.")
  fileprivate static let meteringRule = ResourceKind(
    .network, "/metering/metering-label-rules", singular: "metering_label_rule",
    plural: "metering_label_rules", summary: "Which traffic a label counts.", nameField: nil, verbs: .fixed)
}
