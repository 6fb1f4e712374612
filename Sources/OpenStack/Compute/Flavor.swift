package import Document

/// A size of servers.
package struct Flavor: CloudResource {
  package static let kind = ResourceKind(
    .compute, "/flavors", singular: "flavor", plural: "flavors", listPath: "/flavors/detail")

  package let id: String
  package let name: String
  package let cores: Int
  /// In MiB.
  package let memory: Int
  /// In GiB; 0 when it is the image's.
  package let disk: Int
  package let isPublic: Bool
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? id
    cores = raw["vcpus"]?.integer.map { Int($0) } ?? 0
    memory = raw["ram"]?.integer.map { Int($0) } ?? 0
    disk = raw["disk"]?.integer.map { Int($0) } ?? 0
    isPublic = raw["os-flavor-access:is_public"]?.bool ?? true
  }
}
