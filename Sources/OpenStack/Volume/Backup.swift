package import Document

/// A volume's content, kept away from the volume.
package struct Backup: CloudResource {
  package static let kind = ResourceKind(
    .volume, "/backups", singular: "backup", plural: "backups", listPath: "/backups/detail")

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
