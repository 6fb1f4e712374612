import Document
import HTTP
import OrderedCollections

/// One of Neutron's collections: where it is, what wraps its things, and what may be changed.
struct NetworkCollection: Sendable {
  let table: Table
  let path: String
  let singular: String
  let plural: String
  /// The fields that a request to create one may give.
  let fields: Set<String>
  /// Those of them that can't be changed later.
  let fixed: Set<String>

  init(
    _ table: Table, _ path: String, _ singular: String, _ fields: Set<String>, fixed: Set<String> = []
  ) {
    self.table = table
    self.path = path
    self.singular = singular
    // The last part of the path says it, with its hyphens as the bodies have them.
    let last = path.split(separator: "/").last.map(String.init) ?? path
    plural = last.replacing("-", with: "_")
    self.fields = fields.union(["description", "tenant_id", "project_id"])
    self.fixed = fixed.union(["tenant_id", "project_id"])
  }

  static let networks = NetworkCollection(
    .networks, "networks", "network",
    [
      "name", "admin_state_up", "shared", "mtu", "router:external", "port_security_enabled", "is_default",
      "availability_zone_hints", "qos_policy_id", "dns_domain",
    ])
  static let subnets = NetworkCollection(
    .subnets, "subnets", "subnet",
    [
      "name", "network_id", "cidr", "ip_version", "gateway_ip", "enable_dhcp", "allocation_pools",
      "dns_nameservers", "host_routes", "service_types", "subnetpool_id", "prefixlen", "ipv6_ra_mode",
      "ipv6_address_mode",
    ],
    fixed: ["network_id", "cidr", "ip_version", "subnetpool_id"])
  static let ports = NetworkCollection(
    .ports, "ports", "port",
    [
      "name", "network_id", "fixed_ips", "security_groups", "device_id", "device_owner", "admin_state_up",
      "mac_address", "allowed_address_pairs", "port_security_enabled", "binding:vnic_type", "binding:host_id",
      "binding:profile", "extra_dhcp_opts", "qos_policy_id", "dns_name", "tags",
    ],
    fixed: ["network_id"])
  static let routers = NetworkCollection(
    .routers, "routers", "router",
    [
      "name", "admin_state_up", "external_gateway_info", "routes", "availability_zone_hints", "flavor_id",
      "distributed", "ha",
    ])
  static let floatingIPs = NetworkCollection(
    .floatingIPs, "floatingips", "floatingip",
    [
      "floating_network_id", "port_id", "fixed_ip_address", "floating_ip_address", "subnet_id",
      "qos_policy_id", "dns_name", "dns_domain",
    ],
    fixed: ["floating_network_id", "floating_ip_address", "subnet_id"])
  static let groups = NetworkCollection(
    .groups, "security-groups", "security_group", ["name", "stateful"])
  static let rules = NetworkCollection(
    .rules, "security-group-rules", "security_group_rule",
    [
      "security_group_id", "direction", "ethertype", "protocol", "port_range_min", "port_range_max",
      "remote_ip_prefix", "remote_group_id", "remote_address_group_id",
    ])

  typealias Maker = @Sendable (isolated EmbeddedCloud, Fields, Call) throws -> Fields
  typealias Changer = @Sendable (isolated EmbeddedCloud, Fields, Fields, Call) throws -> Fields
  typealias Remover = @Sendable (isolated EmbeddedCloud, Fields, Call) throws -> Void

  /// The routes of the collection, given how one is made, changed and removed.
  func routes(
    make: @escaping Maker, change: @escaping Changer, remove: @escaping Remover
  ) -> [Route] {
    let (list, one) = ("/v2.0/\(path)", "/v2.0/\(path)/{id}")
    return [
      Route(.get, list) { cloud, call in try cloud.list(self, call) },
      Route(.post, list) { cloud, call in
        let made = try make(cloud, cloud.given(self, call, isNew: true), call)
        cloud.put(table, made)
        return Answer(201, [singular: .map(cloud.shown(made, self, isNew: true))])
      },
      Route(.get, one) { cloud, call in
        let found = try cloud.find(table, call["id"], call)
        return cloud.answer(found, self, call)
      },
      Route(.put, one) { cloud, call in
        let old = try cloud.owned(table, call["id"], call, action: "update_\(singular)")
        let given = try cloud.given(self, call, isNew: false)
        let changed = try change(cloud, old, given, call)
        return cloud.answer(cloud.revise(changed, self), self, call)
      },
      Route(.delete, one) { cloud, call in
        let old = try cloud.owned(table, call["id"], call, action: "delete_\(singular)")
        try remove(cloud, old, call)
        cloud.remove(table, old.text("id"))
        return Answer(204)
      },
    ]
  }
}

extension EmbeddedCloud {
  /// Neutron's paths (Networking API v2.0).
  static let networkRoutes = RouteTable(
    [
      Route(.get, "/", isOpen: true) { $0.networkVersions($1) },
      Route(.get, "/v2.0/extensions") { $0.listExtensions($1) },
      Route(.get, "/v2.0/quotas/{project}") { $0.showNetworkQuota($1) },
      Route(.put, "/v2.0/quotas/{project}") { try $0.setNetworkQuota($1) },
      Route(.delete, "/v2.0/quotas/{project}") { try $0.resetNetworkQuota($1) },
      Route(.get, "/v2.0/quotas/{project}/details.json") { $0.detailNetworkQuota($1) },
      Route(.put, "/v2.0/routers/{id}/add_router_interface") { try $0.addInterface($1) },
      Route(.put, "/v2.0/routers/{id}/remove_router_interface") { try $0.removeInterface($1) },
      Route(.put, "/v2.0/routers/{id}/add_extraroutes") { try $0.changeRoutes($1) { $0 + $1 } },
      Route(.put, "/v2.0/routers/{id}/remove_extraroutes") { cloud, call in
        try cloud.changeRoutes(call) { old, gone in old.filter { !gone.contains($0) } }
      },
    ],
    NetworkCollection.networks.routes(
      make: { try $0.makeNetwork($1, $2) }, change: { _, old, given, _ in old.with(given) },
      remove: { try $0.removeNetwork($1, $2) }),
    NetworkCollection.subnets.routes(
      make: { try $0.makeSubnet($1, $2) }, change: { _, old, given, _ in old.with(given) },
      remove: { try $0.removeSubnet($1, $2) }),
    NetworkCollection.ports.routes(
      make: { try $0.makePort($1, $2) }, change: { try $0.changePort($1, $2, $3) },
      remove: { try $0.removePort($1, $2) }),
    NetworkCollection.routers.routes(
      make: { try $0.makeRouter($1, $2) }, change: { try $0.changeRouter($1, $2, $3) },
      remove: { try $0.removeRouter($1, $2) }),
    NetworkCollection.floatingIPs.routes(
      make: { try $0.makeFloatingIP($1, $2) }, change: { try $0.changeFloatingIP($1, $2, $3) },
      remove: { _, _, _ in }),
    NetworkCollection.simple.flatMap(\.simpleRoutes), trunkRoutes, qualityRoutes, forwardingRoutes,
    agentRoutes,
    NetworkCollection.groups.routes(
      make: { try $0.makeGroup($1, $2) }, change: { _, old, given, _ in old.with(given) },
      remove: { try $0.removeGroup($1, $2) }),
    NetworkCollection.rules.routes(
      make: { try $0.makeRule($1, $2) },
      change: { _, _, _, _ in throw Refusal.notAllowed }, remove: { _, _, _ in }),
    tagRoutes)
}
