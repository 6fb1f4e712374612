import Ambience
import Document
import OrderedCollections

extension EmbeddedCloud {
  func makeNetwork(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    try checkQuota(.networks, quotas(call.project).networks, "network", call)
    return NetworkDraft(ambient, project: call.project).network(name: given.text("name")).with(given)
  }

  func removeNetwork(_ network: Fields, _ call: Call) throws(Refusal) {
    let ports = all(.ports).filter { $0["network_id"] == network["id"] }
    guard ports.isEmpty else {
      let ids = ports.map { $0.text("id") }.joined(separator: ",")
      throw Refusal(
        409,
        "Unable to complete operation on network \(network.text("id")). There are one or more ports still in "
          + "use on the network, id for these ports is: \(ids).", type: "NetworkInUse")
    }
    for subnet in all(.subnets) where subnet["network_id"] == network["id"] {
      remove(.subnets, subnet.text("id"))
    }
  }

  // MARK: - Subnets

  func makeSubnet(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    let network = given.text("network_id")
    _ = try find(.networks, network, call)
    let pool = try given.textIfAny("subnetpool_id").map { id throws(Refusal) in
      try find(.subnetPools, id, call)
    }
    let siblings = all(.subnets).filter { $0.text("network_id") == network }
    guard siblings.allSatisfy({ $0.textIfAny("subnetpool_id") == pool?.text("id") }) else {
      throw Refusal(
        400, "Subnets hosted on the same network must be allocated from the same subnet pool.",
        type: "NetworkSubnetPoolAffinityError")
    }
    let cidr = try pool.map { pool throws(Refusal) in try range(from: pool, given) } ?? given.text("cidr")
    guard let range = IPv4Range(cidr) else {
      let fault = "Invalid input for operation: \(cidr) is not in a CIDR format."
      throw Refusal(400, fault, type: "InvalidInput")
    }
    let isTaken = all(.subnets).contains { subnet in
      subnet.text("network_id") == network && IPv4Range(subnet.text("cidr"))?.overlaps(range) ?? false
    }
    guard !isTaken else {
      throw Refusal(
        400,
        "Invalid input for operation: Requested subnet with cidr: \(range.text) for network: \(network) "
          + "overlaps with another subnet.", type: "InvalidInput")
    }
    try checkQuota(.subnets, quotas(call.project).subnets, "subnet", call)
    let draft = NetworkDraft(ambient, project: call.project)
    return draft.subnet(name: given.text("name"), network: network, range: range)
      .with(given.filter { !$0.value.isNull || $0.key == "gateway_ip" })
      .with(["cidr": .string(range.text)])
  }

  /// A free range of a subnet pool, as long as is asked for or as the pool says.
  private func range(from pool: Fields, _ given: Fields) throws(Refusal) -> String {
    if let cidr = given.textIfAny("cidr") { return cidr }
    let length = Int(given.text("prefixlen")) ?? Int(pool.text("default_prefixlen")) ?? 24
    let taken = all(.subnets).filter { $0["subnetpool_id"] == pool["id"] }
      .compactMap { IPv4Range($0.text("cidr")) }
    for prefix in (pool["prefixes"]?.list ?? []).compactMap({ $0.string.flatMap { IPv4Range($0) } }) {
      if let free = prefix.part(length: length, apartFrom: taken) { return free.text }
    }
    throw Refusal(
      503, "Failed to allocate subnet: Insufficient prefix space to allocate subnet size /\(length).",
      type: "SubnetAllocationError")
  }

  func removeSubnet(_ subnet: Fields, _ call: Call) throws(Refusal) {
    let isUsed = all(.ports).contains { port in
      (port["fixed_ips"]?.list ?? []).contains { $0["subnet_id"] == subnet["id"] }
    }
    guard !isUsed else {
      throw Refusal(
        409,
        "Unable to complete operation on subnet \(subnet.text("id")): One or more ports have an IP allocation "
          + "from this subnet.", type: "SubnetInUse")
    }
  }

  // MARK: - Addresses

  /// A free address of a subnet's pools.
  ///
  /// Like Neutron, it takes the lowest free ones in no order that could be relied on.
  func freeAddress(in subnet: Fields) throws(Refusal) -> String {
    let used = usedAddresses(on: subnet.text("network_id"))
    for pool in subnet["allocation_pools"]?.list ?? [] {
      guard let first = pool["start"]?.string.flatMap({ IPv4Range.address($0) }),
        let last = pool["end"]?.string.flatMap({ IPv4Range.address($0) }), first <= last
      else { continue }
      let size = last - first + 1
      let start = UInt32(ambient.random() % UInt64(min(size, 200)))
      for offset in 0..<size {
        let address = IPv4Range.text(first + (start + offset) % size)
        if !used.contains(address) { return address }
      }
    }
    throw Refusal(
      409, "No more IP addresses available on network \(subnet.text("network_id")).",
      type: "IpAddressGenerationFailure")
  }

  func usedAddresses(on network: String) -> Set<String> {
    var used: Set<String> = []
    for port in all(.ports) where port.text("network_id") == network {
      used.formUnion((port["fixed_ips"]?.list ?? []).compactMap { $0["ip_address"]?.string })
    }
    for floating in all(.floatingIPs) where floating.text("floating_network_id") == network {
      used.insert(floating.text("floating_ip_address"))
    }
    for router in all(.routers) {
      let gateway = router["external_gateway_info"]
      guard gateway?["network_id"]?.string == network else { continue }
      used.formUnion((gateway?["external_fixed_ips"]?.list ?? []).compactMap { $0["ip_address"]?.string })
    }
    return used
  }
}
