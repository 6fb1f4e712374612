package import Document

/// A kind of storage that the cloud offers for volumes.
package struct VolumeType: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .volume, "/types", singular: "volume_type", plural: "volume_types", word: "type",
    summary: "A kind of storage that the cloud offers for volumes.",
    columns: ["name", "description", "public=is_public", "id"], nameFilter: .none,
    actions: [
      .call(
        "extra_specs", "GET", "/extra_specs", "Tells what it asks of storage.", answer: .data("extra_specs")),
      .call(
        "set_extra_specs", "POST", "/extra_specs", "Adds to what it asks of storage; for administrators.",
        [.map("specs", "The keys and their values.")], body: .value("extra_specs", of: "specs"),
        answer: .data("extra_specs")),
      .call(
        "remove_extra_spec", "DELETE", "/extra_specs/{key}", "Forgets one thing that it asks of storage.",
        [.text("key", "Its key.")]),
      .call(
        "access", "GET", "/os-volume-type-access", "Lists the projects that may use one that isn't public.",
        answer: .data("volume_type_access")),
      .act(
        "add_access", "addProjectAccess", "Lets a project use one that isn't public.",
        [.named("project", .project, "The project.")]),
      .act(
        "remove_access", "removeProjectAccess", "Takes one that isn't public from a project.",
        [.named("project", .project, "The project.")]),
    ])

  package let id: String
  package let name: String
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? id
  }
}
