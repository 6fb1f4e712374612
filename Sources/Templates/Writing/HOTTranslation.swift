import Document
import OrderedCollections

/// Gathers what a translation loses or changes.
final class TranslationWords {
  private(set) var diagnostics: [Diagnostic] = []

  /// Says that something has no counterpart.
  func lose(_ message: String, at place: Place, hint: String? = nil) {
    diagnostics.append(Diagnostic("no_counterpart", message, at: place, hint: hint))
  }

  /// Says that something is written otherwise.
  func change(_ message: String, at place: Place, hint: String? = nil) {
    diagnostics.append(Diagnostic(.warning, "translated", message, at: place, hint: hint))
  }
}

/// A map that is built member by member, at one place.
struct NodeTree {
  private let place: Place
  private var entries: [Node.Entry] = []

  init(_ place: Place) { self.place = place }

  var node: Node { Node(.map(entries), place: place) }

  mutating func add(_ key: String, _ value: Node?) {
    if let value { entries.append(Node.Entry(key: key, keyPlace: place, value: value)) }
  }

  mutating func add(_ key: String, _ value: Value?) { add(key, value.map { Node($0, at: place) }) }
}

extension Node {
  /// A value all of whose parts are at one place.
  convenience init(_ value: Value, at place: Place) {
    switch value {
    case .list(let items): self.init(.list(items.map { Node($0, at: place) }), place: place)
    case .map(let members):
      self.init(
        .map(members.map { Entry(key: $0, keyPlace: place, value: Node($1, at: place)) }), place: place)
    default: self.init(.scalar(value), place: place, written: value.scalarText)
    }
  }

  /// A list at a place.
  convenience init(list: [Node], at place: Place) { self.init(.list(list), place: place) }

  /// A function: a map of one key.
  convenience init(call name: String, _ argument: Node, at place: Place) {
    self.init(.map([Entry(key: name, keyPlace: place, value: argument)]), place: place)
  }
}
