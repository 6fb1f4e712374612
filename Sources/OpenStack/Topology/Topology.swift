import Document
package import OrderedCollections

/// How a project's networks hang together: outside networks, the routers on them, the networks behind those, and what
/// is plugged into each.
package struct Topology: Sendable, Hashable {
  package struct Node: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
      case outside, router, network, server, port
    }

    package let id: String
    package let kind: Kind
    package let name: String
    /// What its API says that it does, such as `ACTIVE`.
    package let state: String
    /// The ranges of a network.
    package let ranges: [String]
  }

  /// What joins two nodes.
  package struct Edge: Sendable, Hashable {
    package let from: String
    package let to: String
    /// The addresses that the second has there, each with its floating IP where it has one.
    package let addresses: [String]
  }

  /// By id, in the order in which they were found.
  package private(set) var nodes: OrderedDictionary<String, Node> = [:]
  package private(set) var edges: [Edge] = []

  /// Takes a topology from what the services list.
  package init(_ parts: Parts) {
    let ranges = Dictionary(grouping: parts.subnets, by: \.networkID).mapValues { $0.map(\.cidr) }
    for network in parts.networks.sorted(by: { $0.isExternal && !$1.isExternal }) {
      add(
        network.id, network.isExternal ? .outside : .network, network.name, network.status, ranges[network.id]
      )
    }
    for router in parts.routers {
      add(router.id, .router, router.name, router.status)
      // The outside may be another project's, which isn't shown.
      guard let outside = router.externalNetworkID, nodes[outside] != nil else { continue }
      edges.append(Edge(from: outside, to: router.id, addresses: router.outsideAddresses))
    }
    let floating = Dictionary(
      parts.floatingIPs.compactMap { ip in ip.portID.map { ($0 + (ip.fixedAddress ?? ""), ip.address) } },
      uniquingKeysWith: { first, _ in first })
    let servers = Dictionary(parts.servers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for port in parts.ports where nodes[port.networkID] != nil {
      let addresses = port.addresses.map { address in
        floating[port.id + address.address].map { "\(address.address) ⇄ \($0)" } ?? address.address
      }
      plug(port, addresses, servers[port.deviceID ?? ""])
    }
  }

  private mutating func plug(_ port: Port, _ addresses: [String], _ server: Server?) {
    let owner = port.deviceOwner ?? ""
    if owner.hasPrefix("network:router_interface") || owner.hasPrefix("network:ha_router"),
      let router = port.deviceID, nodes[router] != nil
    {
      // From the router on, unless the port is its own on the outside.
      edges.append(Edge(from: router, to: port.networkID, addresses: addresses))
    } else if let server {
      add(server.id, .server, server.name, server.status)
      edges.append(Edge(from: port.networkID, to: server.id, addresses: addresses))
    } else if !owner.hasPrefix("network:") {
      add(port.id, .port, port.name.isEmpty ? String(port.id.prefix(8)) : port.name, port.status)
      edges.append(Edge(from: port.networkID, to: port.id, addresses: addresses))
    }
  }

  private mutating func add(
    _ id: String, _ kind: Node.Kind, _ name: String, _ state: String, _ ranges: [String]? = nil
  ) {
    guard nodes[id] == nil else { return }
    nodes[id] = Node(
      id: id, kind: kind, name: name.isEmpty ? id : name, state: state, ranges: (ranges ?? []).sorted())
  }

  // MARK: - As a tree

  /// The nodes that nothing leads to, where a tree begins.
  package var roots: [Node] {
    let led = Set(edges.map(\.to))
    return nodes.values.filter { !led.contains($0.id) }
  }

  /// What a node leads to, by name.
  package func edges(from id: String) -> [Edge] {
    edges.filter { $0.from == id }.sorted { (nodes[$0.to]?.name ?? "") < (nodes[$1.to]?.name ?? "") }
  }
}

extension Topology {
  /// What the services list.
  package struct Parts: Sendable {
    package var networks: [Network] = []
    package var subnets: [Subnet] = []
    package var routers: [Router] = []
    package var ports: [Port] = []
    package var floatingIPs: [FloatingIP] = []
    package var servers: [Server] = []

    package init() {}
  }
}

extension Cloud {
  /// How the project's networks hang together, from six lists that are asked for at once.
  package func topology() async throws -> Topology {
    async let networks = network.networks.list()
    async let subnets = network.subnets.list()
    async let routers = network.routers.list()
    async let ports = network.ports.list()
    async let floatingIPs = network.floatingIPs.list()
    async let servers = compute.servers.list()
    var parts = Topology.Parts()
    (parts.networks, parts.subnets, parts.routers) = try await (networks, subnets, routers)
    (parts.ports, parts.floatingIPs, parts.servers) = try await (ports, floatingIPs, servers)
    return Topology(parts)
  }
}

extension Router {
  fileprivate var outsideAddresses: [String] {
    (raw["external_gateway_info"]?["external_fixed_ips"]?.list ?? []).compactMap { $0["ip_address"]?.string }
  }
}
