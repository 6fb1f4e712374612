package import Document

/// A range of addresses on a network.
package struct Subnet: TaggedResource {
  package static let kind = ResourceKind(.network, "/subnets", singular: "subnet", plural: "subnets")

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
