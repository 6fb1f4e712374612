internal import CLua
internal import Document
internal import OrderedCollections

/// How deep and how large data may be; deeper is a table that contains itself.
private enum Limit {
  static let depth = 200
  static let items = 20_000_000
  /// Maps with at most this many keys share the metatable that remembers their order.
  static let sharedShape = 64
}

// MARK: - To Lua

extension Core {
  func push(_ data: Value, _ L: State) throws {
    kl_pause_collector(L, true)
    defer { kl_pause_collector(L, false) }
    var items = 0
    try push(data, L, depth: 0, &items)
  }

  private func push(_ data: Value, _ L: State, depth: Int, _ items: inout Int) throws {
    items += 1
    if items % 1000 == 0 { try checkMemory() }
    guard depth < Limit.depth, kl_room(L, 12) else { throw notData("is nested too deep", []) }
    switch data {
    case .null: kl_push_null(L)
    case .bool(let truth): kl_push_boolean(L, truth)
    case .integer(let number): kl_push_integer(L, number)
    case .number(let number): kl_push_number(L, number)
    case .string(let text): push(text, L)
    case .list(let list):
      kl_push_table(L, Int32(clamping: list.count), 0)
      for (index, item) in list.enumerated() {
        try push(item, L, depth: depth + 1, &items)
        kl_set_item(L, -2, Int64(index + 1))
      }
      kl_mark_list(L)
    case .map(let map):
      kl_push_table(L, 0, Int32(clamping: map.count))
      for (key, value) in map {
        push(key, L)
        try push(value, L, depth: depth + 1, &items)
        _ = kl_set(L, -3)
      }
      pushShape(map.keys, L)
      kl_set_metatable(L, -2)
    }
  }

  /// Pushes the metatable that remembers an order of keys; equal orders share it.
  func pushShape(_ keys: some Collection<String>, _ L: State) {
    guard keys.count <= Limit.sharedShape else { return makeShape(keys, L) }
    kl_push_registry(L, "kiln.shapes")
    if kl_type(L, -1) != Int32(KL_TABLE) {
      kl_pop(L, 1)
      pushShapes(L)
    }
    let name = keys.joined(separator: "\0")
    push(name, L)
    if kl_get(L, -2) != Int32(KL_TABLE) {
      kl_pop(L, 1)
      push(name, L)
      makeShape(keys, L)
      kl_copy(L, -1)
      kl_insert(L, -3)
      _ = kl_set(L, -4)
    }
    kl_remove(L, -2)
  }

  /// Makes the weak table of shared shapes.
  private func pushShapes(_ L: State) {
    kl_push_table(L, 0, 0)
    kl_push_table(L, 0, 1)
    push("v", L)
    kl_set_field(L, -2, "__mode")
    kl_set_metatable(L, -2)
    kl_copy(L, -1)
    kl_set_registry(L, "kiln.shapes")
  }

  private func makeShape(_ keys: some Collection<String>, _ L: State) {
    kl_push_table(L, Int32(clamping: keys.count), 2)
    for (index, key) in keys.enumerated() {
      push(key, L)
      kl_set_item(L, -2, Int64(index + 1))
    }
    kl_make_shape(L)
  }
}

// MARK: - From Lua

extension Core {
  /// Copies a value as data; what isn't data is an error that says where it is.
  func data(_ L: State, _ index: Int32) throws(LuaError) -> Value {
    var items = 0
    var path: [String] = []
    return try data(L, kl_absolute(L, index), &path, &items)
  }

  private func notData(_ what: String, _ path: [String]) -> LuaError {
    let place = path.joined()
    return LuaError(.notData, place.isEmpty ? "the value \(what)" : "the value at '\(place)' \(what)")
  }

  private func data(_ L: State, _ index: Int32, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    items += 1
    guard items <= Limit.items else { throw notData("is too large", []) }
    switch read(L, scalar: index) {
    case .nil, .null: return .null
    case .bool(let truth): return .bool(truth)
    case .integer(let number): return .integer(number)
    case .number(let number):
      guard number.isFinite else { throw notData("is \(number), which isn't data", path) }
      return .number(number)
    case .string(let text): return .string(text)
    case .bytes: throw notData("is a string that isn't UTF-8", path)
    case .data(let value): return value
    case .object(let object):
      if let object = object as? any LuaData { return object.luaData }
      throw notData("is a \(type(of: object).luaClass.name), which isn't data", path)
    default:
      guard kl_type(L, index) == Int32(KL_TABLE) else {
        throw notData("is \(kindName(L, index)), which isn't data", path)
      }
      return try table(L, index, &path, &items)
    }
  }

  /// A scalar or an object; other values aren't referenced, only `.list([])`.
  private func read(_ L: State, scalar index: Int32) -> LuaValue {
    switch kl_type(L, index) {
    case Int32(KL_TABLE), Int32(KL_FUNCTION), Int32(KL_THREAD): .list([])
    case Int32(KL_USERDATA):
      kl_is_null(L, index) ? .null : object(L, index).map(LuaValue.object) ?? .list([])
    default: read(L, index)
    }
  }

  private func table(_ L: State, _ index: Int32, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    guard path.count < Limit.depth, kl_room(L, 12) else {
      throw notData("is nested too deep, or contains itself", Array(path.prefix(8)))
    }
    if kl_is_list(L, index) { return try list(L, index, kl_length(L, index), &path, &items) }
    let length = kl_length(L, index)
    if length > 0 {
      if try countItems(L, index, path) != length { throw notData("is a list with holes", path) }
      return try list(L, index, length, &path, &items)
    }
    return try map(L, index, &path, &items)
  }

  /// How many pairs a table has, all of whose keys must be integers.
  private func countItems(_ L: State, _ index: Int32, _ path: [String]) throws(LuaError) -> Int {
    var count = 0
    kl_push_nil(L)
    while kl_next(L, index) {
      kl_pop(L, 1)
      guard kl_is_integer(L, -1) else {
        let key = string(L, -1) ?? "?"
        kl_pop(L, 1)
        throw notData("has both items and the field '\(key)'", path)
      }
      count += 1
    }
    return count
  }

  private func list(_ L: State, _ index: Int32, _ count: Int, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    var list: [Value] = []
    list.reserveCapacity(count)
    for item in stride(from: 1, through: count, by: 1) {
      kl_get_item(L, index, Int64(item))
      path.append("[\(item)]")
      list.append(try data(L, kl_top(L), &path, &items))
      path.removeLast()
      kl_pop(L, 1)
    }
    return .list(list)
  }

  private func map(_ L: State, _ index: Int32, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    let keys = try keys(L, index, path)
    var map = OrderedDictionary<String, Value>(minimumCapacity: keys.count)
    for key in keys {
      push(key, L)
      _ = kl_get(L, index)
      path.append(path.isEmpty ? key : ".\(key)")
      map[key] = try data(L, kl_top(L), &path, &items)
      path.removeLast()
      kl_pop(L, 1)
    }
    return .map(map)
  }

  /// The keys of a map in the order that it remembers, and then those that are new to it, sorted.
  func keys(_ L: State, _ index: Int32, _ path: [String] = []) throws(LuaError) -> [String] {
    var found: Set<String> = []
    kl_push_nil(L)
    while kl_next(L, index) {
      kl_pop(L, 1)
      guard let key = read(L, scalar: kl_top(L)).string else {
        let kind = kindName(L, kl_top(L))
        kl_pop(L, 1)
        throw notData("has \(kind) as a key; the keys of a map are strings", path)
      }
      found.insert(key)
    }
    guard kl_push_shape(L, index) else { return found.sorted() }
    defer { kl_pop(L, 1) }
    var ordered: [String] = []
    for item in stride(from: 1, through: kl_length(L, -1), by: 1) {
      kl_get_item(L, -1, Int64(item))
      if let key = string(L, -1), found.remove(key) != nil { ordered.append(key) }
      kl_pop(L, 1)
    }
    return ordered + found.sorted()
  }

  func kindName(_ L: State, _ index: Int32) -> String {
    switch kl_type(L, index) {
    case Int32(KL_NONE): "no value"
    case Int32(KL_TABLE): "a table"
    case Int32(KL_FUNCTION): "a function"
    case Int32(KL_THREAD): "a coroutine"
    default: read(L, index).kind
    }
  }
}
