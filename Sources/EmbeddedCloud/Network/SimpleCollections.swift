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

  /// The fields that all of Neutron's things have, but these two kinds haven't.
  private var lacking: [String] {
    let times = ["created_at", "updated_at", "revision_number", "tags", "description"]
    return switch table {
    case .addressScopes: times
    case .rbacPolicies: times + ["name"]
    default: []
    }
  }

  var simpleRoutes: [Route] {
    routes(
      make: { cloud, given, call in
        try cloud.check(given, new: self, call)
        let draft = NetworkDraft(cloud.ambient, project: call.project).common(name: given.text("name"))
        var made = draft.with(defaults).with(given)
        for name in lacking { made[name] = nil }
        if given["shared"] == true { made["_shared"] = true }
        // Neutron tells lengths as texts when a pool is made, and as numbers ever after.
        for name in ["default_prefixlen", "min_prefixlen", "max_prefixlen"] where made[name] != nil {
          made[name] = .string(made.text(name))
        }
        return made
      },
      change: { cloud, old, given, call in
        if table == .addressScopes, given["shared"] != nil, !call.isAdmin {
          throw Refusal(
            403, "(rule:update_address_scope and rule:update_address_scope:shared) is disallowed by policy",
            type: "PolicyNotAuthorized")
        }
        return old.with(given)
      }, remove: { cloud, thing, _ in try cloud.checkUnused(thing, table) })
  }

  /// Lengths of prefixes as numbers.
  func settled(_ thing: Fields) -> Fields {
    guard table == .subnetPools else { return lacking.reduce(into: thing) { $0[$1] = nil } }
    var thing = thing
    for name in ["default_prefixlen", "min_prefixlen", "max_prefixlen"] {
      if let length = Int64(thing.text(name)) { thing[name] = .integer(length) }
    }
    if thing["default_quota"]?.isNull ?? false { thing["default_quota"] = nil }
    return thing
  }
}

// MARK: - What Neutron refuses

extension EmbeddedCloud {
  fileprivate func check(_ given: Fields, new collection: NetworkCollection, _ call: Call) throws(Refusal) {
    switch collection.table {
    case .qualityPolicies where !call.isAdmin:
      throw Refusal(403, "rule:create_policy is disallowed by policy", type: "PolicyNotAuthorized")
    case .subnetPools where given["prefixes"] == nil:
      throw Refusal(
        400, "Failed to parse request. Required attribute 'prefixes' not specified", type: "HTTPBadRequest")
    case .trunks:
      let port = given.text("port_id")
      _ = try find(.ports, port, call)
      guard !all(.trunks).contains(where: { $0.text("port_id") == port }) else {
        throw Refusal(
          409, "Port \(port) is currently in use and is not eligible for use as a parent port.",
          type: "ParentPortInUse")
      }
    case .rbacPolicies:
      let fields = ["object_type", "object_id", "action", "target_tenant"]
      guard !all(.rbacPolicies).contains(where: { other in fields.allSatisfy { other[$0] == given[$0] } })
      else {
        throw Refusal(409, "An RBAC policy already exists with those values.", type: "DuplicateRbacPolicy")
      }
    default: break
    }
  }

  fileprivate func checkUnused(_ thing: Fields, _ table: Table) throws(Refusal) {
    let id = thing["id"]
    switch table {
    case .subnetPools where all(.subnets).contains(where: { $0["subnetpool_id"] == id }):
      throw Refusal(
        400, "Unable to delete subnet pool: Subnet pool has existing allocations.",
        type: "SubnetPoolDeleteError")
    case .addressScopes where all(.subnetPools).contains(where: { $0["address_scope_id"] == id }):
      throw Refusal(
        409,
        "Unable to complete operation on address scope \(thing.text("id")). There are one or more subnet pools in use "
          + "on the address scope.", type: "AddressScopeInUse")
    case .qualityPolicies:
      guard let port = all(.ports).first(where: { $0["qos_policy_id"] == id }) else { return }
      throw Refusal(
        409, "QoS Policy \(thing.text("id")) is used by port \(port.text("id")).", type: "QosPolicyInUse")
    default: break
    }
  }

  // MARK: - Trunks

  /// The trunk that carries a port.
  func trunk(carrying port: String) -> Fields? {
    all(.trunks).first { trunk in
      (trunk["sub_ports"]?.list ?? []).contains { $0["port_id"]?.string == port }
    }
  }

  /// The trunk that begins at a port, as the port shows it.
  func trunkDetails(of port: Fields) -> Value? {
    guard let trunk = all(.trunks).first(where: { $0["port_id"] == port["id"] }) else { return nil }
    let subports = (trunk["sub_ports"]?.list ?? []).map { subport -> Value in
      let mac = thing(.ports, subport["port_id"]?.string ?? "")?["mac_address"] ?? .null
      return .map((subport.map ?? [:]).with(["mac_address": mac]))
    }
    return ["trunk_id": trunk["id"] ?? .null, "sub_ports": .list(subports)]
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
      for port in try call.json()["sub_ports"]?.list ?? [] {
        let id = port["port_id"]?.string ?? ""
        _ = try cloud.find(.ports, id, call)
        if cloud.trunk(carrying: id) != nil {
          throw Refusal(409, "Port \(id) is in use by another trunk.", type: "TrunkPortInUse")
        }
      }
      return try cloud.changeSubports(call) { $0 + $1 }
    },
    Route(.put, "/v2.0/trunks/{id}/remove_subports") { cloud, call in
      for port in try call.json()["sub_ports"]?.list ?? [] {
        let id = port["port_id"]?.string ?? ""
        guard cloud.trunk(carrying: id)?.text("id") == call["id"] else {
          throw Refusal(
            404, "SubPort \(id) on trunk \(call["id"]) could not be found.", type: "SubPortNotFound")
        }
      }
      return try cloud.changeSubports(call) { old, gone in
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
