internal import OrderedCollections

/// A value that knows where it was written.
///
/// It never changes. It is a class so that the many walks over a tree share its nodes instead of copying each
/// with its place, tag and text.
package final class Node: Sendable {
  package enum Content: Sendable {
    /// A scalar, already typed by the rules of its language.
    case scalar(Value)
    case list([Node])
    case map([Entry])
  }

  /// A member of a map.
  ///
  /// Readers refuse duplicate keys, so a key is there once.
  package struct Entry: Sendable {
    package let key: String
    package let keyPlace: Place
    package let value: Node

    package init(key: String, keyPlace: Place, value: Node) {
      self.key = key
      self.keyPlace = keyPlace
      self.value = value
    }
  }

  package let content: Content
  package let place: Place
  /// The short YAML tag without its `!`, such as `Ref` or `GetAtt`; nil when there is none.
  package let tag: String?
  /// The text of a scalar that isn't a text: a text is its own.
  private let literal: String?

  package init(_ content: Content, place: Place, tag: String? = nil, written: String? = nil) {
    self.content = content
    self.place = place
    self.tag = tag
    if case .scalar(.string) = content { literal = nil } else { literal = written }
  }

  /// The text of a scalar as it was written (`012`, `1.10`, `yes`), which some fields want untouched.
  package var written: String? {
    if case .scalar(.string(let text)) = content { text } else { literal }
  }
}

extension Node {
  /// The entry of a map, or nil when this is no map or lacks it.
  package func entry(_ key: String) -> Entry? {
    if case .map(let entries) = content { return entries.first { $0.key == key } }
    return nil
  }

  package subscript(key: String) -> Node? { entry(key)?.value }

  package var entries: [Entry]? { if case .map(let entries) = content { entries } else { nil } }
  package var items: [Node]? { if case .list(let items) = content { items } else { nil } }
  package var scalar: Value? { if case .scalar(let value) = content { value } else { nil } }

  /// The value without its places and tags.
  package var value: Value {
    switch content {
    case .scalar(let value): value
    case .list(let items): .list(items.map(\.value))
    case .map(let entries):
      .map(
        OrderedDictionary(entries.map { ($0.key, $0.value.value) }, uniquingKeysWith: { first, _ in first }))
    }
  }
}
