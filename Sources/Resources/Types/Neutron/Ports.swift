import Document
import OpenStack
import OrderedCollections

extension Declaration {
  /// Ports, the addresses outside that lead to them, and what they carry.
  static let ports: [Declaration] = [
    .neutron("OS::Neutron::Port", Port.kind, portFields).with {
      $0.defaults = ["fixed_ips": [], "allowed_address_pairs": [], "device_id": "", "device_owner": ""]
    },
    // Their names are their addresses, which are Neutron's to choose.
    .neutron("OS::Neutron::FloatingIP", FloatingIP.kind, floatingFields).with { $0.givesName = false },
    // Nova's own floating IPs are gone from it; these are Neutron's under the old name.
    .neutron("OS::Nova::FloatingIP", FloatingIP.kind, ["pool": .pool]).with {
      $0.givesName = false
      $0.attributes = ["ip": { $0["floating_ip_address"] }, "pool": { $0["floating_network_id"] }]
    },
    Declaration("OS::Neutron::FloatingIPPortForward", .portForwarding).with {
      $0.parent = ("floating_ip", "/floatingips/{}")
      $0.fields = [
        "floating_ip": .silent, "internal_port": .named("internal_port_id"),
        "internal_port_number": .named("internal_port"),
      ]
      $0.waitsForParent = true
    },
    .neutron(
      "OS::Neutron::Trunk", .trunk,
      [
        "port": .named("port_id"),
        "sub_ports": .made { value, making in
          making.id.isEmpty ? ["sub_ports": try await subPorts(value, making.context)] : [:]
        },
      ]),
  ]

  private static let portFields: [String: Field] = [
    "network": .named("network_id"), "qos_policy": .named("qos_policy_id"),
    "security_groups": .ids("security_groups") { SecurityGroup.kind }, "replacement_policy": .silent,
    "no_fixed_ips": .made { value, _ in value.bool == true ? ["fixed_ips": []] : [:] },
    "fixed_ips": .made { value, making in
      ["fixed_ips": try await making.context.fixedAddresses(value)]
    },
  ]

  private static let floatingFields: [String: Field] = [
    "floating_network": .named("floating_network_id"), "floating_subnet": .named("subnet_id"),
  ]

  private static func subPorts(_ value: Value, _ context: OpenStackContext) async throws -> Value {
    var ports: [Value] = []
    for entry in value.list ?? [] {
      guard case .map(var fields) = entry else { continue }
      let port = fields.removeValue(forKey: "port")?.scalarText ?? ""
      fields["port_id"] = .string(try await context.names.id(of: Port.kind, named: port))
      ports.append(.map(fields))
    }
    return .list(ports)
  }
}

extension Declaration.Field {
  /// The outside network by name or id; the only one when it isn't said.
  fileprivate static let pool = Declaration.Field.made { value, making in
    guard let name = value.scalarText, !name.isEmpty else {
      return ["floating_network_id": .string(try await making.context.externalNetwork())]
    }
    return ["floating_network_id": .string(try await making.context.names.id(of: Network.kind, named: name))]
  }
}

extension OpenStackContext {
  /// Neutron's `fixed_ips` from Heat's, where a subnet may be named.
  func fixedAddresses(_ value: Value) async throws -> Value {
    var addresses: [Value] = []
    for entry in value.list ?? [] {
      var fields: OrderedDictionary<String, Value> = [:]
      if let subnet = (entry["subnet"] ?? entry["subnet_id"])?.scalarText, !subnet.isEmpty {
        fields["subnet_id"] = .string(try await names.id(of: Subnet.kind, named: subnet))
      }
      if let address = entry["ip_address"]?.scalarText, !address.isEmpty {
        fields["ip_address"] = .string(address)
      }
      if !fields.isEmpty { addresses.append(.map(fields)) }
    }
    return .list(addresses)
  }
}
