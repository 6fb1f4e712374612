import Document
import OrderedCollections
package import Templates

/// The schemas of all types that kiln knows, with or without a cloud: for validation and completion.
///
/// It knows more types than kiln can make: see `ResourceCatalog.openStack`.
package struct ResourceSchemas: Sendable {
  private let table: Value

  /// Reads the table that kiln carries.
  package init() throws { table = try Value.json(schemaTable) }

  package var names: [String] { Array((table.map ?? [:]).keys) }

  package subscript(type: String) -> ResourceSchema? {
    table[type].map { entry in
      ResourceSchema(
        properties: members(entry["p"]), attributes: (entry["a"]?.list ?? []).compactMap(\.string))
    }
  }

  /// Every schema, by the type's name.
  package static func all() throws -> [String: ResourceSchema] {
    let schemas = try ResourceSchemas()
    return Dictionary(
      uniqueKeysWithValues: schemas.names.compactMap { name in schemas[name].map { (name, $0) } })
  }

  private func members(_ value: Value?) -> OrderedDictionary<String, ResourceSchema.Property> {
    (value?.map ?? [:]).mapValues { property($0) }
  }

  private func property(_ entry: Value) -> ResourceSchema.Property {
    let code = entry.string ?? entry[0]?.string ?? "j"
    return ResourceSchema.Property(
      kind(code, inside: entry[1]), isRequired: code.contains("*"), updatesInPlace: code.contains("~"),
      allowedValues: entry[2]?.list, isImplemented: !code.contains("!"))
  }

  private func kind(_ code: String, inside: Value?) -> ResourceSchema.Kind {
    switch code.first {
    case "s": .string
    case "i": .integer
    case "n": .number
    case "b": .boolean
    case "l": .list(inside.flatMap { $0.isNull ? nil : property($0).kind } ?? .json)
    case "m": inside?.map == nil ? .json : .map(members(inside))
    default: .json
    }
  }
}
