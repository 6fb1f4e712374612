import Document
import OrderedCollections

extension EmbeddedCloud {
  func makeFloatingIP(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    let network = given.text("floating_network_id")
    let found = try find(.networks, network, call)
    guard found["router:external"] == true,
      let subnet = all(.subnets).first(where: { $0["network_id"] == found["id"] })
    else {
      throw Refusal(
        400, "Bad floatingip request: Network \(network) is not a valid external network.",
        type: "BadRequest")
    }
    try checkQuota(.floatingIPs, quotas(call.project).floatingIPs, "floatingip", call)
    var address = given.textIfAny("floating_ip_address") ?? ""
    if address.isEmpty {
      address = try freeAddress(in: subnet)
    } else if IPv4Range.address(address) == nil {
      throw Refusal(
        400, "Invalid input for floating_ip_address. Reason: '\(address)' is not a valid IP address.",
        type: "HTTPBadRequest")
    } else if !call.isAdmin {
      throw Refusal(
        403,
        "(rule:create_floatingip and rule:create_floatingip:floating_ip_address) is disallowed by policy",
        type: "PolicyNotAuthorized")
    }
    let draft = NetworkDraft(ambient, project: call.project).floatingIP(address: address, network: network)
    return try changeFloatingIP(draft, given.only(["port_id", "fixed_ip_address", "description"]), call)
  }

  func changeFloatingIP(_ floating: Fields, _ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    guard let asked = given["port_id"] else { return floating.with(given) }
    guard let id = asked.string else {
      later(.milliseconds(300)) { $0.settleFloatingIP(floating.text("id")) }
      let status = floating["status"] ?? "DOWN"
      return floating.with(given).with(Self.freeFloatingIP).with(["status": status])
    }
    let port = try find(.ports, id, call)
    let fixed = given.textIfAny("fixed_ip_address") ?? port["fixed_ips"]?[0]?["ip_address"]?.string ?? ""
    let external = floating.text("floating_network_id")
    guard let router = router(from: port, to: external) else {
      throw Refusal(
        404,
        "External network \(external) is not reachable from subnet "
          + "\(port["fixed_ips"]?[0]?["subnet_id"]?.string ?? "").  Therefore, cannot associate Port \(id) "
          + "with a Floating IP.", type: "ExternalGatewayForFloatingIPNotFound")
    }
    try refuseSecond(floating, port: id, fixed, external)
    later(.milliseconds(300)) { $0.settleFloatingIP(floating.text("id")) }
    return floating.with(given).with([
      "port_id": .string(id), "fixed_ip_address": .string(fixed), "router_id": .string(router),
    ])
  }

  private func refuseSecond(
    _ floating: Fields, port: String, _ fixed: String, _ external: String
  ) throws(Refusal) {
    let other = all(.floatingIPs).first { other in
      other["id"] != floating["id"] && other.text("port_id") == port
        && other.text("fixed_ip_address") == fixed && other.text("floating_network_id") == external
    }
    guard let other else { return }
    throw Refusal(
      409,
      "Cannot associate floating IP \(other.text("floating_ip_address")) (\(other.text("id"))) with port "
        + "\(port) using fixed IP \(fixed), as that fixed IP already has a floating IP on external network "
        + "\(external).", type: "FloatingIPPortAlreadyAssociated")
  }

  /// What the L3 agent does some time after a change: the status says whether it forwards.
  private func settleFloatingIP(_ id: String) {
    guard let floating = thing(.floatingIPs, id) else { return }
    set(.floatingIPs, id, ["status": floating["port_id"]?.string == nil ? "DOWN" : "ACTIVE"])
  }
}
