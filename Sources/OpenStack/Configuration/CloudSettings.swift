import Document

/// The settings of one cloud as they were written, before they are understood.
struct CloudSettings: Sendable {
  struct Setting: Sendable {
    let text: String
    let place: Place?
  }

  struct Region: Sendable {
    let name: String
    var settings = CloudSettings()
  }

  /// What is said of a network, under `networks`.
  struct NetworkNote: Sendable {
    /// The network's name or id.
    let name: Setting
    let isDefaultInterface: Bool
    let isSourceOfAddresses: Bool
  }

  /// By name, `-` written as `_`.
  var top: [String: Setting] = [:]
  /// Those under `auth`.
  var auth: [String: Setting] = [:]
  var regions: [Region] = []
  var networks: [NetworkNote] = []
  /// Where the cloud's entry begins.
  var place: Place?

  init() {}

  /// Takes a cloud's entry in a file.
  init(_ node: Node, named name: String) throws(Diagnostics) {
    place = node.place
    if node.scalar?.isNull == true { return }
    guard let entries = node.entries else {
      throw Diagnostics(
        Diagnostic(.error, "bad_clouds_file", "the entry of cloud \(name) is no map", at: node.place))
    }
    for entry in entries {
      let key = entry.key.replacing("-", with: "_")
      switch key {
      case "auth": auth = try texts(of: entry)
      case "regions": regions = try regions(of: entry.value)
      case "networks": networks = try networks(of: entry.value)
      default: if let setting = setting(entry.value) { top[key] = setting }
      }
    }
  }

  /// Takes the `OS_*` variables; nil when there are none but those that choose a cloud.
  init?(environment: [String: String]) {
    let selectors: Set = [
      "OS_CLOUD", "OS_REGION_NAME", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD_NAME",
    ]
    let variables = environment.filter { name, _ in
      name.hasPrefix("OS_") && !["OS_TEST", "OS_STD", "OS_LOG"].contains { name.hasPrefix($0) }
    }
    guard variables.keys.contains(where: { !selectors.contains($0) }) else { return nil }
    for (name, value) in variables {
      top[name.dropFirst(3).lowercased()] = Setting(text: value, place: nil)
    }
  }

  /// Puts others over these.
  mutating func merge(_ over: CloudSettings) {
    top.merge(over.top) { $1 }
    auth.merge(over.auth) { $1 }
    if !over.regions.isEmpty { regions = over.regions }
    if !over.networks.isEmpty { networks = over.networks }
    if over.place != nil { place = over.place }
  }

  /// A setting that says something.
  func setting(_ names: String...) -> Setting? {
    for name in names {
      if let found = auth[name] ?? top[name], !found.text.isEmpty { return found }
    }
    return nil
  }

  func text(_ names: String...) -> String? {
    names.lazy.compactMap { setting($0) }.first?.text
  }

  /// A setting outside `auth` that is true, as openstacksdk reads booleans.
  func isTrue(_ name: String) -> Bool { top[name]?.text.lowercased() == "true" }

  /// Fills `{region_name}` and the like from the settings themselves.
  func filled(_ text: String) -> String {
    guard text.contains("{") else { return text }
    return top.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value.text) }
  }

  /// The text of a scalar as it was written, so that a password of digits stays what it is.
  private func setting(_ node: Node) -> Setting? {
    guard let scalar = node.scalar, !scalar.isNull else { return nil }
    let written = scalar.string ?? (scalar.bool == nil ? node.written : nil) ?? scalar.scalarText
    return written.map { Setting(text: $0, place: node.place) }
  }

  private func texts(of entry: Node.Entry) throws(Diagnostics) -> [String: Setting] {
    guard let entries = entry.value.entries else {
      throw Diagnostics(
        Diagnostic(
          .error, "bad_clouds_file", "auth is \(entry.value.value.kind), not a map", at: entry.value.place))
    }
    var found: [String: Setting] = [:]
    for entry in entries {
      if let setting = setting(entry.value) { found[entry.key.replacing("-", with: "_")] = setting }
    }
    return found
  }

  private func regions(of node: Node) throws(Diagnostics) -> [Region] {
    var found: [Region] = []
    for item in node.items ?? [] {
      if let name = setting(item) {
        found.append(Region(name: name.text))
      } else if let name = item["name"].flatMap(setting) {
        var region = Region(name: name.text)
        if let values = item["values"] { region.settings = try CloudSettings(values, named: name.text) }
        found.append(region)
      } else {
        throw Diagnostics(
          Diagnostic(
            .error, "bad_clouds_file", "a region is neither a name nor a map with name and values",
            at: item.place))
      }
    }
    return found
  }

  private func networks(of node: Node) throws(Diagnostics) -> [NetworkNote] {
    guard let items = node.items else {
      throw Diagnostics(
        Diagnostic(
          .error, "bad_clouds_file", "networks is \(node.value.kind), not a list of maps with name",
          at: node.place))
    }
    var found: [NetworkNote] = []
    for item in items {
      guard let name = item["name"].flatMap(setting) else {
        throw Diagnostics(
          Diagnostic(
            .error, "bad_clouds_file", "a network has no name", at: item.place,
            hint: "begin its map with name: and the network's name or id"))
      }
      func isTrue(_ key: String) -> Bool { item[key].flatMap(setting)?.text.lowercased() == "true" }
      found.append(
        NetworkNote(
          name: name, isDefaultInterface: isTrue("default_interface"),
          isSourceOfAddresses: isTrue("nat_source")))
    }
    return found
  }
}
