import Document
import OrderedCollections
import Templates

extension ResourceSchema {
  /// The schema as people ask for it: a word for each property, and the attributes.
  var facts: Value {
    let properties = self.properties.mapValues { property -> Value in
      [
        "type": .string(property.kind.word), "required": .bool(property.isRequired),
        "in_place": .bool(property.updatesInPlace),
      ]
    }
    return ["properties": .map(properties), "attributes": .list(attributes.map(Value.string))]
  }

  /// The schema as the composer holds properties against it, without a crossing for each.
  ///
  /// Attributes have the kind of value that they give; `stems` are those with any tail, such as `Outputs`.
  var shape: Value {
    var known: OrderedDictionary<String, Value> = [:]
    var stems: OrderedDictionary<String, Value> = [:]
    for name in attributes {
      if name.hasSuffix(".*") { stems[String(name.dropLast(2))] = true } else { known[name] = "any" }
    }
    return [
      "members": .map(properties.mapValues { $0.shape(depth: 0) }), "required": Self.required(properties),
      "attributes": .map(known), "stems": .map(stems),
    ]
  }

  fileprivate static func required(_ properties: OrderedDictionary<String, Property>) -> Value {
    .list(properties.lazy.filter(\.value.isRequired).map { .string($0.key) })
  }
}

extension ResourceSchema.Property {
  fileprivate func shape(depth: Int) -> Value {
    var shape = kind.shape(depth: depth)
    if let allowedValues {
      let texts = allowedValues.compactMap(\.scalarText)
      shape["values"] = .map(OrderedDictionary(texts.map { ($0, true) }, uniquingKeysWith: { $1 }))
    }
    return .map(shape)
  }
}

extension ResourceSchema.Kind {
  /// How deep maps are checked; a shape may have itself inside.
  private static let depthLimit = 6

  fileprivate func shape(depth: Int) -> OrderedDictionary<String, Value> {
    switch self {
    case .string: ["kind": "string"]
    case .integer: ["kind": "integer"]
    case .number: ["kind": "number"]
    case .boolean: ["kind": "boolean"]
    case .json: ["kind": "json"]
    case .list where depth >= Self.depthLimit, .map where depth >= Self.depthLimit,
      .mapOf where depth >= Self.depthLimit:
      ["kind": "json"]
    case .list(let item): ["kind": "list", "item": .map(item.shape(depth: depth + 1))]
    case .map(let members) where members.content.isOpen && members.properties.isEmpty: ["kind": "json"]
    case .map(let members):
      [
        "kind": "map", "members": .map(members.properties.mapValues { $0.shape(depth: depth + 1) }),
        "required": ResourceSchema.required(members.properties),
      ]
    case .mapOf(let item): ["kind": "map", "item": .map(item.shape(depth: depth + 1))]
    case .limited(let kind, _): kind.shape(depth: depth)
    }
  }

  /// The kind in a word.
  var word: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .json: "json"
    case .list(let item): "list of \(item.word)"
    case .limited(let kind, _): kind.word
    case .map, .mapOf: "map"
    }
  }
}
