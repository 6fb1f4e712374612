package import OrderedCollections

/// A JSON value that keeps the order of its members: what templates, requests and Lua exchange.
package enum Value: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case list([Value])
  indirect case map(OrderedDictionary<String, Value>)
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(arrayLiteral elements: Value...) { self = .list(elements) }
  package init(nilLiteral: ()) { self = .null }

  /// The last of several equal keys wins.
  package init(dictionaryLiteral elements: (String, Value)...) {
    self = .map(OrderedDictionary(elements, uniquingKeysWith: { $1 }))
  }
}

// MARK: - Looking inside

extension Value {
  /// The member of a map, or nil when this is no map or lacks it.
  ///
  /// A member that is null is `.null`.
  package subscript(key: String) -> Value? {
    if case .map(let members) = self { return members[key] }
    return nil
  }

  /// The item of a list, counted from 0, or nil when this is no list or is shorter.
  package subscript(index: Int) -> Value? {
    if case .list(let items) = self, items.indices.contains(index) { return items[index] }
    return nil
  }

  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var bool: Bool? { if case .bool(let truth) = self { truth } else { nil } }
  package var list: [Value]? { if case .list(let items) = self { items } else { nil } }
  package var map: OrderedDictionary<String, Value>? {
    if case .map(let members) = self { members } else { nil }
  }
  package var isNull: Bool { self == .null }

  /// An integer, also from a number without a fraction.
  package var integer: Int64? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int64(exactly: number)
    default: nil
    }
  }

  package var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  /// What kind of value this is, in a word for messages: `a string`, `a list` ...
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .string: "a string"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// A scalar as CloudFormation turns it into text: `true`, `3`, `2.5`; nil for null, lists and maps.
  package var scalarText: String? {
    switch self {
    case .string(let text): text
    case .bool(let truth): truth ? "true" : "false"
    case .integer(let number): String(number)
    case .number(let number): Int64(exactly: number).map(String.init) ?? String(number)
    case .null, .list, .map: nil
    }
  }
}
