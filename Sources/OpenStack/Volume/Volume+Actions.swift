extension Volume {
  static let stateActions: [Action] = [
    .act(
      "extend", "os-extend", "Makes it larger; none can be made smaller.",
      [.integer("size", "The new size, in GiB.", as: "new_size")], needs: Microversion(3, 42)),
    .act(
      "set_bootable", "os-set_bootable", "Says whether servers can boot from it.",
      [.boolean("bootable", "Whether they can.")]),
    .act(
      "set_readonly", "os-update_readonly_flag", "Says whether it can only be read.",
      [.boolean("readonly", "Whether it is so.")]),
    .act(
      "retype", "os-retype", "Changes its type, moving it if need be.",
      [
        .text("type", "The new type.", as: "new_type"),
        .text("migration_policy", "Whether it may be moved; `never` if not given.").among(
          "never", "on-demand"
        )
        .optional,
      ]),
    .act(
      "migrate", "os-migrate_volume", "Moves it to other storage; for administrators.",
      [
        .text("host", "The storage, as `host@backend#pool`."),
        .boolean("lock_volume", "Whether others wait.").optional,
      ]),
    BlockStorage.resetStatus,
    .act("force_delete", "os-force_delete", "Deletes it whatever its state; for administrators."),
    .act(
      "detach", "os-detach", "Forgets an attachment that is no more; for administrators.", isEmptyMap: true),
    .act("unmanage", "os-unmanage", "Forgets it and leaves what is stored.", isEmptyMap: true),
  ]

  static let contentActions: [Action] =
    BlockStorage.metadataActions + [
      .act(
        "revert", "revert", "Puts it back to its newest snapshot.",
        [.named("snapshot", Snapshot.kind, "The snapshot.", as: "snapshot_id")], needs: Microversion(3, 40)),
      .act(
        "upload_to_image", "os-volume_upload_image", "Makes an image of it.",
        [
          .text("name", "The image's name.", as: "image_name"),
          .text("disk_format", "Such as `qcow2`; `raw` if not given.").optional,
          .text("container_format", "`bare` if not given.").optional,
          .boolean("force", "Whether one in use may be taken as it is.").optional,
        ], answer: .data("os-volume_upload_image")),
      .act(
        "set_image_metadata", "os-set_image_metadata", "Sets properties of the image in it.",
        [.map("metadata", "The properties.")], answer: .data("metadata")),
    ]
}

extension BlockStorage {
  static let resetStatus = Action.act(
    "reset_status", "os-reset_status", "Overwrites its state; for administrators.",
    [.text("status", "Such as `available`.")])

  static let metadataActions: [Action] = [
    .call(
      "set_metadata", "POST", "/metadata", "Sets the given keys of its metadata and leaves the others.",
      [.map("metadata", "The keys and their texts.")], body: .value("metadata", of: "metadata"),
      answer: .data("metadata")),
    .call(
      "remove_metadata", "DELETE", "/metadata/{key}", "Forgets a key of its metadata.",
      [.text("key", "The key.")]),
  ]
}
