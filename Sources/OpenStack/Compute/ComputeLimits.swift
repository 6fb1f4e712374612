package import Document

/// What a project may use of Nova, and what it uses.
package struct ComputeLimits: Sendable {
  package struct Limit: Sendable, Hashable {
    package let used: Int
    /// Nil when there is none.
    package let most: Int?

    /// Nil when there is no limit.
    package var left: Int? { most.map { $0 - used } }
  }

  package let servers: Limit
  package let cores: Limit
  /// In MiB.
  package let memory: Limit
  package let raw: Value

  init?(_ raw: Value) {
    guard let absolute = raw["limits"]?["absolute"] else { return nil }
    func limit(_ used: String, _ most: String) -> Limit {
      let most = absolute[most]?.integer ?? -1
      return Limit(used: Int(absolute[used]?.integer ?? 0), most: most < 0 ? nil : Int(most))
    }
    servers = limit("totalInstancesUsed", "maxTotalInstances")
    cores = limit("totalCoresUsed", "maxTotalCores")
    memory = limit("totalRAMUsed", "maxTotalRAMSize")
    self.raw = raw
  }
}
