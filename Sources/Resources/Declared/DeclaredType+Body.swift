import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

extension DeclaredType {
  /// The properties that an update changes, those that are gone as what the declaration has for them.
  func changes(_ call: ResourceCall) -> Properties {
    let before = call.previous?.values ?? [:]
    var changed = call.properties.values.filter { before[$0.key] != $0.value }
    for name in before.keys where call.properties[name] == nil {
      changed[name] = declaration.defaults[name] ?? .null
    }
    return Properties(changed, secretNames: call.properties.secretNames)
  }

  /// The fields of a request that gives these properties.
  func body(_ properties: Properties, _ making: Making) async throws -> Value {
    let isNew = making.id.isEmpty
    var body = isNew ? marks(making.call) : [:]
    for (name, value) in properties.values {
      let fields = try await fields(name, value, making)
      body.merge(fields) { old, new in
        guard case .map(let members) = old, case .map(let others) = new else { return new }
        return .map(members.merging(others) { $1 })
      }
    }
    return .map(isNew ? body.filter { !$0.value.isNull } : body)
  }

  private func fields(_ name: String, _ value: Value, _ making: Making) async throws
    -> OrderedDictionary<String, Value>
  {
    switch declaration.fields[name] {
    case nil where declaration.isSelective: return [:]
    case nil: return [name: try await context.resolved(value, schema.properties[name])]
    case .named(let field)?: return [field: try await context.resolved(value, schema.properties[name])]
    case .ids(let field, let kind)?: return [field: try await ids(value, kind())]
    case .members?: return value.map ?? [:]
    case .made(let make)?: return try await make(value, making)
    case .set?, .silent?: return [:]
    }
  }

  func ids(_ value: Value, _ kind: ResourceKind) async throws -> Value {
    if let list = value.list {
      var items: [Value] = []
      for item in list { items.append(try await ids(item, kind)) }
      return .list(items)
    }
    guard let text = value.scalarText, !text.isEmpty else { return value }
    return .string(try await context.names.id(of: kind, named: text))
  }

  /// What kiln finds a new thing by, and what every one of the type has.
  private func marks(_ call: ResourceCall) -> OrderedDictionary<String, Value> {
    var fields = declaration.constants
    if let field = declaration.kind.nameField, declaration.givesName ?? (schema.properties[field] != nil) {
      fields[field] = .string(call.physicalName)
    }
    switch declaration.mark {
    case .description: fields["description"] = .string(call.description)
    case .metadata:
      fields["metadata"] = .map(
        OrderedDictionary(
          uniqueKeysWithValues: call.marks.sorted { $0.key < $1.key }.map { ($0, .string($1)) }))
    case .name: break
    }
    return fields
  }

  /// Sets what has requests of its own, and says whether there was anything.
  @discardableResult
  func set(_ properties: Properties, _ making: Making) async throws -> Bool {
    var isChanged = false
    for (name, value) in properties.values {
      guard case .set(let change)? = declaration.fields[name] else { continue }
      try await change(try await context.resolved(value, schema.properties[name]), making)
      isChanged = true
    }
    return isChanged
  }
}
