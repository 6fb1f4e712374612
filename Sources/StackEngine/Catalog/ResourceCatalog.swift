package import Document
import OrderedCollections

/// The resource types that there are, by name.
package struct ResourceCatalog: Sendable {
  private var types: OrderedDictionary<String, any ResourceType> = [:]

  package init(_ types: [any ResourceType] = []) {
    for type in types { add(type) }
  }

  /// Adds a type; one of that name before it is replaced.
  package mutating func add(_ type: any ResourceType) { types[type.name] = type }

  package var names: [String] { Array(types.keys) }

  package subscript(name: String) -> (any ResourceType)? { types[name] }

  /// The type of a name, or an error at `place` with the nearest name that there is.
  package func type(_ name: String, at place: Place? = nil) throws(Diagnostic) -> any ResourceType {
    if let type = types[name] { return type }
    let hint = nearest(to: name, among: types.keys).map { "did you mean \($0)?" }
    throw Diagnostic("unknown_resource_type", "kiln has no resource type \(name)", at: place, hint: hint)
  }
}
