import Document
import OrderedCollections

/// The functions of queries that work on lists.
struct YaqlListFunctions {
  static let names = [
    "where", "filter", "select", "map", "selectMany", "flatten", "distinct", "first", "last", "any", "all",
    "reduce", "aggregate", "groupBy", "orderBy", "orderByDescending", "zip", "toDict", "sum", "min", "max",
    "skip", "take", "takeWhile", "skipWhile", "reverse", "append", "list", "toList", "enumerate", "range",
    "repeat", "indexWhere", "defaultIfEmpty", "set", "toSet", "union", "intersect", "difference", "slice",
  ]

  private let call: YaqlCall
  private var evaluator: YaqlEvaluator { call.evaluator }

  init(_ call: YaqlCall) { self.call = call }

  /// Nil when there is no such function.
  func value() throws(YaqlFault) -> Value? {
    switch call.name {
    case "where", "filter": return .list(try matching())
    case "select", "map": return .list(try selected(1))
    case "selectMany": return .list(try selected(1).flatMap { $0.list ?? [$0] })
    case "flatten": return .list(Self.flat(try call.items(0)))
    case "distinct": return .list(try distinct())
    case "any": return .bool(try call.has(1) ? !matching().isEmpty : !call.items(0).isEmpty)
    case "all": return .bool(try all())
    case "first", "last": return try edge()
    case "reduce", "aggregate": return try reduced()
    case "groupBy": return .list(try groups())
    case "orderBy": return .list(try ordered(isDescending: false))
    case "orderByDescending": return .list(try ordered(isDescending: true))
    case "toDict": return .map(try dictionary())
    case "sum": return try sum()
    case "min", "max": return try extreme()
    default: return try shaped()
    }
  }

  private func matching() throws(YaqlFault) -> [Value] {
    let predicate = try call.expression(1, "predicate")
    var result: [Value] = []
    for item in try call.items(0) where YaqlOperators.isTrue(try evaluator.apply(predicate, item)) {
      result.append(item)
    }
    return result
  }

  private func selected(_ index: Int) throws(YaqlFault) -> [Value] {
    let selector = try call.expression(index, "selector")
    var result: [Value] = []
    for item in try call.items(0) { result.append(try evaluator.apply(selector, item)) }
    return result
  }

  /// All items of lists inside lists.
  private static func flat(_ items: [Value]) -> [Value] {
    items.flatMap { item in item.list.map(flat) ?? [item] }
  }

  private func distinct() throws(YaqlFault) -> [Value] {
    let items = try call.items(0)
    let keys = call.has(1, "keySelector") ? try selected(1) : items
    var seen: Set<Value> = []
    return zip(keys, items).filter { seen.insert($0.0).inserted }.map(\.1)
  }

  private func all() throws(YaqlFault) -> Bool {
    for item in try call.items(0) {
      let truth = call.has(1) ? try evaluator.apply(try call.expression(1), item) : item
      if !YaqlOperators.isTrue(truth) { return false }
    }
    return true
  }

  private func edge() throws(YaqlFault) -> Value {
    let items = try call.items(0)
    if let item = call.name == "first" ? items.first : items.last { return item }
    if call.has(1, "default") { return try call.value(1, "default") }
    throw YaqlFault("`\(call.name)` of an empty list", hint: "`.\(call.name)(null)` gives null then")
  }

  private func reduced() throws(YaqlFault) -> Value {
    let function = try call.expression(1)
    var rest = try call.items(0)[...]
    guard var result = try call.optional(2, "seed") ?? rest.popFirst() else {
      throw YaqlFault("`\(call.name)` of an empty list", hint: "give a first value as its second argument")
    }
    for item in rest { result = try evaluator.bounded(try evaluator.apply(function, result, item)) }
    return result
  }

  /// `[key, [values]]` for each key.
  private func groups() throws(YaqlFault) -> [Value] {
    let key = try call.expression(1, "keySelector")
    var groups: OrderedDictionary<Value, [Value]> = [:]
    for item in try call.items(0) {
      let value =
        call.has(2, "valueSelector")
        ? try evaluator.apply(try call.expression(2, "valueSelector"), item) : item
      groups[try evaluator.apply(key, item), default: []].append(value)
    }
    guard call.has(3, "aggregator") else { return groups.map { .list([$0, .list($1)]) } }
    let aggregator = try call.expression(3, "aggregator")
    var result: [Value] = []
    for (key, values) in groups {
      result.append(.list([key, try evaluator.apply(aggregator, .list(values))]))
    }
    return result
  }

  private func ordered(isDescending: Bool) throws(YaqlFault) -> [Value] {
    let items = try call.items(0)
    let keys = try selected(1)
    var order: [Int] = []
    for index in items.indices {
      var place = order.endIndex
      while place > 0 {
        let (left, right) = (keys[index], keys[order[place - 1]])
        guard try YaqlOperators.precedes(isDescending ? right : left, isDescending ? left : right) else {
          break
        }
        place -= 1
      }
      order.insert(index, at: place)
    }
    return order.map { items[$0] }
  }

  private func dictionary() throws(YaqlFault) -> OrderedDictionary<String, Value> {
    let key = try call.expression(1, "keySelector")
    var result: OrderedDictionary<String, Value> = [:]
    for item in try call.items(0) {
      let value =
        call.has(2, "valueSelector")
        ? try evaluator.apply(try call.expression(2, "valueSelector"), item) : item
      result[try evaluator.key(try evaluator.apply(key, item))] = value
    }
    return result
  }

  private func sum() throws(YaqlFault) -> Value {
    var items = try call.items(0)[...]
    guard var result = try call.optional(1) ?? items.popFirst() else {
      throw YaqlFault("`sum` of an empty list")
    }
    for item in items { result = try evaluator.bounded(try YaqlOperators.add(result, item)) }
    return result
  }

  /// `max(a, b)`, or that of a list.
  private func extreme() throws(YaqlFault) -> Value {
    var items: [Value] = []
    if case .list(let list) = try call.value(0) {
      items = try evaluator.bounded(list) + (try call.optional(1).map { [$0] } ?? [])
    } else {
      for index in call.operands.indices { items.append(try call.value(index)) }
    }
    guard var result = items.first else { throw YaqlFault("`\(call.name)` of an empty list") }
    for item in items.dropFirst() {
      let isLess = try YaqlOperators.precedes(item, result)
      let isMore = try YaqlOperators.precedes(result, item)
      if call.name == "min" ? isLess : isMore { result = item }
    }
    return result
  }

  // MARK: - Shape

  private func shaped() throws(YaqlFault) -> Value? {
    switch call.name {
    case "zip": return try zipped()
    case "skip": return .list(Array(try call.items(0).dropFirst(max(0, try call.integer(1)))))
    case "take": return .list(Array(try call.items(0).prefix(max(0, try call.integer(1)))))
    case "takeWhile": return .list(Array(try call.items(0).prefix(try leading())))
    case "skipWhile": return .list(Array(try call.items(0).dropFirst(try leading())))
    case "reverse": return .list(try call.items(0).reversed())
    case "append": return .list(try call.items(0) + (try rest(from: 1)))
    case "list": return try list()
    case "toList": return .list(try call.items(0))
    case "enumerate":
      let start = try call.optional(1)?.integer ?? 0
      return .list(try call.items(0).enumerated().map { .list([.integer(start + Int64($0)), $1]) })
    case "range": return try range()
    case "repeat": return try repeated()
    case "slice": return try sliced()
    case "indexWhere":
      let predicate = try call.expression(1)
      for (index, item) in try call.items(0).enumerated()
      where YaqlOperators.isTrue(try evaluator.apply(predicate, item)) { return .integer(Int64(index)) }
      return -1
    case "defaultIfEmpty":
      let items = try call.items(0)
      return items.isEmpty ? try call.value(1) : .list(items)
    default: return try set()
    }
  }

  private func set() throws(YaqlFault) -> Value? {
    switch call.name {
    case "set": return .list(Array(OrderedSet(try rest(from: 0))))
    case "toSet": return .list(Array(OrderedSet(try call.items(0))))
    case "union": return .list(Array(OrderedSet(try call.items(0) + (try call.items(1)))))
    case "intersect":
      let other = Set(try call.items(1))
      return .list(try call.items(0).filter(other.contains))
    case "difference":
      let other = Set(try call.items(1))
      return .list(try call.items(0).filter { !other.contains($0) })
    default: return nil
    }
  }

  private func rest(from start: Int) throws(YaqlFault) -> [Value] {
    var values: [Value] = []
    for index in start..<max(start, call.operands.count) { values.append(try call.value(index)) }
    return values
  }

  /// How many items at the start hold to the predicate.
  private func leading() throws(YaqlFault) -> Int {
    let predicate = try call.expression(1)
    var count = 0
    for item in try call.items(0) {
      guard YaqlOperators.isTrue(try evaluator.apply(predicate, item)) else { break }
      count += 1
    }
    return count
  }

  /// `list(a, b)`; what is a list is taken apart.
  private func list() throws(YaqlFault) -> Value {
    .list(try rest(from: 0).flatMap { $0.list ?? [$0] })
  }

  private func zipped() throws(YaqlFault) -> Value {
    var lists: [[Value]] = []
    for index in call.operands.indices { lists.append(try call.items(index)) }
    let count = lists.map(\.count).min() ?? 0
    return .list((0..<count).map { index in .list(lists.map { $0[index] }) })
  }

  private func range() throws(YaqlFault) -> Value {
    let first = try call.integer(0)
    let (low, high) = call.has(1) ? (first, try call.integer(1)) : (0, first)
    guard low < high else { return [] }
    guard high.subtractingReportingOverflow(low).partialValue <= YaqlEvaluator.itemLimit,
      !high.subtractingReportingOverflow(low).overflow
    else { throw YaqlFault("a list would have more than \(YaqlEvaluator.itemLimit) items") }
    return .list((low..<high).map { .integer(Int64($0)) })
  }

  private func repeated() throws(YaqlFault) -> Value {
    let value = try call.value(0)
    let count = try call.integer(1)
    guard (0...YaqlEvaluator.itemLimit).contains(count) else {
      throw YaqlFault("`repeat` needs a count of 0 to \(YaqlEvaluator.itemLimit)")
    }
    return .list(Array(repeating: value, count: count))
  }

  /// The list in pieces of so many items.
  private func sliced() throws(YaqlFault) -> Value {
    let items = try call.items(0)
    let size = try call.integer(1)
    guard size > 0 else { throw YaqlFault("`slice` needs a length above 0") }
    return .list(stride(from: 0, to: items.count, by: size).map { .list(Array(items[$0...].prefix(size))) })
  }
}
