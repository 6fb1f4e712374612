import Document

extension Server {
  /// On, off and between.
  static let powerActions: [Action] = [
    .custom(
      "reboot", "Restarts it: asks the guest, or with `HARD` pulls the plug.",
      [.text("type", "How; `SOFT` if not given.").among("SOFT", "HARD").optional]
    ) { target, arguments in
      let fields: Value = ["type": arguments["type"] ?? "SOFT"]
      return try await target.send("POST", "/action", body: ["reboot": fields]).value()
    },
    .act("start", "os-start", "Switches it on."),
    .act("stop", "os-stop", "Switches it off."),
    .act("pause", "pause", "Holds it, in memory."),
    .act("unpause", "unpause", "Lets it go on after `pause`."),
    .act("suspend", "suspend", "Holds it, with its memory on disk."),
    .act("resume", "resume", "Lets it go on after `suspend`."),
    .act("shelve", "shelve", "Switches it off and keeps an image of it, so that it can leave its host."),
    .act("shelve_offload", "shelveOffload", "Takes a shelved one off its host at once."),
    .act(
      "unshelve", "unshelve", "Puts a shelved one back to work.",
      [.text("availability_zone", "Where.").optional]),
    .act(
      "lock", "lock", "Forbids changes to all but administrators.",
      [.text("reason", "Why.", as: "locked_reason").optional]),
    .act("unlock", "unlock", "Allows changes again."),
  ]

  /// What changes its disk or size.
  static let changeActions: [Action] = [
    .act(
      "rescue", "rescue", "Starts it from another image, with its own disk beside.",
      [.named("image", Image.kind, "The image; Nova's own if not given.", as: "rescue_image_ref").optional]),
    .act("unrescue", "unrescue", "Starts it from its own disk again."),
    .act(
      "rebuild", "rebuild", "Makes its disk anew from an image; id, ports and addresses stay.",
      [
        .named("image", Image.kind, "The image.", as: "imageRef"), .text("name", "Its new name.").optional,
        .text("user_data", "New user data, in base64.").optional, .map("metadata", "New metadata.").optional,
      ], answer: .thing { Server.kind }),
    .act(
      "resize", "resize", "Moves it to another flavor; it waits to be confirmed or reverted.",
      [.named("flavor", Flavor.kind, "The flavor.", as: "flavorRef")]),
    .act("confirm_resize", "confirmResize", "Keeps what `resize` or `migrate` did."),
    .act("revert_resize", "revertResize", "Takes back what `resize` or `migrate` did."),
    .act(
      "create_image", "createImage", "Makes an image of its disk and gives the image's id.",
      [.text("name", "The image's name."), .map("metadata", "The image's properties.").optional],
      answer: .data("image_id"), needs: Microversion(2, 45)),
    .act(
      "create_backup", "createBackup", "Makes an image of its disk and deletes the oldest of its kind.",
      [
        .text("name", "The image's name."), .text("type", "The kind, such as `daily`.", as: "backup_type"),
        .integer("rotation", "How many of the kind to keep."),
      ]),
    .act(
      "reset_state", "os-resetState", "Overwrites its state, as an administrator.",
      [.text("state", "Such as `active`.")]),
    .act("force_delete", "forceDelete", "Deletes it at once, also where deletions are put off."),
    .act("restore", "restore", "Takes back a deletion that was put off."),
  ]

  /// What moves it to another host; only administrators may.
  static let moveActions: [Action] = [
    .act(
      "migrate", "migrate", "Moves it to another host while it is off.",
      [.text("host", "The host; the scheduler's choice if not given.").optional], needs: Microversion(2, 56)),
    .custom(
      "live_migrate", "Moves it to another host while it runs.",
      [.text("host", "The host; the scheduler's choice if not given.").optional]
    ) { target, arguments in
      let fields: Value = ["host": arguments["host"] ?? .null, "block_migration": "auto"]
      return try await target.send("POST", "/action", body: ["os-migrateLive": fields]).value()
    },
    .act(
      "evacuate", "evacuate", "Makes it anew on another host when its own is down.",
      [.text("host", "The host; the scheduler's choice if not given.").optional], isEmptyMap: true),
  ]
}
