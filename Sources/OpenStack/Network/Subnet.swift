package import Document

/// A range of addresses on a network.
package struct Subnet: TaggedResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/subnets",
    singular: "subnet", plural: "subnets", summary: "A range of addresses on a network.",
    columns: ["name", "cidr", "gateway=gateway_ip", "dhcp=enable_dhcp", "network=network_id", "id"],
    fields: [
      .named("network", Network.kind, "Its network.", as: "network_id"),
      .named("subnet_pool", .subnetPool, "The pool that its range comes from.", as: "subnetpool_id").optional,
      .text("cidr", "Its range, such as `10.1.0.0/24`.").optional,
      .integer("ip_version", "4 or 6; what the range is, if not given.").optional,
    ], actions: Networking.tagActions)

  package let id: String
  package let name: String
  package let networkID: String
  package let cidr: String
  package let gateway: String?
  package let ipVersion: Int
  package let tags: [String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string, let network = raw["network_id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    networkID = network
    name = raw["name"]?.string ?? ""
    cidr = raw["cidr"]?.string ?? ""
    gateway = raw["gateway_ip"]?.string
    ipVersion = Int(raw["ip_version"]?.integer ?? 4)
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewSubnet: NewResource {
  package typealias Resource = Subnet

  package var name: String
  package var networkID: String
  package var cidr: String
  /// Nil to let Neutron take the first address.
  package var gateway: String?
  package var nameServers: [String]

  package init(
    name: String, networkID: String, cidr: String, gateway: String? = nil, nameServers: [String] = []
  ) {
    self.name = name
    self.networkID = networkID
    self.cidr = cidr
    self.gateway = gateway
    self.nameServers = nameServers
  }

  package var body: Value {
    .object(given: [
      ("name", .string(name)), ("network_id", .string(networkID)), ("cidr", .string(cidr)),
      ("ip_version", cidr.contains(":") ? 6 : 4), ("gateway_ip", Value(gateway)),
      ("dns_nameservers", nameServers.isEmpty ? Value?.none : Value(nameServers)),
    ])
  }
}
