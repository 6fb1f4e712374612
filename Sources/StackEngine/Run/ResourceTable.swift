/// Resources by a key, and how many of them each physical ID belongs to.
///
/// Their order means nothing: the last takes the place of one that is removed.
struct ResourceTable: Sendable {
  /// What no two of them have in common.
  enum Key {
    case logicalID, physicalName

    func callAsFunction(_ resource: ResourceRecord) -> String {
      switch self {
      case .logicalID: resource.logicalID
      case .physicalName: resource.physicalName
      }
    }
  }

  private let key: Key
  private(set) var values: [ResourceRecord]
  private var places: [String: Int]
  private var owners: [String: Int] = [:]

  init(_ resources: [ResourceRecord] = [], by key: Key) {
    self.key = key
    values = resources
    places = Dictionary(
      resources.enumerated().map { (key($1), $0) }, uniquingKeysWith: { _, last in last })
    for resource in resources {
      if let id = resource.physical?.id { owners[id, default: 0] += 1 }
    }
  }

  var keys: some Collection<String> { places.keys }
  var isEmpty: Bool { values.isEmpty }

  subscript(key: String) -> ResourceRecord? {
    get { places[key].map { values[$0] } }
    set {
      let place = places[key]
      let old = place.flatMap { values[$0].physical?.id }
      switch (place, newValue) {
      case (let place?, let resource?): values[place] = resource
      case (nil, let resource?):
        places[key] = values.count
        values.append(resource)
      case (let place?, nil): remove(key, at: place)
      case (nil, nil): return
      }
      let new = newValue?.physical?.id
      if old == new { return }
      if let old, let count = owners[old] { owners[old] = count > 1 ? count - 1 : nil }
      if let new { owners[new, default: 0] += 1 }
    }
  }

  private mutating func remove(_ removed: String, at place: Int) {
    places[removed] = nil
    let last = values.removeLast()
    guard place < values.count else { return }
    values[place] = last
    places[key(last)] = place
  }

  /// Makes room for as many, so that they needn't be moved as they come.
  mutating func reserve(_ count: Int) {
    if values.isEmpty { values.reserveCapacity(count) }
    places.reserveCapacity(count)
  }

  /// How many have a physical ID.
  func owners(of physicalID: String) -> Int { owners[physicalID] ?? 0 }
}
