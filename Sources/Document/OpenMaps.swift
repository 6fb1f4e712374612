/// The members of the maps that aren't read to their ends yet, those of the innermost last; finds keys that are there
/// twice.
///
/// All of them are in one list, so that a map that has ended takes no more memory than its members need.
struct OpenMaps {
  private struct Level {
    /// Where the map's members begin.
    let start: Int
    /// Where in the list each key of a large map is.
    var indices: [String: Int] = [:]
  }

  /// Maps with fewer members are searched: that is faster than hashing, and most maps are small.
  private static let largeCount = 9

  private var entries: [Node.Entry] = []
  private var levels: [Level] = []

  /// Whether the innermost map has no members yet.
  var isEmpty: Bool { entries.count == start }
  private var start: Int { levels.last?.start ?? 0 }

  mutating func open() { levels.append(Level(start: entries.count)) }

  /// Adds a member to the innermost map; returns the place of an earlier one with this key, and then adds nothing.
  mutating func add(_ entry: Node.Entry) -> Place? {
    if let first = index(of: entry.key) { return entries[first].keyPlace }
    entries.append(entry)
    let count = entries.count - start
    if count == Self.largeCount {
      for index in entries.indices[start...] { levels[levels.count - 1].indices[entries[index].key] = index }
    } else if count > Self.largeCount {
      levels[levels.count - 1].indices[entry.key] = entries.count - 1
    }
    return nil
  }

  /// Ends the innermost map; returns its members.
  mutating func close() -> [Node.Entry] {
    let start = levels.removeLast().start
    let members = Array(entries[start...])
    entries.removeSubrange(start...)
    return members
  }

  private func index(of key: String) -> Int? {
    guard let level = levels.last else { return nil }
    return entries.count - level.start < Self.largeCount
      ? entries[level.start...].firstIndex { $0.key == key } : level.indices[key]
  }
}
