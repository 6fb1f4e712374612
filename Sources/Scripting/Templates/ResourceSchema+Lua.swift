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
  /// Attributes have the kind of value that they give; `stems` are those with any tail, such as `Outputs`. Maps
  /// inside have the path with which to ask for their members, since they may have themselves inside.
  var luaShape: Value {
    var known: OrderedDictionary<String, Value> = [:]
    var stems: OrderedDictionary<String, Value> = [:]
    for name in attributes {
      if name.hasSuffix(".*") {
        stems[String(name.dropLast(2))] = true
      } else {
        known[name] = .string(kind(ofAttribute: name)?.laterWord ?? "any")
      }
    }
    var result = shape.luaMembers(at: [])
    result["attributes"] = .map(known)
    result["stems"] = .map(stems)
    return .map(result)
  }

  /// The members of a map inside; nil when the path leads to none.
  func luaMembers(at path: [String]) -> Value? {
    var shape = shape
    for name in path {
      guard let inner = shape.properties[name]?.kind.innerShape else { return nil }
      shape = inner
    }
    return .map(shape.luaMembers(at: path))
  }
}

extension Shape {
  fileprivate func luaMembers(at path: [String]) -> OrderedDictionary<String, Value> {
    let content = content
    var members: OrderedDictionary<String, Value> = [:]
    for (name, property) in content.properties {
      var facts = property.kind.facts(property.limits, path + [name])
      if property.isReadOnly { facts["is_read_only"] = true }
      members[name] = .map(facts)
    }
    return [
      "members": .map(members), "required": .list(content.required.map(Value.string)),
      "is_open": .bool(content.isOpen),
    ]
  }
}

extension ResourceSchema.Kind {
  fileprivate var innerShape: Shape? {
    switch self {
    case .map(let shape): shape
    case .list(let kind), .mapOf(let kind), .limited(let kind, _): kind.innerShape
    case .string, .integer, .number, .boolean, .json: nil
    }
  }

  fileprivate func facts(_ limits: ValueLimits?, _ path: [String]) -> OrderedDictionary<String, Value> {
    var facts: OrderedDictionary<String, Value>
    switch self {
    case .string, .integer, .number, .boolean, .json: facts = ["kind": .string(word)]
    case .list(let item): facts = ["kind": "list", "item": .map(item.facts(nil, path))]
    case .map: facts = ["kind": "map", "path": .list(path.map(Value.string))]
    case .mapOf(let item): facts = ["kind": "map", "item": .map(item.facts(nil, path))]
    case .limited(let kind, let limits): return kind.facts(limits, path)
    }
    if let allowed = limits?.allowedValues {
      facts["values"] = .list(allowed.compactMap(\.scalarText).map(Value.string))
      facts["ignores_case"] = .bool(limits?.ignoresCase ?? false)
    }
    if limits?.acceptsText ?? false { facts["accepts_text"] = true }
    return facts
  }

  /// What an attribute of this kind will be, in the composer's words.
  fileprivate var laterWord: String {
    switch self {
    case .string: "string"
    case .integer, .number: "number"
    case .boolean: "boolean"
    // Heat gives a text of it.
    case .json, .map, .mapOf: "any"
    case .list: "list"
    case .limited(let kind, _): kind.laterWord
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
    case .map, .mapOf: "map"
    case .limited(let kind, _): kind.word
    }
  }
}
