package import Ambience
package import Document

/// A disk that can be attached to servers.
package struct Volume: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .volume, "/volumes", singular: "volume", plural: "volumes",
    summary: "A disk that can be attached to servers.",
    columns: [
      "name", "status", "size", "type=volume_type", "bootable", "server=attachments.*.server_id", "id",
    ],
    listPath: "/volumes/detail",
    life: Life(
      settled: ["available", "in-use"],
      failed: ["error", "error_deleting", "error_extending", "error_restoring", "error_managing"]),
    fields: [
      .integer("size", "In GiB; the source's if not given.").optional,
      .named("image", Image.kind, "What it is filled with.", as: "imageRef").optional,
      .named("snapshot", Snapshot.kind, "What it is filled with.", as: "snapshot_id").optional,
      .named("volume", Volume.kind, "What it is filled with.", as: "source_volid").optional,
      .named("backup", Backup.kind, "What it is filled with.", as: "backup_id").optional,
      .text("type", "Its volume type.", as: "volume_type").optional,
    ], actions: stateActions + contentActions)

  package struct Attachment: Sendable, Hashable {
    /// No other attachment has it, not even a later one of the same volume to the same server.
    package let id: String?
    package let serverID: String
    package let device: String?
  }

  package let id: String
  package let name: String
  /// Such as `creating`, `available`, `in-use`, `error`.
  package let status: String
  /// In GiB.
  package let size: Int
  package let attachments: [Attachment]
  package let metadata: [String: String]
  package let availabilityZone: String?
  package let type: String?
  package let snapshotID: String?
  package let isBootable: Bool
  package let created: Timestamp?
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "unknown"
    size = raw["size"]?.integer.map { Int($0) } ?? 0
    attachments = (raw["attachments"]?.list ?? []).compactMap { attachment in
      attachment["server_id"]?.string.map {
        Attachment(
          id: attachment["attachment_id"]?.string, serverID: $0, device: attachment["device"]?.string)
      }
    }
    metadata = raw["metadata"]?.texts ?? [:]
    availabilityZone = raw["availability_zone"]?.textIfAny
    type = raw["volume_type"]?.textIfAny
    snapshotID = raw["snapshot_id"]?.textIfAny
    isBootable = raw["bootable"]?.string == "true"
    created = raw["created_at"]?.string.flatMap(Timestamp.init(iso8601:))
  }
}

/// What a volume is created from.
package struct NewVolume: NewResource {
  package typealias Resource = Volume

  package enum Source: Sendable, Hashable {
    case empty
    case snapshot(String)
    case backup(String)
    case image(String)
    case volume(String)
  }

  package var name: String
  /// In GiB; nil to take the source's.
  package var size: Int?
  package var source: Source
  package var type: String?
  package var availabilityZone: String?
  package var metadata: [String: String]
  package var description: String?

  package init(
    name: String, size: Int?, source: Source = .empty, type: String? = nil, availabilityZone: String? = nil,
    metadata: [String: String] = [:], description: String? = nil
  ) {
    self.name = name
    self.size = size
    self.source = source
    self.type = type
    self.availabilityZone = availabilityZone
    self.metadata = metadata
    self.description = description
  }

  package var needs: Microversion? { if case .backup = source { Microversion(3, 47) } else { nil } }

  package var body: Value {
    .object(given: [
      ("name", .string(name)), ("size", Value(size)), source.field, ("volume_type", Value(type)),
      ("availability_zone", Value(availabilityZone)), ("description", Value(description)),
      ("metadata", metadata.isEmpty ? Value?.none : Value(metadata)),
    ])
  }
}

extension NewVolume.Source {
  fileprivate var field: (String, Value?) {
    switch self {
    case .empty: ("snapshot_id", nil)
    case .snapshot(let id): ("snapshot_id", .string(id))
    case .backup(let id): ("backup_id", .string(id))
    case .image(let id): ("imageRef", .string(id))
    case .volume(let id): ("source_volid", .string(id))
    }
  }
}
