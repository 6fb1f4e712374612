import Document
import OrderedCollections

/// The order in which plugins, or their hooks, are asked: what they say comes before or after what, else by name.
package struct PluginOrder: Sendable {
  package struct Wish: Sendable, Hashable {
    package let name: String
    /// The names that this one comes before; those of nobody are no matter.
    package let before: Set<String>
    package let after: Set<String>

    package init(_ name: String, before: Set<String> = [], after: Set<String> = []) {
      self.name = name
      self.before = before
      self.after = after
    }
  }

  /// The names in an order that all wishes allow.
  ///
  /// - Throws: `plugin_cycle` when there is none.
  package static func sorted(_ wishes: [Wish]) throws(HAError) -> [String] {
    let names = Set(wishes.map(\.name))
    var needs: [String: Set<String>] = [:]
    for wish in wishes {
      needs[wish.name, default: []].formUnion(wish.after.intersection(names))
      for later in wish.before.intersection(names) { needs[later, default: []].insert(wish.name) }
    }
    var order: OrderedSet<String> = []
    while order.count < names.count {
      let next = names.filter { !order.contains($0) && (needs[$0] ?? []).isSubset(of: order) }.min()
      guard let next else {
        let left = names.subtracting(order).sorted().joined(separator: ", ")
        throw HAError(
          .pluginCycle, "\(left) want to come before each other",
          hint: "take one `before` or `after` away")
      }
      order.append(next)
    }
    return Array(order)
  }
}
