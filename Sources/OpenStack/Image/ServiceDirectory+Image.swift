extension ServiceDirectory {
  static let image = ServiceDirectory(
    "image", .image, "Glance: images.", kinds: [Image.kind, .imageTask],
    actions: [
      .call(
        "schema", "GET", "/schemas/image", "Tells what fields images have here.", answer: .data("properties")),
      .call(
        "import_methods", "GET", "/info/import", "Tells how images can be filled here.",
        answer: .data("import-methods")),
      .call("stores", "GET", "/info/stores", "Lists where images can be kept.", answer: .data("stores")),
    ])
}
