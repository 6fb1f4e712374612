import Document
import OrderedCollections

/// What of some things needs which others of them, and an order that this allows.
struct GroupOrder {
  private(set) var needs: OrderedDictionary<String, OrderedSet<String>>

  init(_ names: some Sequence<String>) {
    needs = OrderedDictionary(uniqueKeysWithValues: names.map { ($0, []) })
  }

  /// Notes that one comes after another; nothing when one of them isn't there, or both are the same.
  mutating func add(_ name: String, after other: String) {
    guard name != other, needs[name] != nil, needs[other] != nil else { return }
    needs[name]?.append(other)
  }

  /// The same the other way round.
  var reversed: GroupOrder {
    var result = GroupOrder(needs.keys)
    for (name, others) in needs { for other in others { result.add(other, after: name) } }
    return result
  }

  /// All in order, those first that were named first.
  ///
  /// - Throws: `group_cycle` when some need each other.
  func sorted() throws(EngineError) -> [String] {
    var done: OrderedSet<String> = []
    while done.count < needs.count {
      let next = needs.first { name, others in !done.contains(name) && done.isSuperset(of: others) }
      guard let next else { throw cycle(besides: done) }
      done.append(next.key)
    }
    return done.elements
  }

  /// Each of those that are left needs another of them; going from need to need comes back to one.
  private func cycle(besides done: OrderedSet<String>) -> EngineError {
    var path: [String] = []
    var next = needs.keys.first { !done.contains($0) }
    while let name = next, !path.contains(name) {
      path.append(name)
      next = needs[name]?.first { !done.contains($0) }
    }
    let start = next.flatMap { path.firstIndex(of: $0) } ?? 0
    let names = path[start...] + [next].compactMap(\.self)
    return EngineError(
      .groupCycle, "the stacks need each other: \(names.joined(separator: " → "))",
      hint: "split one of them, or take a reference away")
  }
}
