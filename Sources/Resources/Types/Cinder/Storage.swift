import Document
import OpenStack
import OrderedCollections

extension Declaration {
  /// What Cinder has beside volumes and their attachments.
  static let storage: [Declaration] = [
    Declaration("OS::Cinder::VolumeType", VolumeType.kind).with {
      $0.fields = [
        "is_public": .named("os-volume-type-access:is_public"),
        "metadata": .set { value, making in try await specify(value, "/extra_specs", making) },
        "projects": .set { value, making in
          for project in value.list ?? [] where project != .null {
            do {
              try await making.send("POST", "/action", ["addProjectAccess": ["project": project]])
            } catch let error as OpenStackError where error.code == .conflict {}
          }
        },
      ]
    },
    Declaration("OS::Cinder::EncryptedVolumeType", .encryption).with {
      $0.parent = ("volume_type", "/types/{}")
      $0.fields = ["volume_type": .silent]
      $0.constants = ["control_location": "front-end"]
      $0.reference = { $0["volume_type_id"] }
    },
    Declaration("OS::Cinder::QoSSpecs", .qualitySpecs).with {
      $0.fields = [
        "specs": .made { value, making in
          (value.map ?? [:]).filter { making.id.isEmpty || !["name", "id"].contains($0.key) }
        }
      ]
    },
  ]
}

extension ResourceKind {
  /// How volumes of a type are encrypted.
  fileprivate static let encryption = ResourceKind(
    .volume, "/encryption", singular: "encryption", plural: "encryption", idField: "encryption_id",
    nameField: nil)
  /// What storage or hosts promise to volumes.
  fileprivate static let qualitySpecs = ResourceKind(
    .volume, "/qos-specs", singular: "qos_specs", plural: "qos_specs", nameFilter: .none)
}
