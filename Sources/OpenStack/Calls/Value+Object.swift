import Document
import OrderedCollections

extension Value {
  /// A map of members; the last of several equal keys wins.
  static func object(_ members: [(String, Value)]) -> Value {
    .map(OrderedDictionary(members, uniquingKeysWith: { $1 }))
  }

  /// A map of the members that are given.
  static func object(given members: [(String, Value?)]) -> Value {
    .object(members.compactMap { name, value in value.map { (name, $0) } })
  }

  init?(_ text: String?) {
    guard let text else { return nil }
    self = .string(text)
  }

  init?(_ number: Int?) {
    guard let number else { return nil }
    self = .integer(Int64(number))
  }

  init?(_ truth: Bool?) {
    guard let truth else { return nil }
    self = .bool(truth)
  }

  init(_ texts: [String]) { self = .list(texts.map { .string($0) }) }
  init(_ texts: [String: String]) {
    self = .object(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
  }

  /// The list's strings.
  var strings: [String] { (list ?? []).compactMap(\.string) }
  /// The map's members that have a text.
  var texts: [String: String] {
    (map ?? [:]).compactMapValues(\.scalarText).reduce(into: [:]) { $0[$1.key] = $1.value }
  }
  /// A text that says something: services write "" for nothing.
  var textIfAny: String? { string.flatMap { $0.isEmpty ? nil : $0 } }
}
