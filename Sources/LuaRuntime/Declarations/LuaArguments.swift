package import Document

/// The checked arguments of a call, by name or by position.
package struct LuaArguments: Sendable {
  /// The function as messages call it: `kiln.stacks.create`.
  package let function: String
  package let parameters: [LuaParameter]
  let values: [LuaValue]
  let selfObject: (any LuaObject)?
  /// Whether they are the options of an argument.
  var areOptions = false

  /// The argument at a position counted from 0; nil beyond the last.
  package subscript(position: Int) -> LuaValue {
    values.indices.contains(position) ? values[position] : .nil
  }

  package subscript(name: String) -> LuaValue {
    parameters.firstIndex { $0.name == name }.map { self[$0] } ?? .nil
  }

  /// How many values were given.
  package var count: Int { values.count }

  /// The arguments after the declared ones, of a variadic function.
  package var rest: ArraySlice<LuaValue> { values.dropFirst(parameters.count) }

  /// A required argument.
  package func callAsFunction<T: LuaReadable>(_ name: String, as type: T.Type = T.self) throws -> T {
    guard let value = T(lua: self[name]) else { throw mismatch(name, T.luaPhrase) }
    return value
  }

  /// An argument that may be missing, nil or null.
  package func optional<T: LuaReadable>(_ name: String, as type: T.Type = T.self) throws -> T? {
    switch self[name] {
    case .nil, .null: nil
    default: try self(name, as: T.self)
    }
  }

  package func object<T: LuaObject>(_ name: String, as type: T.Type = T.self) throws -> T {
    guard let object = self[name].object as? T else { throw mismatch(name, "a \(T.luaClass.name)") }
    return object
  }

  package func optionalObject<T: LuaObject>(_ name: String, as type: T.Type = T.self) throws -> T? {
    if case .nil = self[name] { return nil }
    return try object(name, as: T.self)
  }

  /// The options of a parameter that was declared as `.options`; all missing when it wasn't given.
  package func options(_ name: String) -> LuaArguments {
    guard let parameter = parameters.first(where: { $0.name == name }),
      case .options(let declared) = parameter.bareType
    else { return LuaArguments(function: function, parameters: [], values: [], selfObject: nil) }
    return options(self[name], declared)
  }

  /// The options of each item of a parameter that was declared as a list of `.options`.
  package func items(_ name: String) -> [LuaArguments] {
    guard let parameter = parameters.first(where: { $0.name == name }),
      case .list(.options(let declared)) = parameter.bareType, case .list(let items) = self[name]
    else { return [] }
    return items.map { options($0, declared) }
  }

  private func options(_ value: LuaValue, _ declared: [LuaParameter]) -> LuaArguments {
    var given: [String: LuaValue] = [:]
    if case .record(let fields) = value { for field in fields { given[field.name] = field.value } }
    return LuaArguments(
      function: function, parameters: declared, values: declared.map { given[$0.name] ?? .nil },
      selfObject: nil, areOptions: true)
  }

  func receiver<T: LuaObject>(as type: T.Type) throws -> T {
    guard let object = selfObject as? T else {
      throw LuaError(.badArgument, "'\(function)' needs a \(T.luaClass.name) before its colon")
    }
    return object
  }

  private func mismatch(_ name: String, _ expected: String) -> LuaError {
    let got = self[name].told
    if areOptions { return .badOption(name, function, expected, got) }
    let position = parameters.firstIndex { $0.name == name } ?? 0
    return .badArgument(position + 1, name, function, expected, got)
  }
}

/// A Swift type that an argument can be read as.
package protocol LuaReadable {
  static var luaPhrase: String { get }
  init?(lua: LuaValue)
}

extension String: LuaReadable {
  package static var luaPhrase: String { "a string" }
  package init?(lua: LuaValue) {
    guard let text = lua.string else { return nil }
    self = text
  }
}

extension Int64: LuaReadable {
  package static var luaPhrase: String { "an integer" }
  package init?(lua: LuaValue) {
    guard let number = lua.integer else { return nil }
    self = number
  }
}

extension Int: LuaReadable {
  package static var luaPhrase: String { "an integer" }
  package init?(lua: LuaValue) {
    guard let number = lua.integer.flatMap(Int.init(exactly:)) else { return nil }
    self = number
  }
}

extension Double: LuaReadable {
  package static var luaPhrase: String { "a number" }
  package init?(lua: LuaValue) {
    guard let number = lua.number else { return nil }
    self = number
  }
}

extension Bool: LuaReadable {
  package static var luaPhrase: String { "a boolean" }
  package init?(lua: LuaValue) {
    guard let truth = lua.bool else { return nil }
    self = truth
  }
}

extension Duration: LuaReadable {
  package static var luaPhrase: String { "a number of seconds" }
  /// Reads seconds; not a number, a negative one or more than a century are none.
  package init?(lua: LuaValue) {
    guard let seconds = lua.number, seconds >= 0, seconds < 3_200_000_000 else { return nil }
    self = .seconds(seconds)
  }
}

extension Value: LuaReadable {
  package static var luaPhrase: String { "data" }
  package init?(lua: LuaValue) {
    guard let value = lua.data else { return nil }
    self = value
  }
}

extension LuaTable: LuaReadable {
  package static var luaPhrase: String { "a table" }
  package init?(lua: LuaValue) {
    guard let table = lua.table else { return nil }
    self = table
  }
}

extension LuaFunction: LuaReadable {
  package static var luaPhrase: String { "a function" }
  package init?(lua: LuaValue) {
    guard let function = lua.function else { return nil }
    self = function
  }
}

extension LuaValue {
  /// What it is, for who gave it: a number or a short text itself, anything else by its kind.
  fileprivate var told: String {
    switch self {
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text) where text.utf8.count <= 40: "\"\(text)\""
    default: kind
    }
  }

  /// The value as data, when it is a scalar or was copied.
  package var data: Value? {
    switch self {
    case .nil, .null: .null
    case .bool(let truth): .bool(truth)
    case .integer(let number): .integer(number)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .data(let value): value
    case .list(let items):
      items.reduce(into: Optional([])) { list, item in
        if let value = item.data { list?.append(value) } else { list = nil }
      }.map(Value.list)
    default: nil
    }
  }
}
