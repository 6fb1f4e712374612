package import Document

/// A volume's content at one instant, kept beside the volume.
package struct Snapshot: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .volume, "/snapshots", singular: "snapshot", plural: "snapshots",
    summary: "A volume's content at one instant, kept beside the volume.",
    columns: ["name", "status", "size", "volume=volume_id", "created=created_at", "id"],
    listPath: "/snapshots/detail",
    life: Life(settled: ["available"], failed: ["error", "error_deleting"]),
    fields: [
      .named("volume", Volume.kind, "The volume.", as: "volume_id"),
      .boolean("force", "Whether a volume in use may be taken as it is.").optional,
    ], actions: BlockStorage.metadataActions + [BlockStorage.resetStatus])

  package let id: String
  package let name: String
  /// Such as `creating`, `available`, `error`.
  package let status: String
  package let volumeID: String?
  /// In GiB.
  package let size: Int
  package let metadata: [String: String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "unknown"
    volumeID = raw["volume_id"]?.string
    size = raw["size"]?.integer.map { Int($0) } ?? 0
    metadata = raw["metadata"]?.texts ?? [:]
  }
}

package struct NewSnapshot: NewResource {
  package typealias Resource = Snapshot

  package var name: String
  package var volumeID: String
  /// Whether a volume in use may be taken as it is at that moment.
  package var isForced: Bool
  package var metadata: [String: String]

  package init(name: String, volumeID: String, isForced: Bool = false, metadata: [String: String] = [:]) {
    self.name = name
    self.volumeID = volumeID
    self.isForced = isForced
    self.metadata = metadata
  }

  package var body: Value {
    .object(given: [
      ("name", .string(name)), ("volume_id", .string(volumeID)), ("force", isForced ? true : nil),
      ("metadata", metadata.isEmpty ? Value?.none : Value(metadata)),
    ])
  }
}
