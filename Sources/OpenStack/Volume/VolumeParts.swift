extension ResourceKind {
  /// What a volume's attachment is to Cinder.
  package static let volumeAttachment: ResourceKind = ResourceKind(
    .volume, "/attachments", singular: "attachment", plural: "attachments",
    summary: "What a volume's attachment is to Cinder.",
    columns: ["status", "volume=volume_id", "server=instance", "id"], listPath: "/attachments/detail",
    nameField: nil,
    life: Life(settled: ["attached", "reserved"], failed: ["error_attaching", "error_detaching"]),
    actions: [
      .call(
        "complete", "POST", "/action", "Says that the volume is in use.",
        body: .member("os-complete", isEmptyMap: true), needs: Microversion(3, 44))
    ], needs: Microversion(3, 27))

  /// An offer of a volume to another project.
  package static let volumeTransfer: ResourceKind = ResourceKind(
    .volume, "/volume-transfers", singular: "transfer", plural: "transfers", label: "volume transfer",
    word: "transfer", summary: "An offer of a volume to another project.",
    columns: ["name", "volume=volume_id", "id"],
    listPath: "/volume-transfers/detail",
    nameFilter: .none, verbs: .fixed, fields: [.named("volume", Volume.kind, "The volume.", as: "volume_id")],
    actions: [
      .call(
        "accept", "POST", "/accept", "Takes the volume.", [.text("auth_key", "The key of the offer.")],
        body: .member("accept"), answer: .data("transfer"))
    ], needs: Microversion(3, 55))

  /// One of Cinder's own programs, for administrators.
  package static let volumeService: ResourceKind = ResourceKind(
    .volume, "/os-services", singular: "service", plural: "services", word: "service",
    summary: "One of Cinder's own programs on a host.", idField: "host", nameField: "binary",
    nameFilter: .none,
    verbs: .listOnly)

  /// Where Cinder keeps volumes, for administrators.
  package static let storagePool: ResourceKind = ResourceKind(
    .volume, "/scheduler-stats/get_pools", singular: "pool", plural: "pools",
    summary: "Where Cinder keeps volumes, and what room there is.",
    listPath: "/scheduler-stats/get_pools", idField: "name", nameFilter: .none, verbs: .listOnly)

  /// A part of Cinder that fails by itself.
  package static let volumeZone: ResourceKind = ResourceKind(
    .volume, "/os-availability-zone", singular: "availabilityZone", plural: "availabilityZoneInfo",
    label: "availability zone", word: "availability_zone", summary: "A part of Cinder that fails by itself.",
    columns: ["name=zoneName", "available=zoneState.available"],
    idField: "zoneName", nameField: "zoneName", nameFilter: .none, verbs: .listOnly)
}
