import Document
import OrderedCollections

extension Value {
  /// A map of these members, in their order.
  init(members: [(String, Value)]) {
    self = .map(OrderedDictionary(members, uniquingKeysWith: { first, _ in first }))
  }
}
