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
}

extension EmbeddedCloud {
  /// Sets what each project may have.
  package func setQuotas(_ quotas: Quotas) { self.quotas = quotas }

  /// Refuses as Neutron does what would be one too many.
  func checkQuota(_ table: Table, _ limit: Int, _ name: String, _ call: Call) throws(Refusal) {
    guard limit >= 0, count(table, call.project) >= limit else { return }
    throw Refusal(409, "Quota exceeded for resources: ['\(name)'].", type: "OverQuota")
  }
}
