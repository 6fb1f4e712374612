import Ambience
import OpenStack

/// The ids of what templates call by name, each asked for once where many resources of a stack name the same.
///
/// An id is believed for ten seconds: what has the name may be made anew.
actor NameBook {
  private struct Entry {
    let id: String
    let learned: Duration
  }

  private let cloud: Cloud
  private let ambient: Ambient
  private var entries: [String: Entry] = [:]
  private var asked: Set<String> = []
  private static let lifetime = Duration.seconds(10)

  init(cloud: Cloud, ambient: Ambient) {
    self.cloud = cloud
    self.ambient = ambient
  }

  /// The id of what is called so; a text that looks like an id is one.
  func id(of kind: ResourceKind, named text: String) async throws -> String {
    if kind.isGotByName || isIdentifier(text) { return text }
    let key = kind.path + " " + text
    while true {
      if let entry = entries[key], ambient.uptime() - entry.learned < Self.lifetime { return entry.id }
      if asked.insert(key).inserted { break }
      try await ambient.sleep(.milliseconds(20))
    }
    defer { asked.remove(key) }
    let id = try await Calls<Thing>(cloud, kind).find(text).id
    entries[key] = Entry(id: id, learned: ambient.uptime())
    return id
  }
}
