import Document

extension ServiceDirectory {
  static let object = ServiceDirectory(
    "object", .object, "Swift: containers and the objects in them.", kinds: [.container],
    actions: [
      .custom("account", "Tells what the account has, and its metadata.", answer: .data()) { target, _ in
        let answer = try await target.send("HEAD")
        func count(_ name: String) -> Value {
          answer.header(name).flatMap { Int64($0) }.map { .integer($0) } ?? .null
        }
        var metadata = answer.headers(startingWith: "X-Account-Meta-")
        metadata = metadata.filter { !$0.key.hasPrefix("temp-url-key") }
        return [
          "containers": count("X-Account-Container-Count"), "objects": count("X-Account-Object-Count"),
          "bytes": count("X-Account-Bytes-Used"), "metadata": Value(metadata),
        ]
      },
      .custom(
        "set_account_metadata", "Sets texts that Swift keeps for the account; an empty one is forgotten.",
        [.map("metadata", "The keys and their texts.")]
      ) { target, arguments in
        let texts = arguments["metadata"]?.texts ?? [:]
        let headers = Dictionary(uniqueKeysWithValues: texts.map { ("X-Account-Meta-\($0.key)", $0.value) })
        return try await target.send("POST", headers: headers).value()
      },
    ])
}
