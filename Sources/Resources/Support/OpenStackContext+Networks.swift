import Document
import OpenStack
import OrderedCollections

extension OpenStackContext {
  /// The network that floating IPs come from: the configured one, else the only one, else the only one that a router of
  /// the project leads to.
  func externalNetwork() async throws -> String {
    let networks = try await cloud.network.networks.external()
    if let wanted = cloud.configuration.networks.addresses {
      return try configured(wanted, of: networks, saidBy: "nat_source")
    }
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
      hint: networks.isEmpty
        ? nil
        : "join the project's network to one of them with a router, or say which with nat_source in clouds.yaml"
    )
  }

  /// The network for servers that name none: the configured one, else the project's only one, else the only shared one.
  func defaultNetwork() async throws -> String {
    let project = try await cloud.identity.currentProject().id
    let usable = try await cloud.network.networks.list().filter { !$0.isExternal && !$0.subnetIDs.isEmpty }
    if let wanted = cloud.configuration.networks.servers {
      return try configured(wanted, of: usable, saidBy: "default_interface")
    }
    let own = usable.filter { ($0.raw["project_id"] ?? $0.raw["tenant_id"])?.string == project }
    if own.count == 1 { return own[0].id }
    let shared = usable.filter(\.isShared)
    if own.isEmpty, shared.count == 1 { return shared[0].id }
    let names = (own.isEmpty ? shared : own).map(\.name).joined(separator: ", ")
    throw ResourceError(
      .ambiguousNetwork,
      names.isEmpty
        ? "the project has no network with a subnet" : "the server could be on several networks: \(names)",
      hint: names.isEmpty
        ? "create a network first"
        : "say which in the template, or default_interface: true of one under networks in clouds.yaml")
  }

  /// The network that the cloud's configuration names, by name or id.
  private func configured(_ wanted: String, of networks: [Network], saidBy key: String) throws -> String {
    let found = networks.filter { $0.id == wanted || $0.name == wanted }
    if found.count == 1 { return found[0].id }
    let names = networks.map(\.name)
    if found.isEmpty {
      throw ResourceError(
        .unknownNetwork, "clouds.yaml says \(key) of network \(wanted), and there is none called so",
        hint: nearest(to: wanted, among: names).map { "did you mean \($0)?" }
          ?? "there are \(names.joined(separator: ", "))")
    }
    throw ResourceError(
      .ambiguousNetwork, "clouds.yaml says \(key) of network \(wanted), and \(found.count) are called so",
      hint: "give the network's id instead of its name")
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
