import Ambience
import Document
import HTTP
import OrderedCollections

// Neutron: networks, ports, floating IPs and security groups.

extension EmbeddedCloud {
  private static let names: [String: String] = [
    "networks": "network", "subnets": "subnet", "ports": "port", "routers": "router",
    "floatingips": "floatingip", "security-groups": "security_group",
    "security-group-rules": "security_group_rule",
  ]

  func network(_ asked: Asked, base: String) throws(Refusal) -> Answer {
    guard asked.path.count > 1, asked.path[0].hasPrefix("v2") else {
      return Answer(200, Catalog.networkVersion(base))
    }
    let collection = asked.path[1]
    let call = asked.dropping(2)
    if collection == "extensions" { return Answer(200, ["extensions": []]) }
    if collection == "quotas" {
      return Answer(200, ["quota": ["floatingip": .integer(Int64(quotas.floatingIPs))]])
    }
    guard let name = Self.names[collection] else { throw .notFound("The resource could not be found.") }
    let plural = name + "s"
    switch (call.method, call.path.first, call.path.dropFirst().first) {
    case (.get, nil, _):
      return page(
        all(collection).map(visible), call, envelope: plural,
        base: base + "/network/v2.0/" + collection, linksName: plural + "_links")
    case (.post, nil, _):
      let made = try create(collection, call.fields(name))
      put(collection, made)
      return Answer(201, [name: .map(visible(made))])
    case (.get, let id?, nil): return Answer(200, [name: .map(visible(try thing(collection, id)))])
    case (.put, let id?, nil): return try update(collection, id, name, call)
    case (.delete, let id?, nil): return try delete(collection, id)
    case (_, let id?, "tags"): return try tags(collection, id, call.dropping(2))
    case (.put, let id?, let action?): return try route(id, action, call)
    default: throw .notAllowed()
    }
  }

  /// What clients see of a thing: security groups have their rules inside.
  private func visible(_ thing: Fields) -> Fields {
    var thing = thing
    thing["made_by_nova"] = nil
    thing["interface_subnets"] = nil
    guard thing["security_group_rules"] != nil else { return thing }
    let rules = all("security-group-rules").filter { $0.text("security_group_id") == thing.text("id") }
    thing["security_group_rules"] = .list(rules.map(Value.map))
    return thing
  }

  // MARK: - Creation

  private func create(_ collection: String, _ given: Fields) throws(Refusal) -> Fields {
    let common: Fields = [
      "id": .string(ambient.uuid()), "tenant_id": .string(Seed.projectID),
      "project_id": .string(Seed.projectID),
      "name": given["name"] ?? "", "description": given["description"] ?? "", "tags": [],
      "created_at": .string(clock), "updated_at": .string(clock), "revision_number": 1,
    ]
    switch collection {
    case "networks":
      var made = Seed.network(given.text("name"), common.text("id"), [], isExternal: false)
      made.merge(given) { $1 }
      return made
    case "subnets": return common.merging(try newSubnet(given)) { $1 }
    case "ports": return try newPort(given, groups: given["security_groups"]?.list?.compactMap(\.string))
    case "routers":
      let router: Fields = [
        "status": "ACTIVE", "admin_state_up": true, "interface_subnets": [], "routes": [],
      ]
      return common.merging(router) { $1 }.merging(given) { $1 }
    case "floatingips": return common.merging(try newFloatingIP(given)) { $1 }
    case "security-groups": return try newGroup(given, common.text("id"))
    default: return try newRule(given, common)
    }
  }

  private func newSubnet(_ given: Fields) throws(Refusal) -> Fields {
    _ = try thing("networks", given.text("network_id"))
    let prefix = given.text("cidr").split(separator: ".").prefix(3).joined(separator: ".")
    guard prefix.split(separator: ".").count == 3 else { throw .badRequest("Invalid input for cidr.") }
    return given.merging(["gateway_ip": .string("\(prefix).1"), "enable_dhcp": true, "ip_version": 4]) {
      old, _ in old
    }
  }

  /// A port in a network, with an address of its subnet's.
  func newPort(_ given: Fields, groups: [String]?) throws(Refusal) -> Fields {
    let network = given.text("network_id")
    _ = try thing("networks", network)
    let id = ambient.uuid()
    let groups =
      groups.flatMap { $0.isEmpty && given["security_groups"] == nil ? nil : $0 } ?? [Seed.defaultGroup]
    for group in groups { _ = try thing("security-groups", group) }
    let mac =
      "fa:16:3e:"
      + (0..<3).map { _ in ambient.characters(2, from: "0123456789abcdef") }.joined(separator: ":")
    var fixed: Value = []
    if let subnet = all("subnets").first(where: { $0.text("network_id") == network }) {
      fixed = [["subnet_id": subnet["id"] ?? .null, "ip_address": .string(try freeAddress(in: subnet))]]
    }
    return [
      "id": .string(id), "name": given["name"] ?? "", "network_id": .string(network), "status": "DOWN",
      "mac_address": .string(mac), "fixed_ips": fixed, "device_id": "", "device_owner": "",
      "security_groups": .list(groups.map(Value.string)), "admin_state_up": true, "tags": [],
      "description": given["description"] ?? "", "tenant_id": .string(Seed.projectID),
      "project_id": .string(Seed.projectID), "binding:vnic_type": "normal", "port_security_enabled": true,
      "allowed_address_pairs": [], "created_at": .string(clock), "updated_at": .string(clock),
    ]
  }

  private func freeAddress(in subnet: Fields) throws(Refusal) -> String {
    let prefix = subnet.text("cidr").split(separator: ".").prefix(3).joined(separator: ".")
    var used = Set(all("floatingips").map { $0.text("floating_ip_address") })
    for port in all("ports") {
      used.formUnion((port["fixed_ips"]?.list ?? []).compactMap { $0["ip_address"]?.string })
    }
    for last in 3...254 where !used.contains("\(prefix).\(last)") { return "\(prefix).\(last)" }
    throw .conflict(
      "No more IP addresses available on network \(subnet.text("network_id")).",
      type: "IpAddressGenerationFailure")
  }

  private func newFloatingIP(_ given: Fields) throws(Refusal) -> Fields {
    guard quotas.floatingIPs < 0 || all("floatingips").count < quotas.floatingIPs else {
      throw .conflict("Quota exceeded for resources: ['floatingip'].", type: "OverQuota")
    }
    let network = given.text("floating_network_id")
    guard try thing("networks", network)["router:external"] == true else {
      throw .badRequest("Bad floatingip request: Network \(network) is not a valid external network.")
    }
    guard let subnet = all("subnets").first(where: { $0.text("network_id") == network }) else {
      throw .badRequest("The external network has no subnet.")
    }
    let made: Fields = [
      "floating_ip_address": .string(try freeAddress(in: subnet)), "floating_network_id": .string(network),
      "status": "DOWN", "router_id": nil, "port_id": nil, "fixed_ip_address": nil, "port_details": nil,
      "port_forwardings": [],
    ]
    return made.merging(try association(given)) { $1 }
  }

  /// The fields of a floating IP that follow from its port.
  private func association(_ given: Fields) throws(Refusal) -> Fields {
    guard let wanted = given["port_id"] else { return [:] }
    guard let id = wanted.string else {
      return ["port_id": nil, "fixed_ip_address": nil, "router_id": nil, "status": "DOWN"]
    }
    let port = try thing("ports", id)
    return [
      "port_id": .string(id), "fixed_ip_address": port["fixed_ips"]?[0]?["ip_address"] ?? .null,
      "router_id": .string(Seed.router), "status": "ACTIVE",
    ]
  }

  private func newGroup(_ given: Fields, _ id: String) throws(Refusal) -> Fields {
    guard quotas.securityGroups < 0 || all("security-groups").count < quotas.securityGroups else {
      throw .conflict("Quota exceeded for resources: ['security_group'].", type: "OverQuota")
    }
    for version in ["IPv4", "IPv6"] {
      let rule = try newRule(
        ["security_group_id": .string(id), "direction": "egress", "ethertype": .string(version)],
        ["id": .string(ambient.uuid())])
      put("security-group-rules", rule)
    }
    return Seed.group(given.text("name"), id, given.text("description"), .string(clock))
  }

  private func newRule(_ given: Fields, _ common: Fields) throws(Refusal) -> Fields {
    let identity = [
      "security_group_id", "direction", "ethertype", "protocol", "port_range_min", "port_range_max",
      "remote_ip_prefix", "remote_group_id",
    ]
    var rule = common
    for name in identity { rule[name] = given[name] ?? .null }
    if rule.text("ethertype").isEmpty { rule["ethertype"] = "IPv4" }
    let twin = all("security-group-rules").first { other in identity.allSatisfy { other[$0] == rule[$0] } }
    if let twin {
      throw .conflict(
        "Security group rule already exists. Rule id is \(twin.text("id")).", type: "SecurityGroupRuleExists")
    }
    return rule
  }

  // MARK: - Changes

  private func update(
    _ collection: String, _ id: String, _ name: String, _ asked: Asked
  ) throws(Refusal) -> Answer {
    _ = try thing(collection, id)
    var fields = try asked.fields(name)
    if collection == "floatingips" { fields.merge(try association(fields)) { $1 } }
    set(collection, id, fields)
    return Answer(200, [name: .map(visible(try thing(collection, id)))])
  }

  private func delete(_ collection: String, _ id: String) throws(Refusal) -> Answer {
    let doomed = try thing(collection, id)
    switch collection {
    case "security-groups":
      let isUsed = all("ports").contains { $0["security_groups"]?.list?.contains(.string(id)) ?? false }
      guard !isUsed else { throw .conflict("Security Group \(id) in use.", type: "SecurityGroupInUse") }
      for rule in all("security-group-rules") where rule.text("security_group_id") == id {
        remove("security-group-rules", rule.text("id"))
      }
    case "networks":
      let isUsed = all("ports").contains { $0.text("network_id") == id }
      guard !isUsed else {
        throw .conflict(
          "Unable to complete operation on network \(id). There are one or more ports still in use on the network.",
          type: "NetworkInUse")
      }
      for subnet in all("subnets") where subnet.text("network_id") == id {
        remove("subnets", subnet.text("id"))
      }
    case "ports":
      for floating in all("floatingips") where floating.text("port_id") == doomed.text("id") {
        set("floatingips", floating.text("id"), ["port_id": nil, "fixed_ip_address": nil, "status": "DOWN"])
      }
    default: break
    }
    remove(collection, id)
    return Answer(204)
  }

  private func tags(_ collection: String, _ id: String, _ asked: Asked) throws(Refusal) -> Answer {
    var tags = try thing(collection, id)["tags"]?.list ?? []
    switch (asked.method, asked.path.first) {
    case (.get, nil): return Answer(200, ["tags": .list(tags)])
    case (.put, nil): tags = try asked.json()["tags"]?.list ?? []
    case (.put, let tag?):
      if !tags.contains(.string(tag)) { tags.append(.string(tag)) }
      set(collection, id, ["tags": .list(tags)])
      return Answer(201)
    case (.delete, let tag):
      tags.removeAll { tag == nil || $0 == .string(tag ?? "") }
      set(collection, id, ["tags": .list(tags)])
      return Answer(204)
    default: throw .notAllowed()
    }
    set(collection, id, ["tags": .list(tags)])
    return Answer(200, ["tags": .list(tags)])
  }

  private func route(_ id: String, _ action: String, _ asked: Asked) throws(Refusal) -> Answer {
    let router = try thing("routers", id)
    let subnet = try asked.json()["subnet_id"] ?? .null
    var subnets = router["interface_subnets"]?.list ?? []
    switch action {
    case "add_router_interface": subnets.append(subnet)
    case "remove_router_interface": subnets.removeAll { $0 == subnet }
    default: throw .notFound("The resource could not be found.")
    }
    set("routers", id, ["interface_subnets": .list(subnets)])
    return Answer(200, ["id": .string(id), "subnet_id": subnet])
  }
}
