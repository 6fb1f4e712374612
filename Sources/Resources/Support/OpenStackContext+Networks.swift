import Document
import OpenStack
import OrderedCollections

extension OpenStackContext {
  /// The network that floating IPs come from.
  func externalNetwork() async throws -> String {
    let networks = try await cloud.network.networks.external()
    if networks.count == 1 { return networks[0].id }
    let gateways = Set(try await cloud.network.routers.list().compactMap(\.externalNetworkID))
    let reachable = networks.filter { gateways.contains($0.id) }
    if reachable.count == 1 { return reachable[0].id }
    let names = networks.map(\.name).joined(separator: ", ")
    throw ResourceError(
      .noExternalNetwork,
      networks.isEmpty
        ? "the cloud has no external network for floating IPs"
        : "floating IPs could come from several external networks: \(names)",
      hint: networks.isEmpty ? nil : "join the project's network to one of them with a router")
  }

  /// The network for servers that name none: the project's only one, else the only shared one.
  func defaultNetwork() async throws -> String {
    let project = try await cloud.identity.currentProject().id
    let usable = try await cloud.network.networks.list().filter { !$0.isExternal && !$0.subnetIDs.isEmpty }
    let own = usable.filter { ($0.raw["project_id"] ?? $0.raw["tenant_id"])?.string == project }
    if own.count == 1 { return own[0].id }
    let shared = usable.filter(\.isShared)
    if own.isEmpty, shared.count == 1 { return shared[0].id }
    let names = (own.isEmpty ? shared : own).map(\.name).joined(separator: ", ")
    throw ResourceError(
      .ambiguousNetwork,
      names.isEmpty
        ? "the project has no network with a subnet" : "the server could be on several networks: \(names)",
      hint: names.isEmpty ? "create a network first" : "say which with SubnetId")
  }

  /// The floating IP that forwards to a server, by Neutron's word.
  func floatingAddress(of server: String) async throws -> String? {
    for port in try await cloud.network.ports.list(serverID: server) {
      let addresses = try await cloud.network.floatingIPs.list(["port_id": port.id])
      if let found = addresses.first(where: { $0.portID == port.id }) { return found.address }
    }
    return nil
  }

  /// A server's first port that has an IPv4 address.
  func firstPort(of server: String) async throws -> String {
    let ports = try await cloud.network.ports.list(serverID: server)
    let chosen = ports.first { $0.addresses.contains { !$0.address.contains(":") } } ?? ports.first
    if let chosen { return chosen.id }
    throw ResourceError(.badProperty, "server \(server) has no port that an address could forward to")
  }
}
