import Document

extension Server {
  /// What scripts say of a new server in fewer words than the API's.
  static let newFields: [Parameter] = [
    .text("name", "Its name."),
    .named("flavor", Flavor.kind, "Its size.", as: "flavorRef"),
    .named("image", Image.kind, "What its disk is made of.", as: "imageRef").optional,
    .allNamed("network", Network.kind, "The networks that it gets a port on, one or several.", as: "networks")
      .optional,
    .allNamed("port", Port.kind, "The ports that it gets instead.", as: "networks").optional,
    .text("keypair", "The key pair that it lets in.", as: "key_name").optional,
    .list("groups", "The names of the security groups of the ports that Nova makes.", as: "security_groups")
      .optional,
    .text("script", "User data as text.", as: "user_data").optional,
    .map("metadata", "Texts that Nova keeps for it.").optional,
    .named(
      "volume", Volume.kind, "The volume that it boots from instead of an image.",
      as: "block_device_mapping_v2"
    )
    .optional,
  ]

  static let shaped: @Sendable (String, Value) -> Value? = { field, value in
    switch field {
    case "network": .list((value.list ?? []).map { ["uuid": $0] })
    case "port": .list((value.list ?? []).map { ["port": $0] })
    case "groups": .list((value.list ?? [value]).map { $0.map == nil ? ["name": $0] : $0 })
    case "script": value.string.map { .string(Base64.encode($0.utf8)) }
    case "volume":
      [
        [
          "uuid": value, "source_type": "volume", "destination_type": "volume", "boot_index": 0,
          "delete_on_termination": false,
        ]
      ]
    default: nil
    }
  }
}
