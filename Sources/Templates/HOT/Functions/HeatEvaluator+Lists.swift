import Document
import OrderedCollections

extension HeatEvaluator {
  /// What is at the end of a path.
  func member(
    _ value: Value, _ path: ArraySlice<Value>, _ missing: HeatFunction.Missing
  ) throws(Diagnostic) -> Value {
    var value = value
    for key in path {
      guard let inner = Self.part(key, of: value) else {
        switch missing {
        case .emptyText: return ""
        case .null: return .null
        case .fault:
          throw fault("there is no item \(key.scalarText ?? key.kind) in a list of \(value.list?.count ?? 0)")
        }
      }
      value = inner
    }
    return value
  }

  /// A member of a map or an item of a list; as in Python an index below 0 counts from the end.
  private static func part(_ key: Value, of value: Value) -> Value? {
    guard let text = key.scalarText else { return nil }
    if let members = value.map { return members[text] }
    guard let items = value.list, let index = Int(text) else { return nil }
    return value[index < 0 ? items.count + index : index]
  }

  func joinLists(_ arguments: [Value]) throws(Diagnostic) -> Value {
    guard let separator = arguments[0].scalarText else {
      throw fault("the separator of `list_join` must be a text")
    }
    var texts: [String] = []
    for list in arguments.dropFirst() where !list.isNull {
      guard let items = list.list else {
        if list == "" { continue }
        throw fault("`list_join` joins lists, found \(list.kind)")
      }
      texts += items.map(Self.joined)
    }
    return .string(texts.joined(separator: separator))
  }

  /// An item as it is joined: null is nothing, lists and maps are JSON.
  static func joined(_ item: Value) -> String {
    item.isNull ? "" : item.scalarText ?? item.jsonText()
  }

  func concatenate(_ lists: Value, _ isUnique: Bool, _ name: String) throws(Diagnostic) -> Value {
    guard let lists = lists.list else { throw fault("`\(name)` needs a list of lists, found \(lists.kind)") }
    var result: [Value] = []
    for list in lists where !list.isNull {
      guard let items = list.list else { throw fault("`\(name)` needs lists, found \(list.kind)") }
      result += items
    }
    return .list(isUnique ? Array(OrderedSet(result)) : result)
  }

  func filter(_ values: Value, _ list: Value) throws(Diagnostic) -> Value {
    if list.isNull || list == "" || values.isNull { return list }
    guard let items = list.list else { throw fault("`filter` works on a list, found \(list.kind)") }
    guard let unwanted = values.list else {
      throw fault("`filter` needs a list of values, found \(values.kind)")
    }
    let set = Set(unwanted)
    return .list(items.filter { !set.contains($0) })
  }

  func contains(_ value: Value, _ list: Value) throws(Diagnostic) -> Value {
    if let items = list.list { return .bool(items.contains { FunctionEvaluator.isEqual($0, value) }) }
    if let members = list.map { return .bool(value.scalarText.map { members[$0] != nil } ?? false) }
    guard let text = list.string, let part = value.string else {
      throw fault("`contains` needs a list, found \(list.kind)")
    }
    return .bool(part.isEmpty || text.firstRange(of: part) != nil)
  }

  func mergeMaps(_ maps: Value) throws(Diagnostic) -> Value {
    guard let maps = maps.list else { throw fault("`map_merge` needs a list of maps, found \(maps.kind)") }
    var result: OrderedDictionary<String, Value> = [:]
    for map in maps where !map.isNull {
      guard let members = map.map else { throw fault("`map_merge` merges maps, found \(map.kind)") }
      result.merge(members) { $1 }
    }
    return .map(result)
  }

  func replaceInMap(_ map: Value, _ changes: Value) throws(Diagnostic) -> Value {
    guard let members = map.isNull ? [:] : map.map else {
      throw fault("`map_replace` works on a map, found \(map.kind)")
    }
    guard let changes = changes.map, changes.keys.allSatisfy({ ["keys", "values"].contains($0) }) else {
      throw fault("`map_replace` needs a map with `keys`, `values` or both")
    }
    let keys = changes["keys"]?.map ?? [:]
    let values = changes["values"]?.map ?? [:]
    var result: OrderedDictionary<String, Value> = [:]
    for (old, value) in members {
      let key = keys[old]?.scalarText ?? old
      if key != old, members[key] != nil || result[key] != nil {
        throw fault("`map_replace` would make two keys `\(key)`")
      }
      result[key] = value.scalarText.flatMap { values[$0] } ?? value
    }
    return .map(result)
  }
}
