import Document
import OrderedCollections

/// What a project may have; negative for as much as it likes.
package struct Quotas: Sendable, Hashable {
  package var servers = 100
  package var cores = 400
  /// In MiB.
  package var memory = 819_200
  package var keyPairs = 100
  package var serverGroups = 20
  package var volumes = 100
  package var snapshots = 100
  /// In GiB, of volumes and snapshots together.
  package var volumeSize = 10_000
  package var networks = 100
  package var subnets = 100
  package var ports = 500
  package var routers = 50
  package var floatingIPs = 50
  package var securityGroups = 100
  package var securityGroupRules = 1000

  package init() {}

  typealias Names = [String: any WritableKeyPath<Quotas, Int> & Sendable]

  static let computeNames: Names = [
    "instances": \.servers, "cores": \.cores, "ram": \.memory, "key_pairs": \.keyPairs,
    "server_groups": \.serverGroups,
  ]
  static let networkNames: Names = [
    "network": \.networks, "subnet": \.subnets, "port": \.ports, "router": \.routers,
    "floatingip": \.floatingIPs,
    "security_group": \.securityGroups, "security_group_rule": \.securityGroupRules,
  ]
  static let volumeNames: Names = ["volumes": \.volumes, "snapshots": \.snapshots, "gigabytes": \.volumeSize]
}

extension EmbeddedCloud {
  /// Sets what each project may have.
  package func setQuotas(_ quotas: Quotas) { self.quotas = quotas }

  /// What a project may have.
  func quotas(_ project: String) -> Quotas { ownQuotas[project] ?? quotas }

  /// Gives a project the cloud's own limits of a service again.
  func resetQuotas(_ project: String, _ names: Quotas.Names) {
    for path in names.values { ownQuotas[project]?[keyPath: path] = quotas[keyPath: path] }
  }

  /// Changes the limits that a service names so; the others' names are given back.
  func setQuotas(_ project: String, _ given: Fields, _ names: Quotas.Names) -> [String] {
    var limits = quotas(project)
    for (name, path) in names {
      if let limit = given[name]?.integer { limits[keyPath: path] = Int(limit) }
    }
    ownQuotas[project] = limits
    return given.keys.filter { names[$0] == nil }
  }

  /// Refuses as Neutron does what would be one too many.
  func checkQuota(_ table: Table, _ limit: Int, _ name: String, _ call: Call) throws(Refusal) {
    guard limit >= 0, count(table, call.project) >= limit else { return }
    throw Refusal(409, "Quota exceeded for resources: ['\(name)'].", type: "OverQuota")
  }
}
