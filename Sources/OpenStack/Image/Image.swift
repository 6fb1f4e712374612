package import Ambience
package import Document

/// A disk to create servers and volumes from.
package struct Image: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .image, "/images", singular: "image", plural: "images",
    summary: "A disk to create servers and volumes from.",
    columns: ["name", "status", "visibility", "size", "format=disk_format", "min_disk", "min_ram", "id"],
    style: .bare, update: .jsonPatch,
    life: Life(settled: ["active", "deactivated"], failed: ["killed", "deleted"]),
    fields: [
      .text("name", "Its name."), .text("disk_format", "Such as `qcow2` or `raw`.").optional,
      .text("container_format", "`bare` for most.").optional,
      .text("visibility", "Who sees it.").among("private", "shared", "community", "public").optional,
    ], actions: contentActions + noteActions, children: [.imageMember])

  package let id: String
  package let name: String
  /// Such as `queued`, `active`, `deactivated`.
  package let status: String
  /// Such as `public`, `private`, `shared`.
  package let visibility: String?
  /// In bytes.
  package let size: Int64?
  /// In GiB.
  package let minimumDisk: Int
  /// In MiB.
  package let minimumMemory: Int
  package let tags: [String]
  package let created: Timestamp?
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "unknown"
    visibility = raw["visibility"]?.string
    size = raw["size"]?.integer
    minimumDisk = raw["min_disk"]?.integer.map { Int($0) } ?? 0
    minimumMemory = raw["min_ram"]?.integer.map { Int($0) } ?? 0
    tags = raw["tags"]?.strings ?? []
    created = raw["created_at"]?.string.flatMap(Timestamp.init(iso8601:))
  }
}
