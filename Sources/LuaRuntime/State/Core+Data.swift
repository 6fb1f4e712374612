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
  func push(_ data: Value, _ stack: State) throws {
    kl_pause_collector(stack, true)
    defer { kl_pause_collector(stack, false) }
    var items = 0
    try push(data, stack, depth: 0, &items)
  }

  private func push(_ data: Value, _ stack: State, depth: Int, _ items: inout Int) throws {
    items += 1
    if items % 1000 == 0 { try checkMemory() }
    guard depth < Limit.depth, kl_room(stack, 12) else { throw notData("is nested too deep", []) }
    switch data {
    case .null: kl_push_null(stack)
    case .bool(let truth): kl_push_boolean(stack, truth)
    case .integer(let number): kl_push_integer(stack, number)
    case .number(let number): kl_push_number(stack, number)
    case .string(let text): push(text, stack)
    case .list(let list):
      kl_push_table(stack, Int32(clamping: list.count), 0)
      for (index, item) in list.enumerated() {
        try push(item, stack, depth: depth + 1, &items)
        kl_set_item(stack, -2, Int64(index + 1))
      }
      kl_mark_list(stack)
    case .map(let map):
      kl_push_table(stack, 0, Int32(clamping: map.count))
      for (key, value) in map {
        push(key, stack)
        try push(value, stack, depth: depth + 1, &items)
        _ = kl_set(stack, -3)
      }
      pushShape(map.keys, stack)
      kl_set_metatable(stack, -2)
    }
  }

  /// Pushes the metatable that remembers an order of keys; equal orders share it.
  func pushShape(_ keys: some Collection<String>, _ stack: State) {
    guard keys.count <= Limit.sharedShape else { return makeShape(keys, stack) }
    kl_push_registry(stack, "kiln.shapes")
    if kl_type(stack, -1) != Int32(KL_TABLE) {
      kl_pop(stack, 1)
      pushShapes(stack)
    }
    let name = keys.joined(separator: "\0")
    push(name, stack)
    if kl_get(stack, -2) != Int32(KL_TABLE) {
      kl_pop(stack, 1)
      push(name, stack)
      makeShape(keys, stack)
      kl_copy(stack, -1)
      kl_insert(stack, -3)
      _ = kl_set(stack, -4)
    }
    kl_remove(stack, -2)
  }

  /// Makes the weak table of shared shapes.
  private func pushShapes(_ stack: State) {
    kl_push_table(stack, 0, 0)
    kl_push_table(stack, 0, 1)
    push("v", stack)
    kl_set_field(stack, -2, "__mode")
    kl_set_metatable(stack, -2)
    kl_copy(stack, -1)
    kl_set_registry(stack, "kiln.shapes")
  }

  private func makeShape(_ keys: some Collection<String>, _ stack: State) {
    kl_push_table(stack, Int32(clamping: keys.count), 2)
    for (index, key) in keys.enumerated() {
      push(key, stack)
      kl_set_item(stack, -2, Int64(index + 1))
    }
    kl_make_shape(stack)
  }
}

// MARK: - From Lua

extension Core {
  /// Copies a value as data; what isn't data is an error that says where it is.
  func data(_ stack: State, _ index: Int32) throws(LuaError) -> Value {
    var items = 0
    var path: [String] = []
    return try data(stack, kl_absolute(stack, index), &path, &items)
  }

  private func notData(_ what: String, _ path: [String]) -> LuaError {
    let place = path.joined()
    return LuaError(.notData, place.isEmpty ? "the value \(what)" : "the value at '\(place)' \(what)")
  }

  private func data(_ stack: State, _ index: Int32, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    items += 1
    guard items <= Limit.items else { throw notData("is too large", []) }
    switch read(stack, scalar: index) {
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
      guard kl_type(stack, index) == Int32(KL_TABLE) else {
        throw notData("is \(kindName(stack, index)), which isn't data", path)
      }
      return try table(stack, index, &path, &items)
    }
  }

  /// A scalar or an object; other values aren't referenced, only `.list([])`.
  private func read(_ stack: State, scalar index: Int32) -> LuaValue {
    switch kl_type(stack, index) {
    case Int32(KL_TABLE), Int32(KL_FUNCTION), Int32(KL_THREAD): .list([])
    case Int32(KL_USERDATA):
      kl_is_null(stack, index) ? .null : object(stack, index).map(LuaValue.object) ?? .list([])
    default: read(stack, index)
    }
  }

  private func table(_ stack: State, _ index: Int32, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    guard path.count < Limit.depth, kl_room(stack, 12) else {
      throw notData("is nested too deep, or contains itself", Array(path.prefix(8)))
    }
    if kl_is_list(stack, index) { return try list(stack, index, kl_length(stack, index), &path, &items) }
    let length = kl_length(stack, index)
    if length > 0 {
      if try countItems(stack, index, path) != length { throw notData("is a list with holes", path) }
      return try list(stack, index, length, &path, &items)
    }
    return try map(stack, index, &path, &items)
  }

  /// How many pairs a table has, all of whose keys must be integers.
  private func countItems(_ stack: State, _ index: Int32, _ path: [String]) throws(LuaError) -> Int {
    var count = 0
    kl_push_nil(stack)
    while kl_next(stack, index) {
      kl_pop(stack, 1)
      guard kl_is_integer(stack, -1) else {
        let key = string(stack, -1) ?? "?"
        kl_pop(stack, 1)
        throw notData("has both items and the field '\(key)'", path)
      }
      count += 1
    }
    return count
  }

  private func list(_ stack: State, _ index: Int32, _ count: Int, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    var list: [Value] = []
    list.reserveCapacity(count)
    for item in stride(from: 1, through: count, by: 1) {
      kl_get_item(stack, index, Int64(item))
      path.append("[\(item)]")
      list.append(try data(stack, kl_top(stack), &path, &items))
      path.removeLast()
      kl_pop(stack, 1)
    }
    return .list(list)
  }

  private func map(_ stack: State, _ index: Int32, _ path: inout [String], _ items: inout Int)
    throws(LuaError) -> Value
  {
    let keys = try keys(stack, index, path)
    var map = OrderedDictionary<String, Value>(minimumCapacity: keys.count)
    for key in keys {
      push(key, stack)
      _ = kl_get(stack, index)
      path.append(path.isEmpty ? key : ".\(key)")
      map[key] = try data(stack, kl_top(stack), &path, &items)
      path.removeLast()
      kl_pop(stack, 1)
    }
    return .map(map)
  }

  /// The keys of a map in the order that it remembers, and then those that are new to it, sorted.
  func keys(_ stack: State, _ index: Int32, _ path: [String] = []) throws(LuaError) -> [String] {
    var found: Set<String> = []
    kl_push_nil(stack)
    while kl_next(stack, index) {
      kl_pop(stack, 1)
      guard let key = read(stack, scalar: kl_top(stack)).string else {
        let kind = kindName(stack, kl_top(stack))
        kl_pop(stack, 1)
        throw notData("has \(kind) as a key; the keys of a map are strings", path)
      }
      found.insert(key)
    }
    guard kl_push_shape(stack, index) else { return found.sorted() }
    defer { kl_pop(stack, 1) }
    var ordered: [String] = []
    for item in stride(from: 1, through: kl_length(stack, -1), by: 1) {
      kl_get_item(stack, -1, Int64(item))
      if let key = string(stack, -1), found.remove(key) != nil { ordered.append(key) }
      kl_pop(stack, 1)
    }
    return ordered + found.sorted()
  }

  func kindName(_ stack: State, _ index: Int32) -> String {
    switch kl_type(stack, index) {
    case Int32(KL_NONE): "no value"
    case Int32(KL_TABLE): "a table"
    case Int32(KL_FUNCTION): "a function"
    case Int32(KL_THREAD): "a coroutine"
    default: read(stack, index).kind
    }
  }
}
