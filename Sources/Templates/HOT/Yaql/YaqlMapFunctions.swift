import Document
import OrderedCollections

/// The functions of queries that work on maps.
struct YaqlMapFunctions {
  static let names = [
    "keys", "values", "items", "get", "containsKey", "containsValue", "mergeWith", "delete", "deleteAll",
    "insert",
  ]

  private let call: YaqlCall

  init(_ call: YaqlCall) { self.call = call }

  /// Nil when there is no such function.
  func value() throws(YaqlFault) -> Value? {
    switch call.name {
    case "keys": return .list(try call.map(0).keys.map(Value.string))
    case "values": return .list(Array(try call.map(0).values))
    case "items": return .list(try call.map(0).map { .list([.string($0), $1]) })
    case "get":
      let members = try call.map(0)
      if let key = try call.value(1, "key").scalarText, let member = members[key] { return member }
      return try call.optional(2, "default") ?? .null
    case "containsKey": return .bool(try call.map(0)[call.evaluator.key(try call.value(1))] != nil)
    case "containsValue":
      let wanted = try call.value(1)
      return .bool(try call.map(0).values.contains { YaqlOperators.isEqual($0, wanted) })
    case "mergeWith":
      let depth = try call.optional(4, "maxLevels")?.integer ?? 0
      return .map(
        Self.merge(try call.map(0), try call.map(1), levels: depth == 0 ? .max : Int(clamping: depth)))
    case "delete", "deleteAll": return .map(try without())
    case "insert": return try insert()
    default: return nil
    }
  }

  /// Maps inside are merged too, lists joined without doubles, and of other values the right one stays.
  private static func merge(
    _ left: OrderedDictionary<String, Value>, _ right: OrderedDictionary<String, Value>, levels: Int
  ) -> OrderedDictionary<String, Value> {
    var result = left
    for (key, value) in right {
      switch (result[key], value) {
      case (.map(let first), .map(let second)) where levels != 1:
        result[key] = .map(merge(first, second, levels: levels == .max ? .max : levels - 1))
      case (.list(let first), .list(let second)) where levels != 1:
        result[key] = .list(Array(OrderedSet(first + second)))
      default: result[key] = value
      }
    }
    return result
  }

  private func without() throws(YaqlFault) -> OrderedDictionary<String, Value> {
    var result = try call.map(0)
    for index in 1..<max(1, call.operands.count) {
      let key = try call.value(index)
      for key in key.list ?? [key] { result[try call.evaluator.key(key)] = nil }
    }
    return result
  }

  /// Into a map by key, into a list by place.
  private func insert() throws(YaqlFault) -> Value {
    switch try call.value(0) {
    case .map(var members):
      members[try call.evaluator.key(try call.value(1))] = try call.value(2)
      return .map(members)
    case .list(var items):
      items.insert(try call.value(2), at: min(max(0, try call.integer(1)), items.count))
      return .list(items)
    case let value: throw YaqlFault("`insert` needs a map or a list, found \(value.kind)")
    }
  }
}
