package import OrderedCollections
import Synchronization

/// The members of a map, read when they are first asked for, since a shape may have itself inside.
package final class Shape: Sendable {
  package struct Content: Sendable {
    package let properties: OrderedDictionary<String, ResourceSchema.Property>
    package let rules: [ShapeRule]
    /// Whether it may have members that aren't named.
    package let isOpen: Bool
    /// The names of the members that must be there.
    package let required: [String]

    package init(
      properties: OrderedDictionary<String, ResourceSchema.Property>, rules: [ShapeRule] = [],
      isOpen: Bool = false
    ) {
      self.properties = properties
      self.rules = rules
      self.isOpen = isOpen
      required = properties.filter(\.value.isRequired).map(\.key)
    }
  }

  private enum State: Sendable {
    case read(Content)
    case unread(@Sendable () -> Content)
  }

  private let state: Mutex<State>

  package init(_ read: @escaping @Sendable () -> Content) { state = Mutex(.unread(read)) }

  package init(_ content: Content) { state = Mutex(.read(content)) }

  package convenience init(_ properties: OrderedDictionary<String, ResourceSchema.Property>) {
    self.init(Content(properties: properties))
  }

  package var content: Content {
    state.withLock { state in
      switch state {
      case .read(let content): return content
      case .unread(let read):
        let content = read()
        state = .read(content)
        return content
      }
    }
  }

  package var properties: OrderedDictionary<String, ResourceSchema.Property> { content.properties }
}

/// What holds between the members of a map.
package enum ShapeRule: Sendable {
  /// Exactly one of these is there.
  case exactlyOne([String])
  /// At least one of these is there.
  case atLeastOne([String])
  /// Exactly one of these groups is there whole.
  case exactlyOneGroup([[String]])
  /// At least one of these groups is there whole.
  case atLeastOneGroup([[String]])
  case needs(String, others: [String])
  case excludes(String, others: [String])
}
