extension ServiceDirectory {
  static let keyManager = ServiceDirectory(
    "key_manager", .keyManager, "Barbican: secrets.", kinds: [.secret, .secretContainer, .secretOrder],
    actions: [.call("quota", "GET", "/quotas", "Tells what the project may use.", answer: .data("quotas"))])
}
