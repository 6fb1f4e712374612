package import Document
import OrderedCollections

/// Something that projects have in an embedded cloud, as who audits the cloud sees it: without asking its APIs.
package struct Holding: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case server, serverGroup, keyPair, network, subnet, port, router, floatingIP, securityGroup, volume,
      snapshot
    case container
  }

  package let kind: Kind
  package let id: String
  /// What it is: its own fields, with those that only the cloud knows.
  package let facts: Value

  package subscript(name: String) -> Value? { facts[name] }

  /// A field's text; empty when it has none.
  package func text(_ name: String) -> String { facts[name]?.scalarText ?? "" }
}

extension EmbeddedCloud {
  private static let kinds: [(Table, Holding.Kind)] = [
    (.serverGroups, .serverGroup), (.keyPairs, .keyPair), (.networks, .network), (.subnets, .subnet),
    (.ports, .port), (.routers, .router), (.floatingIPs, .floatingIP), (.groups, .securityGroup),
    (.volumes, .volume), (.snapshots, .snapshot),
  ]

  /// All that there is now of what templates make.
  package func holdings() -> [Holding] {
    advance()
    var found: [Holding] = []
    for (table, kind) in Self.kinds {
      found += all(table).map { Holding(kind: kind, id: $0.text("id"), facts: .map($0)) }
    }
    found += servers.values.map { Holding(kind: .server, id: $0.id, facts: .map(facts(of: $0))) }
    for (project, account) in store.sorted(by: { $0.key < $1.key }) {
      found += account.containers.keys.sorted().map {
        Holding(kind: .container, id: $0, facts: ["project": .string(project)])
      }
    }
    return found
  }

  private func facts(of server: Server) -> Fields {
    [
      "id": .string(server.id), "name": .string(server.name), "metadata": .map(server.metadata),
      "status": .string(server.state.status), "image": .string(server.image ?? ""),
      "flavor": server.flavor["name"] ?? .null,
    ]
  }
}

extension EmbeddedCloud {
  /// The requests that Nova lists of each server, but for its creation.
  package func actionRequests() -> [String: [String]] {
    advance()
    return servers.mapValues { $0.actions.filter { $0.name != "create" }.map(\.request) }
      .reduce(into: [:]) { $0[$1.key] = $1.value }
  }

  /// What would let go of a server again that Nova has been at something with since long; nil when it is at nothing.
  package func release(of server: String) -> Release? {
    advance()
    guard let state = servers[server]?.state, let task = state.task else { return nil }
    let yields =
      ServerState.hardRebootMachines.contains(state.machine) && ServerState.hardRebootTasks.contains(task)
    return yields ? .hardReboot : .deletion
  }

  /// The mildest of what Nova takes for a server that it is at something with.
  package enum Release: Sendable { case hardReboot, deletion }
}
