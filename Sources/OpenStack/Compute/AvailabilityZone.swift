package import Document

/// A part of the cloud that fails by itself; it can only be listed.
package struct AvailabilityZone: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .compute, "/os-availability-zone", singular: "availabilityZone", plural: "availabilityZoneInfo",
    label: "availability zone", word: "availability_zone",
    summary: "A part of the cloud that fails by itself.",
    columns: ["name=zoneName", "available=zoneState.available"],
    idField: "zoneName", nameField: "zoneName", nameFilter: .none, verbs: .listOnly)

  package var id: String { name }
  package let name: String
  package let isAvailable: Bool
  package let raw: Value

  package init?(_ raw: Value) {
    guard let name = raw["zoneName"]?.string else { return nil }
    self.name = name
    isAvailable = raw["zoneState"]?["available"]?.bool ?? true
    self.raw = raw
  }
}
