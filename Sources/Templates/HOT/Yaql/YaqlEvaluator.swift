import Document
import OrderedCollections

/// What a query works with.
enum YaqlValue {
  case plain(Value)
  /// What `regex(…)` gives.
  case pattern(String)
}

/// Answers queries, within the bounds that Heat sets.
final class YaqlEvaluator {
  /// How many items a list may have that is walked, as Heat's option `limit_iterators`.
  static let itemLimit = 200
  /// How many bytes a text may have, as Heat's option `memory_quota`.
  static let textLimit = 10_000
  /// How many values a result may hold, and how many steps a query may take.
  static let valueLimit = 10_000
  static let stepLimit = 50_000

  private(set) var steps = 0
  /// The variables in reach, the innermost last.
  private var scopes: [[String: YaqlValue]]

  private init(_ data: Value) { scopes = [["": .plain(data), "1": .plain(data)]] }

  static func value(of expression: YaqlExpression, data: Value) throws(YaqlFault) -> Value {
    try YaqlEvaluator(data).plain(expression)
  }

  // MARK: - Expressions

  func plain(_ expression: YaqlExpression) throws(YaqlFault) -> Value {
    guard case .plain(let value) = try value(expression) else {
      throw YaqlFault("a pattern isn't a value", hint: "use `.search(text)`, `.matches(text)` and the like")
    }
    return value
  }

  func value(_ expression: YaqlExpression) throws(YaqlFault) -> YaqlValue {
    steps += 1
    guard steps <= Self.stepLimit else { throw YaqlFault("it takes more than \(Self.stepLimit) steps") }
    switch expression {
    case .literal(let value): return .plain(value)
    case .word(let text): return .plain(.string(text))
    case .variable(let name): return variable(name)
    case .list(let items):
      var values: [Value] = []
      for item in items { values.append(try plain(item)) }
      return .plain(try bounded(.list(values)))
    case .map(let members):
      var values: OrderedDictionary<String, Value> = [:]
      for member in members { values[try key(try plain(member.key))] = try plain(member.value) }
      return .plain(try bounded(.map(values)))
    case .member(let base, let name, let isOptional):
      return .plain(try member(name, of: try plain(base), isOptional))
    case .index(let base, let index): return .plain(try self.index(try plain(base), index))
    case .unary(let mark, let operand): return .plain(try YaqlOperators.unary(mark, try plain(operand)))
    case .binary(let mark, let left, let right): return try binary(mark, left, right)
    case .call(let receiver, let name, let arguments):
      return try YaqlFunctions(self).call(name, receiver, arguments)
    }
  }

  private func variable(_ name: String) -> YaqlValue {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return .plain(.null)
  }

  private func binary(
    _ mark: String, _ left: YaqlExpression, _ right: YaqlExpression
  ) throws(YaqlFault) -> YaqlValue {
    switch mark {
    case "->":
      guard case .call(nil, let name, let arguments) = left, ["let", "with"].contains(name) else {
        throw YaqlFault("only `let(…)` and `with(…)` can stand before `->`")
      }
      return try within(try bindings(arguments)) { () throws(YaqlFault) in try value(right) }
    case "and":
      let first = try plain(left)
      return .plain(YaqlOperators.isTrue(first) ? try plain(right) : first)
    case "or":
      let first = try plain(left)
      return .plain(YaqlOperators.isTrue(first) ? first : try plain(right))
    default: return .plain(try bounded(try YaqlOperators.binary(mark, try plain(left), try plain(right))))
    }
  }

  private func bindings(_ arguments: [YaqlExpression.Argument]) throws(YaqlFault) -> [String: YaqlValue] {
    var bindings: [String: YaqlValue] = [:]
    for (index, argument) in arguments.enumerated() {
      if case .word(let name)? = argument.name {
        bindings[name] = try value(argument.value)
      } else {
        bindings[String(index + 1)] = try value(argument.value)
        if index == 0 { bindings[""] = bindings["1"] }
      }
    }
    return bindings
  }

  func within<Result>(
    _ bindings: [String: YaqlValue], _ body: () throws(YaqlFault) -> Result
  ) throws(YaqlFault) -> Result {
    scopes.append(bindings)
    defer { scopes.removeLast() }
    return try body()
  }

  /// An expression's value with `$` (and `$1`, `$2` …) set.
  func apply(_ expression: YaqlExpression, _ arguments: Value...) throws(YaqlFault) -> Value {
    var bindings: [String: YaqlValue] = ["": .plain(arguments[0])]
    for (index, argument) in arguments.enumerated() { bindings[String(index + 1)] = .plain(argument) }
    return try within(bindings) { () throws(YaqlFault) in try plain(expression) }
  }

  // MARK: - Parts

  /// A map's member; of a list, that of each item.
  private func member(_ name: String, of value: Value, _ isOptional: Bool) throws(YaqlFault) -> Value {
    switch value {
    case .map(let members):
      if let member = members[name] { return member }
      let hint = nearest(to: name, among: members.keys).map { "did you mean `\($0)`?" }
      throw YaqlFault("there is no key `\(name)`", hint: hint ?? "`.get(\(name))` gives null then")
    case .list(let items):
      var result: [Value] = []
      for item in try bounded(items) { result.append(try member(name, of: item, isOptional)) }
      return .list(result)
    case .null where isOptional: return .null
    default: throw YaqlFault("\(value.kind) has no key `\(name)`")
    }
  }

  private func index(_ base: Value, _ index: YaqlExpression) throws(YaqlFault) -> Value {
    switch base {
    case .map(let members):
      let key = try self.key(try plain(index))
      if let member = members[key] { return member }
      throw YaqlFault(
        "there is no key `\(key)`",
        hint: nearest(to: key, among: members.keys).map { "did you mean `\($0)`?" })
    case .list(let items):
      if case .integer(let number)? = try? plain(index) {
        let place = number < 0 ? items.count + Int(clamping: number) : Int(clamping: number)
        guard items.indices.contains(place) else {
          throw YaqlFault("there is no item \(number) in a list of \(items.count)")
        }
        return items[place]
      }
      var result: [Value] = []
      for item in try bounded(items) where YaqlOperators.isTrue(try apply(index, item)) {
        result.append(item)
      }
      return .list(result)
    default: throw YaqlFault("\(base.kind) has no items")
    }
  }

  func key(_ value: Value) throws(YaqlFault) -> String {
    if let text = value.scalarText { return text }
    throw YaqlFault("a key must be a text, found \(value.kind)")
  }

  // MARK: - Bounds

  func bounded(_ items: [Value]) throws(YaqlFault) -> [Value] {
    steps += items.count
    guard items.count <= Self.itemLimit else {
      throw YaqlFault(
        "a list has \(items.count) items, more than \(Self.itemLimit)",
        hint: "use `repeat` or several queries")
    }
    return items
  }

  func bounded(_ value: Value) throws(YaqlFault) -> Value {
    if let text = value.string, text.utf8.count > Self.textLimit {
      throw YaqlFault("a text would have more than \(Self.textLimit) bytes")
    }
    if let items = value.list { _ = try bounded(items) }
    var room = Self.valueLimit
    guard Self.fits(value, &room) else {
      throw YaqlFault("it would give more than \(Self.valueLimit) values")
    }
    return value
  }

  private static func fits(_ value: Value, _ room: inout Int) -> Bool {
    room -= 1
    if room < 0 { return false }
    switch value {
    case .list(let items): for item in items where !fits(item, &room) { return false }
    case .map(let members): for item in members.values where !fits(item, &room) { return false }
    default: break
    }
    return true
  }
}
