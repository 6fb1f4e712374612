package import Document

/// A kind of storage that the cloud offers for volumes.
package struct VolumeType: CloudResource {
  package static let kind = ResourceKind(
    .volume, "/types", singular: "volume_type", plural: "volume_types")

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
