import Ambience
import Document
import OrderedCollections

extension EmbeddedCloud {
  func makeRouter(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    try checkQuota(.routers, quotas(call.project).routers, "router", call)
    let router = NetworkDraft(ambient, project: call.project).router(name: given.text("name"))
    return try changeRouter(router, given, call)
  }

  func changeRouter(_ router: Fields, _ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    if let routes = given["routes"]?.list { try check(routes, of: router) }
    guard let asked = given["external_gateway_info"] else { return router.with(given) }
    guard let network = asked["network_id"]?.string else {
      return router.with(given).with(["external_gateway_info": nil])
    }
    let found = try find(.networks, network, call)
    let subnet = all(.subnets).first { $0["network_id"] == found["id"] }
    guard found["router:external"] == true, let subnet else {
      throw Refusal(400, "Bad router request: Network \(network) is not an external network.")
    }
    let gateway: Value = [
      "network_id": .string(network),
      "external_fixed_ips": [
        ["subnet_id": subnet["id"] ?? .null, "ip_address": .string(try freeAddress(in: subnet))]
      ],
      "enable_snat": true,
    ]
    return router.with(given).with(["external_gateway_info": gateway])
  }

  /// Adds or takes away static routes, and shows more of the router than other requests do.
  func changeRoutes(_ call: Call, _ change: ([Value], [Value]) -> [Value]) throws(Refusal) -> Answer {
    let router = try owned(.routers, call["id"], call, action: "update_router")
    let given = try call.fields("router")["routes"]?.list ?? []
    let routes = change(router["routes"]?.list ?? [], given)
    try check(routes, of: router)
    let changed = revise(router.with(["routes": .list(routes)]), .routers)
    return Answer(
      200,
      [
        "router": .map(
          changed.shown.with([
            "distributed": false, "ha": false, "ha_vr_id": 0,
            "gw_port_id": nil,
          ]))
      ])
  }

  /// Refuses routes over what isn't a neighbour of the router.
  private func check(_ routes: [Value], of router: Fields) throws(Refusal) {
    let ranges = interfaces(of: router.text("id")).flatMap { $0["fixed_ips"]?.list ?? [] }
      .compactMap { $0["subnet_id"]?.string.flatMap { thing(.subnets, $0) } }
      .compactMap { IPv4Range($0.text("cidr")) }
    for route in routes {
      let hop = route["nexthop"]?.string.flatMap { IPv4Range.address($0) }
      guard let hop, ranges.contains(where: { $0.contains(hop) }) else {
        throw Refusal(
          400,
          "Invalid format for routes: \(Value.list(routes).pythonText), the nexthop is not connected with router",
          type: "InvalidRoutes")
      }
    }
  }

  func removeRouter(_ router: Fields, _ call: Call) throws(Refusal) {
    let ports = interfaces(of: router.text("id"))
    guard ports.isEmpty else {
      let ids = ports.map { $0.text("id") }.joined(separator: ",")
      throw Refusal(
        409, "Router \(router.text("id")) has ports still attached: \(ids)", type: "RouterInUse")
    }
  }

  // MARK: - Interfaces

  private func interfaces(of router: String) -> [Fields] {
    all(.ports).filter {
      $0.text("device_id") == router && $0.text("device_owner") == "network:router_interface"
    }
  }

  func addInterface(_ call: Call) throws(Refusal) -> Answer {
    let router = try owned(.routers, call["id"], call, action: "add_router_interface")
    let subnet = try find(.subnets, try call.json()["subnet_id"]?.string ?? "", call)
    guard !interfaces(of: call["id"]).contains(where: { Self.isOn($0, subnet) }) else {
      throw Refusal(
        400, "Bad router request: Router already has a port on subnet \(subnet.text("id")).",
        type: "BadRequest")
    }
    let draft = NetworkDraft(ambient, project: call.project)
    let port = draft.port(network: subnet.text("network_id"), groups: []).with([
      "status": "ACTIVE", "device_id": router["id"] ?? .null, "device_owner": "network:router_interface",
      "port_security_enabled": false,
      "fixed_ips": [["subnet_id": subnet["id"] ?? .null, "ip_address": subnet["gateway_ip"] ?? .null]],
    ])
    put(.ports, port)
    set(.routers, call["id"], ["availability_zones": ["nova"]])
    return interface(port, router, subnet)
  }

  func removeInterface(_ call: Call) throws(Refusal) -> Answer {
    let router = try owned(.routers, call["id"], call, action: "remove_router_interface")
    let subnet = try find(.subnets, try call.json()["subnet_id"]?.string ?? "", call)
    let (id, subnetID) = (call["id"], subnet.text("id"))
    guard let port = interfaces(of: id).first(where: { Self.isOn($0, subnet) }) else {
      throw Refusal(
        404, "Router \(id) has no interface on subnet \(subnetID)", type: "RouterInterfaceNotFoundForSubnet")
    }
    let isNeeded = all(.floatingIPs).contains { floating in
      floating.text("router_id") == id
        && thing(.ports, floating.text("port_id")).map { Self.isOn($0, subnet) } ?? false
    }
    guard !isNeeded else {
      throw Refusal(
        409,
        "Router interface for subnet \(subnetID) on router \(id) cannot be deleted, as it is required by one "
          + "or more floating IPs.", type: "RouterInterfaceInUseByFloatingIP")
    }
    remove(.ports, port.text("id"))
    return interface(port, router, subnet)
  }

  private static func isOn(_ port: Fields, _ subnet: Fields) -> Bool {
    (port["fixed_ips"]?.list ?? []).contains { $0["subnet_id"] == subnet["id"] }
  }

  private func interface(_ port: Fields, _ router: Fields, _ subnet: Fields) -> Answer {
    let id = subnet["id"] ?? .null
    return Answer(
      200,
      [
        "id": router["id"] ?? .null, "tenant_id": router["tenant_id"] ?? .null,
        "port_id": port["id"] ?? .null,
        "network_id": subnet["network_id"] ?? .null, "subnet_id": id, "subnet_ids": [id],
      ])
  }

  /// The router that joins a port's network to an external network.
  func router(from port: Fields, to external: String) -> String? {
    let router = all(.routers).first { router in
      router["external_gateway_info"]?["network_id"]?.string == external
        && interfaces(of: router.text("id")).contains { $0["network_id"] == port["network_id"] }
    }
    return router?.text("id")
  }
}
