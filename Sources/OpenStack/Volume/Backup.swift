package import Document

/// A volume's content, kept away from the volume.
package struct Backup: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .volume, "/backups", singular: "backup", plural: "backups",
    summary: "A volume's content, kept away from the volume.",
    columns: ["name", "status", "size", "volume=volume_id", "created=created_at", "id"],
    listPath: "/backups/detail",
    life: Life(settled: ["available"], failed: ["error", "error_deleting"], faults: ["fail_reason"]),
    fields: [
      .named("volume", Volume.kind, "The volume.", as: "volume_id"),
      .boolean("incremental", "Whether only what changed since the last is kept.").optional,
      .boolean("force", "Whether a volume in use may be taken as it is.").optional,
    ],
    actions: [
      .custom(
        "restore", "Writes it to a volume: a new one, or over the content of one.",
        [
          .named("volume", Volume.kind, "The volume whose content it replaces.", as: "volume_id").optional,
          .text("name", "The name of a new volume.").optional,
        ], answer: .data("restore")
      ) { target, arguments in
        let fields = Value.object(given: [("volume_id", arguments["volume"]), ("name", arguments["name"])])
        return try await target.send("POST", "/restore", body: ["restore": fields]).value()
      },
      BlockStorage.resetStatus,
      .act("force_delete", "os-force_delete", "Deletes it whatever its state; for administrators."),
    ])

  package let id: String
  package let name: String
  /// Such as `creating`, `available`, `error`.
  package let status: String
  package let volumeID: String?
  /// In GiB.
  package let size: Int
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "unknown"
    volumeID = raw["volume_id"]?.string
    size = raw["size"]?.integer.map { Int($0) } ?? 0
  }
}

package struct NewBackup: NewResource {
  package typealias Resource = Backup

  package var name: String
  package var volumeID: String
  /// Whether a volume in use may be taken as it is at that moment.
  package var isForced: Bool

  package init(name: String, volumeID: String, isForced: Bool = false) {
    self.name = name
    self.volumeID = volumeID
    self.isForced = isForced
  }

  package var body: Value {
    ["name": .string(name), "volume_id": .string(volumeID), "force": .bool(isForced)]
  }
}
