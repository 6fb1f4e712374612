import Document
import OpenStack
import OrderedCollections

extension Declaration {
  /// Subnets, and where their addresses come from.
  static let addresses: [Declaration] = [
    .neutron(
      "OS::Neutron::Subnet", Subnet.kind,
      [
        "network": .named("network_id"), "subnetpool": .named("subnetpool_id"),
        "segment": .named("segment_id"),
        "gateway_ip": .made { value, _ in
          // Heat has `~` and an empty text for none.
          ["gateway_ip": ["", "~"].contains(value.string ?? "") ? .null : value]
        },
      ]
    ).with {
      $0.constants = ["ip_version": 4]
      $0.defaults = ["dns_nameservers": [], "host_routes": [], "enable_dhcp": true]
    },
    .neutron("OS::Neutron::SubnetPool", .subnetPool, ["address_scope": .named("address_scope_id")]),
    Declaration("OS::Neutron::AddressScope", .addressScope).with { $0.constants = ["ip_version": 4] },
  ]
}
