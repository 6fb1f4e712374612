extension ServiceDirectory {
  static let volume = ServiceDirectory(
    "volume", .volume, "Cinder: volumes and their copies.",
    kinds: [
      Volume.kind, Snapshot.kind, Backup.kind, VolumeType.kind, .volumeAttachment, .volumeTransfer,
      .storagePool,
      .volumeService, .volumeZone,
    ],
    actions: Quotas.volume.actions + [
      .call(
        "limits", "GET", "/limits", "Tells what the project may use and what it uses.",
        answer: .data("limits"))
    ])
}
