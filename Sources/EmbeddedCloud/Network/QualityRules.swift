import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// The rules of QoS policies, each kind at a path of its own, and what each has that was given nothing else.
  private static let qualityRules: [(kind: String, defaults: Fields)] = [
    ("bandwidth_limit", ["max_burst_kbps": 0, "direction": "egress"]), ("dscp_marking", [:]),
    ("minimum_bandwidth", ["direction": "egress"]), ("minimum_packet_rate", ["direction": "egress"]),
  ]

  static let qualityRoutes: [Route] = qualityRules.flatMap { kind, defaults -> [Route] in
    let singular = kind + "_rule"
    let list = "/v2.0/qos/policies/{policy}/\(singular)s"
    return [
      Route(.get, list) { cloud, call in
        let policy = try cloud.find(.qualityPolicies, call["policy"], call)
        let own = cloud.rules(of: policy).filter { $0.text("type") == kind }
        return Answer(200, [singular + "s": .list(own.map { .map(bare($0)) })])
      },
      Route(.post, list) { cloud, call in
        try mayChange(call)
        let policy = try cloud.find(.qualityPolicies, call["policy"], call)
        let own: Fields = [
          "id": .string(cloud.ambient.uuid()), "type": .string(kind), "qos_policy_id": policy["id"] ?? .null,
        ]
        let rule = defaults.with(try call.fields(singular)).with(own)
        cloud.keep(cloud.rules(of: policy) + [rule], in: policy)
        return Answer(201, [singular: .map(bare(rule))])
      },
      Route(.get, list + "/{id}") { cloud, call in
        Answer(200, [singular: .map(bare(try cloud.qualityRule(call).rule))])
      },
      Route(.put, list + "/{id}") { cloud, call in
        try mayChange(call)
        let (policy, rule) = try cloud.qualityRule(call)
        let changed = rule.with(try call.fields(singular))
        cloud.keep(cloud.rules(of: policy).map { $0["id"] == rule["id"] ? changed : $0 }, in: policy)
        return Answer(200, [singular: .map(bare(changed))])
      },
      Route(.delete, list + "/{id}") { cloud, call in
        try mayChange(call)
        let (policy, rule) = try cloud.qualityRule(call)
        cloud.keep(cloud.rules(of: policy).filter { $0["id"] != rule["id"] }, in: policy)
        return Answer(204)
      },
    ]
  }

  private static func mayChange(_ call: Call) throws(Refusal) {
    guard call.isAdmin else {
      throw Refusal(403, "rule:create_policy_rule is disallowed by policy", type: "PolicyNotAuthorized")
    }
  }

  /// A rule as it is at its own path; in a policy it also says what it is.
  private static func bare(_ rule: Fields) -> Fields {
    rule.filter { !["type", "qos_policy_id"].contains($0.key) }
  }

  private func rules(of policy: Fields) -> [Fields] { (policy["rules"]?.list ?? []).compactMap(\.map) }

  private func keep(_ rules: [Fields], in policy: Fields) {
    _ = revise(policy.with(["rules": .list(rules.map { .map($0) })]), .qualityPolicies)
  }

  private func qualityRule(_ call: Call) throws(Refusal) -> (policy: Fields, rule: Fields) {
    let policy = try find(.qualityPolicies, call["policy"], call)
    guard let rule = rules(of: policy).first(where: { $0.text("id") == call["id"] }) else {
      throw Refusal(
        404, "QoS rule \(call["id"]) for policy \(call["policy"]) could not be found.",
        type: "QosRuleNotFound")
    }
    return (policy, rule)
  }
}
