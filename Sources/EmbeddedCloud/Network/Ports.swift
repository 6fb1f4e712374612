import Document
import OrderedCollections

extension EmbeddedCloud {
  func makePort(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    let network = try find(.networks, given.text("network_id"), call)
    guard call.isAdmin || network.text("_project") == call.project else {
      throw Refusal(
        403, "Tenant \(call.project) not allowed to create port on this network", type: "HTTPForbidden")
    }
    let groups = try groups(given, call)
    let fixed = try fixedAddresses(given["fixed_ips"]?.list, on: network.text("id"))
    try checkQuota(.ports, quotas(call.project).ports, "port", call)
    let kept = given.only([
      "name", "description", "device_id", "device_owner", "admin_state_up", "mac_address",
      "allowed_address_pairs", "binding:vnic_type", "tags",
    ])
    return NetworkDraft(ambient, project: call.project).port(network: network.text("id"), groups: groups)
      .with(kept).with(["fixed_ips": fixed])
  }

  /// The security groups that a port is given, or the project's default group.
  private func groups(_ given: Fields, _ call: Call) throws(Refusal) -> [String] {
    guard let asked = given["security_groups"]?.list else { return [defaultGroup(call.project)] }
    let ids = asked.compactMap(\.string)
    for id in ids { _ = try find(.groups, id, call) }
    return ids
  }

  func defaultGroup(_ project: String) -> String {
    all(.groups).first { $0.text("_project") == project && $0.text("name") == "default" }?.text("id") ?? ""
  }

  /// The addresses that are asked for, or one of the network's first subnet.
  private func fixedAddresses(_ asked: [Value]?, on network: String) throws(Refusal) -> Value {
    let subnets = all(.subnets).filter { $0.text("network_id") == network }
    guard let asked, !asked.isEmpty else {
      guard let subnet = subnets.first else { return [] }
      return [["subnet_id": subnet["id"] ?? .null, "ip_address": .string(try freeAddress(in: subnet))]]
    }
    var fixed: [Value] = []
    for wish in asked { fixed.append(try fixedAddress(wish, subnets, network)) }
    return .list(fixed)
  }

  private func fixedAddress(_ wish: Value, _ subnets: [Fields], _ network: String) throws(Refusal) -> Value {
    let candidates = subnets.filter { wish["subnet_id"]?.string.map($0.text("id").elementsEqual) ?? true }
    guard let text = wish["ip_address"]?.string else {
      guard let subnet = candidates.first else {
        throw Refusal(
          400,
          "Invalid input for operation: Failed to create port on network \(network), because fixed_ips "
            + "included invalid subnet \(wish["subnet_id"]?.string ?? "").", type: "InvalidInput")
      }
      return ["subnet_id": subnet["id"] ?? .null, "ip_address": .string(try freeAddress(in: subnet))]
    }
    let subnet = candidates.first { subnet in
      guard let range = IPv4Range(subnet.text("cidr")), let address = IPv4Range.address(text) else {
        return false
      }
      return range.contains(address)
    }
    guard let subnet else {
      throw Refusal(
        400, "IP address \(text) is not a valid IP for any of the subnets on the specified network.",
        type: "InvalidIpForNetwork")
    }
    guard !usedAddresses(on: network).contains(text) else {
      throw Refusal(
        409, "IP address \(text) already allocated in subnet \(subnet.text("id"))",
        type: "IpAddressAlreadyAllocated")
    }
    return ["subnet_id": subnet["id"] ?? .null, "ip_address": .string(text)]
  }

  func changePort(_ port: Fields, _ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    var given = given
    if given["security_groups"] != nil {
      given["security_groups"] = .list(try groups(given, call).map(Value.string))
    }
    if let wishes = given["fixed_ips"]?.list {
      var others = port
      others["fixed_ips"] = []
      put(.ports, others)
      defer { put(.ports, port) }
      given["fixed_ips"] = try fixedAddresses(wishes, on: port.text("network_id"))
    }
    if let pairs = given["allowed_address_pairs"]?.list {
      let mac = port["mac_address"] ?? .null
      given["allowed_address_pairs"] = .list(
        pairs.map { .map((["mac_address": mac] as Fields).with($0.map ?? [:])) })
    }
    if let options = given["extra_dhcp_opts"]?.list {
      given["extra_dhcp_opts"] = .list(
        options.map { .map((["ip_version": 4] as Fields).with($0.map ?? [:])) })
    }
    let changed = port.with(given)
    try checkSecurity(changed)
    return changed
  }

  /// Refuses groups and address pairs on a port that nothing guards.
  private func checkSecurity(_ port: Fields) throws(Refusal) {
    guard port["port_security_enabled"] == false else { return }
    guard port["allowed_address_pairs"]?.list?.isEmpty ?? true else {
      throw Refusal(
        409, "Port Security must be enabled in order to have allowed address pairs on a port.",
        type: "AddressPairAndPortSecurityRequired")
    }
    guard port["security_groups"]?.list?.isEmpty ?? true else {
      throw Refusal(
        409,
        "Port has security group associated. Cannot disable port security or IP address until security group is "
          + "removed", type: "PortSecurityPortHasSecurityGroup")
    }
  }

  func removePort(_ port: Fields, _ call: Call) throws(Refusal) {
    let owner = port.text("device_owner")
    guard !owner.hasPrefix("network:router") else {
      throw Refusal(
        409,
        "Port \(port.text("id")) cannot be deleted directly via the port API: has device owner \(owner).",
        type: "ServicePortInUse")
    }
    if let trunk = trunk(carrying: port.text("id")) {
      throw Refusal(
        409, "Port \(port.text("id")) is currently a subport for trunk \(trunk.text("id")).",
        type: "PortInUseAsSubPort")
    }
    disassociate(port: port.text("id"))
  }

  /// Takes a port away from the floating IP that it has.
  func disassociate(port: String) {
    for floating in all(.floatingIPs) where floating.text("port_id") == port {
      set(.floatingIPs, floating.text("id"), Self.freeFloatingIP)
    }
  }

  static let freeFloatingIP: Fields = [
    "port_id": nil, "fixed_ip_address": nil, "router_id": nil, "status": "DOWN",
  ]
}
