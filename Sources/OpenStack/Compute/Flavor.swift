package import Document

/// A size of servers.
package struct Flavor: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .compute, "/flavors", singular: "flavor", plural: "flavors", summary: "A size of servers.",
    columns: [
      "name", "vcpus", "ram", "disk", "ephemeral=OS-FLV-EXT-DATA:ephemeral",
      "public=os-flavor-access:is_public", "id",
    ],
    listPath: "/flavors/detail", nameFilter: .none,
    actions: [
      .call(
        "extra_specs", "GET", "/os-extra_specs", "Tells what the flavor asks of hosts beside its size.",
        answer: .data("extra_specs")),
      .call(
        "set_extra_specs", "POST", "/os-extra_specs", "Adds to what the flavor asks of hosts.",
        [.map("specs", "The keys and their values.")], body: .value("extra_specs", of: "specs"),
        answer: .data("extra_specs")),
      .call(
        "remove_extra_spec", "DELETE", "/os-extra_specs/{key}",
        "Forgets one thing that the flavor asks of hosts.",
        [.text("key", "Its key.")]),
      .call(
        "access", "GET", "/os-flavor-access", "Lists the projects that may use a flavor that isn't public.",
        answer: .data("flavor_access")),
      .act(
        "add_access", "addTenantAccess", "Lets a project use a flavor that isn't public.",
        [.named("project", .project, "The project.", as: "tenant")]),
      .act(
        "remove_access", "removeTenantAccess", "Takes a flavor that isn't public from a project.",
        [.named("project", .project, "The project.", as: "tenant")]),
    ])

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
