/// Resources by a key, and how many of them each physical ID belongs to.
struct ResourceTable: Sendable {
  private var records: [String: ResourceRecord] = [:]
  private var owners: [String: Int] = [:]

  init() {}

  /// Resources by the keys that `key` tells, which are all different.
  init(_ resources: some Sequence<ResourceRecord>, by key: (ResourceRecord) -> String) {
    for resource in resources { self[key(resource)] = resource }
  }

  var keys: some Collection<String> { records.keys }
  var values: some Collection<ResourceRecord> { records.values }
  var isEmpty: Bool { records.isEmpty }

  subscript(key: String) -> ResourceRecord? {
    get { records[key] }
    set {
      let old = records[key]?.physical?.id
      records[key] = newValue
      let new = newValue?.physical?.id
      if old == new { return }
      if let old, let count = owners[old] { owners[old] = count > 1 ? count - 1 : nil }
      if let new { owners[new, default: 0] += 1 }
    }
  }

  /// How many have a physical ID.
  func owners(of physicalID: String) -> Int { owners[physicalID] ?? 0 }
}
