import Ambience
import Document
import OrderedCollections

/// Neutron's things as they are when they are made.
struct NetworkDraft {
  let ambient: Ambient
  let project: String

  init(_ ambient: Ambient, project: String) {
    self.ambient = ambient
    self.project = project
  }

  /// The fields that all of them have.
  func common(name: String) -> Fields {
    let now = Value.string(ambient.now().description)
    return [
      "id": .string(ambient.uuid()), "name": .string(name), "tenant_id": .string(project), "description": "",
      "tags": [], "created_at": now, "updated_at": now, "revision_number": 1,
      "project_id": .string(project), "_project": .string(project),
    ]
  }

  func network(name: String) -> Fields {
    common(name: name).with([
      "admin_state_up": true, "mtu": 1500, "status": "ACTIVE", "subnets": [], "shared": false,
      "availability_zone_hints": [], "availability_zones": [], "ipv4_address_scope": nil,
      "ipv6_address_scope": nil, "router:external": false, "port_security_enabled": true,
      "qos_policy_id": nil,
    ])
  }

  func subnet(name: String, network: String, range: IPv4Range) -> Fields {
    common(name: name).with([
      "network_id": .string(network), "ip_version": 4, "subnetpool_id": nil, "enable_dhcp": true,
      "ipv6_ra_mode": nil, "ipv6_address_mode": nil, "gateway_ip": .string(IPv4Range.text(range.base + 1)),
      "cidr": .string(range.text),
      "allocation_pools": [
        [
          "start": .string(IPv4Range.text(range.base + 2)), "end": .string(IPv4Range.text(range.last - 1)),
        ]
      ],
      "host_routes": [], "dns_nameservers": [], "service_types": [],
    ])
  }

  func port(network: String, groups: [String]) -> Fields {
    let mac = (0..<3).map { _ in ambient.characters(2, from: "0123456789abcdef") }.joined(separator: ":")
    return common(name: "").with([
      "network_id": .string(network), "mac_address": .string("fa:16:3e:" + mac), "admin_state_up": true,
      "status": "DOWN", "device_id": "", "device_owner": "", "fixed_ips": [], "allowed_address_pairs": [],
      "extra_dhcp_opts": [], "security_groups": .list(groups.map(Value.string)),
      "binding:vnic_type": "normal", "port_security_enabled": true, "qos_policy_id": nil,
      "qos_network_policy_id": nil,
    ])
  }

  func router(name: String) -> Fields {
    common(name: name).with([
      "admin_state_up": true, "status": "ACTIVE", "external_gateway_info": nil, "availability_zones": [],
      "availability_zone_hints": [], "routes": [], "flavor_id": nil,
    ])
  }

  func floatingIP(address: String, network: String) -> Fields {
    var made = common(name: "").with([
      "floating_ip_address": .string(address), "floating_network_id": .string(network), "router_id": nil,
      "port_id": nil, "fixed_ip_address": nil, "status": "DOWN", "qos_policy_id": nil,
      "port_forwardings": [],
    ])
    made["name"] = nil
    return made
  }
}

/// A security group and its rules as they are when they are made.
struct SecurityGroupDraft {
  private let draft: NetworkDraft
  private let id: String

  init(_ ambient: Ambient, project: String) {
    draft = NetworkDraft(ambient, project: project)
    id = ambient.uuid()
  }

  func group(name: String, description: String) -> Fields {
    draft.common(name: name).with([
      "id": .string(id), "stateful": true, "shared": false, "description": .string(description),
    ])
  }

  /// All out, and from members of the group itself in as well if it is the default group.
  func defaultRules(within: Bool) -> [Fields] {
    let versions = ["IPv4", "IPv6"]
    let out = versions.map { rule(direction: "egress", version: $0, group: .null) }
    return within ? out + versions.map { rule(direction: "ingress", version: $0, group: .string(id)) } : out
  }

  private func rule(direction: String, version: String, group: Value) -> Fields {
    Self.rule(
      draft,
      [
        "security_group_id": .string(id), "direction": .string(direction), "ethertype": .string(version),
        "remote_group_id": group,
      ])
  }

  /// A rule of the given fields.
  static func rule(_ draft: NetworkDraft, _ given: Fields) -> Fields {
    var made = draft.common(name: "").with([
      "ethertype": "IPv4", "direction": "ingress", "protocol": nil, "port_range_min": nil,
      "port_range_max": nil, "remote_ip_prefix": nil, "remote_address_group_id": nil,
      "normalized_cidr": nil, "remote_group_id": nil, "revision_number": 0, "description": nil,
    ])
    made["name"] = nil
    made["_number"] = .integer(Int64(draft.ambient.random() % 10_000))
    return made.with(given)
  }
}
