import Document
import OrderedCollections
import ResourceFacts
package import Scripting
import Templates

/// The resource types of the schemas that kiln carries, those that an OpenStack cloud knows as it knows them.
package struct SchemaCatalogue: TypeCatalogue {
  private let shelf: SchemaShelf

  package init(_ shelf: SchemaShelf) { self.shelf = shelf }

  private var schemas: ResourceSchemas? { try? shelf.schemas() }

  package var typeNames: [String] { schemas?.names ?? [] }

  package func properties(of type: String, in path: [String]) -> [KnownName] {
    members(of: type, in: path).filter { $0.value.isImplemented && !$0.value.isReadOnly }.map {
      name, property in
      let words = property.kind.words + (property.isRequired ? ", required" : "")
      return KnownName(name, .property, words)
    }
  }

  package func values(of type: String, in path: [String]) -> [String] {
    let property = path.last.flatMap { members(of: type, in: path.dropLast())[$0] }
    if property?.kind.isBoolean ?? false { return ["true", "false"] }
    return (property?.allowedValues ?? []).compactMap(\.scalarText)
  }

  package func attributes(of type: String) -> [String] { schema(type)?.attributes ?? [] }

  private func schema(_ type: String) -> ResourceSchema? {
    schemas.flatMap { $0.launched(type) ?? $0.registered(type) }
  }

  private func members(
    of type: String, in path: some Sequence<String>
  ) -> OrderedDictionary<String, ResourceSchema.Property> {
    var members = schema(type)?.properties ?? [:]
    for name in path { members = members[name]?.kind.members ?? [:] }
    return members
  }
}

extension ResourceSchema.Kind {
  /// The properties of a map, or of the maps in a list.
  fileprivate var members: OrderedDictionary<String, ResourceSchema.Property> {
    switch self {
    case .map(let shape): shape.properties
    case .list(let item), .mapOf(let item), .limited(let item, _): item.members
    default: [:]
    }
  }

  fileprivate var isBoolean: Bool { if case .boolean = self { true } else { false } }

  fileprivate var words: String {
    switch self {
    case .string: "a string"
    case .integer: "an integer"
    case .number: "a number"
    case .boolean: "true or false"
    case .json: "any data"
    case .list(let item): "a list: \(item.words)"
    case .limited(let inner, _): inner.words
    case .map(let shape): "a table of " + shape.properties.keys.prefix(4).joined(separator: ", ")
    case .mapOf: "a table"
    }
  }
}
