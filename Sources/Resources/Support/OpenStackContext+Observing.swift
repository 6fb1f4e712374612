import Document
import OpenStack
import OrderedCollections
import StackEngine

extension OpenStackContext {
  /// What Nova says of a server; nil when it is gone.
  func observedServer(_ id: String) async throws -> (server: Server, condition: Observation.Condition)? {
    guard let server = try await cloud.compute.servers.getIfPresent(id) else { return nil }
    if ["DELETED", "SOFT_DELETED"].contains(server.status) { return nil }
    return (server, server.condition(Server.kind))
  }

  /// Whether a server's flavor is the one that a property names.
  func flavor(of server: Server, named given: String?) async throws -> Value? {
    guard let given, let name = server.flavorName else { return nil }
    if name == given { return .string(given) }
    let wanted = try? await cloud.compute.flavors.find(given)
    return .string(wanted?.name == name ? given : name)
  }

  /// Whether a server's image is the one that a property names; nil for one that boots from a volume.
  func image(of server: Server, named given: String?) async throws -> Value? {
    guard let given, let id = server.imageID else { return nil }
    if id == given { return .string(given) }
    let wanted = try? await names.id(of: Image.kind, named: given)
    return .string(wanted == id ? given : id)
  }

  /// Takes a server out of use with all that it holds in memory; one that is already is a success.
  func suspend(_ id: String) async throws {
    let servers = cloud.compute.servers
    if try await servers.get(id).status != "SUSPENDED" {
      try await untilAllowed { try await servers.suspend(id) }
    }
    _ = try await serverSettled(id, within: .seconds(900), in: ["SUSPENDED"])
  }

  func resume(_ id: String) async throws {
    let servers = cloud.compute.servers
    if try await servers.get(id).status == "SUSPENDED" {
      try await untilAllowed { try await servers.resume(id) }
    }
    try await serverReady(id, within: .seconds(900))
  }

  /// The rules that a group has now, told in a template's words unless they are those that are wanted.
  ///
  /// Rules for what goes out count only when a template says something of them, as Neutron has its own.
  func observedRules(
    _ rules: [SecurityGroupRule], wanted: [RuleDraft], _ told: (RuleDraft) -> Value
  ) -> Value? {
    let saysEgress = wanted.contains { $0.direction == .egress }
    let live = Set(rules.map { RuleDraft($0) }).filter { saysEgress || $0.direction == .ingress }
    if live == Set(wanted) { return nil }
    return .list(live.map(told).sorted { $0.jsonText() < $1.jsonText() })
  }
}
