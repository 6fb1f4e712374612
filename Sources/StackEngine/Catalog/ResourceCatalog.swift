package import Document
import OrderedCollections
import Synchronization

/// The resource types that there are, by name.
///
/// A type is made when it is first asked for: a stack uses few of the hundreds that there are.
package struct ResourceCatalog: Sendable {
  private var types: OrderedDictionary<String, LazyType> = [:]

  package init(_ types: [any ResourceType] = []) {
    for type in types { add(type) }
  }

  /// Adds a type; one of that name before it is replaced.
  package mutating func add(_ type: any ResourceType) { types[type.name] = LazyType { type } }

  /// Adds a type that is made when it is asked for.
  package mutating func add(_ name: String, _ make: @escaping @Sendable () -> any ResourceType) {
    types[name] = LazyType(make)
  }

  /// Who else knows types, asked for those that aren't here.
  package var others: (@Sendable (String) -> (any ResourceType)?)?

  package var names: [String] { Array(types.keys) }

  package subscript(name: String) -> (any ResourceType)? { types[name]?.type ?? others?(name) }

  /// The type of a name, or an error at `place` with the nearest name that there is.
  package func type(_ name: String, at place: Place? = nil) throws(Diagnostic) -> any ResourceType {
    if let type = self[name] { return type }
    let hint = nearest(to: name, among: types.keys).map { "did you mean \($0)?" }
    throw Diagnostic("unknown_resource_type", "kiln has no resource type \(name)", at: place, hint: hint)
  }
}

/// A type that is made once, when it is asked for.
private final class LazyType: Sendable {
  private let make: @Sendable () -> any ResourceType
  private let made = Mutex<(any ResourceType)?>(nil)

  init(_ make: @escaping @Sendable () -> any ResourceType) { self.make = make }

  var type: any ResourceType {
    made.withLock { made in
      if let made { return made }
      let type = make()
      made = type
      return type
    }
  }
}
