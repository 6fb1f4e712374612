import Ambience
import Document
import HTTP
import OrderedCollections

extension NetworkCollection {
  static let trunks = NetworkCollection(
    .trunks, "trunks", "trunk", ["name", "port_id", "sub_ports", "admin_state_up", "tags"],
    fixed: ["port_id", "sub_ports"])
  static let subnetPools = NetworkCollection(
    .subnetPools, "subnetpools", "subnetpool",
    [
      "name", "prefixes", "address_scope_id", "default_quota", "default_prefixlen", "min_prefixlen",
      "max_prefixlen", "is_default", "shared",
    ], fixed: ["shared"])
  static let addressScopes = NetworkCollection(
    .addressScopes, "address-scopes", "address_scope", ["name", "ip_version", "shared"], fixed: ["ip_version"]
  )
  static let qualityPolicies = NetworkCollection(
    .qualityPolicies, "qos/policies", "policy", ["name", "shared", "is_default"])
  static let rbacPolicies = NetworkCollection(
    .rbacPolicies, "rbac-policies", "rbac_policy", ["object_type", "object_id", "action", "target_tenant"],
    fixed: ["object_type", "object_id", "action"])

  /// Those whose things nothing else depends on.
  static let simple: [NetworkCollection] = [
    .trunks, .subnetPools, .addressScopes, .qualityPolicies, .rbacPolicies,
  ]

  /// What each has that was given nothing else.
  private var defaults: Fields {
    switch table {
    case .trunks: ["admin_state_up": true, "status": "DOWN", "sub_ports": [], "port_id": nil]
    case .subnetPools:
      [
        "prefixes": [], "address_scope_id": nil, "default_quota": nil, "default_prefixlen": "8",
        "min_prefixlen": "8", "max_prefixlen": "32", "is_default": false, "shared": false, "ip_version": 4,
      ]
    case .addressScopes: ["ip_version": 4, "shared": false]
    case .qualityPolicies: ["rules": [], "shared": false, "is_default": false]
    default: [:]
    }
  }

  var simpleRoutes: [Route] {
    routes(
      make: { cloud, given, call in
        let draft = NetworkDraft(cloud.ambient, project: call.project).common(name: given.text("name"))
        return draft.with(defaults).with(given)
      },
      change: { _, old, given, _ in old.with(given) }, remove: { _, _, _ in })
  }
}

extension EmbeddedCloud {
  /// What trunks carry, which is added and removed by itself.
  static let trunkRoutes: [Route] = [
    Route(.get, "/v2.0/trunks/{id}/get_subports") { cloud, call in
      let trunk = try cloud.find(.trunks, call["id"], call)
      return Answer(200, ["sub_ports": trunk["sub_ports"] ?? []])
    },
    Route(.put, "/v2.0/trunks/{id}/add_subports") { cloud, call in
      try cloud.changeSubports(call) { $0 + $1 }
    },
    Route(.put, "/v2.0/trunks/{id}/remove_subports") { cloud, call in
      try cloud.changeSubports(call) { old, gone in
        old.filter { port in !gone.contains { $0["port_id"] == port["port_id"] } }
      }
    },
  ]

  private func changeSubports(
    _ call: Call, _ change: ([Value], [Value]) -> [Value]
  ) throws(Refusal) -> Answer {
    let trunk = try owned(.trunks, call["id"], call, action: "update_trunk")
    let given = try call.json()["sub_ports"]?.list ?? []
    let ports = change(trunk["sub_ports"]?.list ?? [], given)
    let changed = revise(trunk.with(["sub_ports": .list(ports)]), .trunks)
    return Answer(200, .map(changed.shown))
  }
}
