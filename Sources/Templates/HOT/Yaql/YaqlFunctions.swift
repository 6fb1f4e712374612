import Document
import OrderedCollections

/// The functions of queries; `f(x, y)` and `x.f(y)` are the same.
struct YaqlFunctions {
  static let names: [String] =
    ["switch", "coalesce", "dict", "regex", "let", "with"] + YaqlListFunctions.names + YaqlMapFunctions.names
    + YaqlTextFunctions.names + YaqlTypeFunctions.names

  private let evaluator: YaqlEvaluator

  init(_ evaluator: YaqlEvaluator) { self.evaluator = evaluator }

  func call(
    _ name: String, _ receiver: YaqlExpression?, _ arguments: [YaqlExpression.Argument]
  ) throws(YaqlFault) -> YaqlValue {
    if name == "regex" {
      let call = YaqlCall(evaluator, name, receiver, arguments)
      let pattern = try call.text(0)
      _ = try YaqlPattern.search(pattern, in: "")
      return .pattern(pattern)
    }
    if let receiver, case .pattern(let pattern) = try evaluator.value(receiver) {
      return .plain(try YaqlPattern.call(name, pattern, YaqlCall(evaluator, name, nil, arguments)))
    }
    let call = YaqlCall(evaluator, name, receiver, arguments)
    var result = try special(call, arguments)
    if result == nil { result = try plain(call) }
    guard let result else {
      let hint = nearest(to: name, among: Self.names).map { "did you mean `\($0)`?" }
      throw YaqlFault("kiln's part of YAQL has no function `\(name)`", hint: hint)
    }
    return .plain(try evaluator.bounded(result))
  }

  private func plain(_ call: YaqlCall) throws(YaqlFault) -> Value? {
    if let result = try YaqlListFunctions(call).value() { return result }
    if let result = try YaqlMapFunctions(call).value() { return result }
    if let result = try YaqlTextFunctions(call).value() { return result }
    return try YaqlTypeFunctions(call).value()
  }

  /// The functions whose arguments aren't all evaluated, or are pairs.
  private func special(
    _ call: YaqlCall, _ arguments: [YaqlExpression.Argument]
  ) throws(YaqlFault) -> Value? {
    switch call.name {
    case "switch":
      for argument in arguments {
        guard let condition = argument.name else { throw YaqlFault("`switch` needs `condition => value`") }
        if YaqlOperators.isTrue(try evaluator.plain(condition)) { return try evaluator.plain(argument.value) }
      }
      return .null
    case "coalesce":
      for operand in call.operands {
        let value = try evaluator.plain(operand)
        if !value.isNull { return value }
      }
      return .null
    case "dict": return try dictionary(call, arguments)
    default: return nil
    }
  }

  /// `dict(list of pairs)` or `dict(key => value, …)`.
  private func dictionary(
    _ call: YaqlCall, _ arguments: [YaqlExpression.Argument]
  ) throws(YaqlFault) -> Value {
    var result: OrderedDictionary<String, Value> = [:]
    for argument in arguments {
      guard let name = argument.name else { continue }
      result[try evaluator.key(try evaluator.plain(name))] = try evaluator.plain(argument.value)
    }
    guard let source = call.operands.first else { return .map(result) }
    let value = try evaluator.plain(source)
    if case .map = value { return value }
    guard let pairs = value.list else { throw YaqlFault("`dict` needs a list of pairs, found \(value.kind)") }
    for pair in try evaluator.bounded(pairs) {
      guard let parts = pair.list, parts.count == 2 else {
        throw YaqlFault("`dict` needs pairs, found \(pair.kind)")
      }
      result[try evaluator.key(parts[0])] = parts[1]
    }
    return .map(result)
  }
}

/// A call of a function, its arguments not evaluated yet.
struct YaqlCall {
  let evaluator: YaqlEvaluator
  let name: String
  /// The receiver, then the arguments without names.
  let operands: [YaqlExpression]
  private let named: [String: YaqlExpression]

  init(
    _ evaluator: YaqlEvaluator, _ name: String, _ receiver: YaqlExpression?,
    _ arguments: [YaqlExpression.Argument]
  ) {
    self.evaluator = evaluator
    self.name = name
    operands = (receiver.map { [$0] } ?? []) + arguments.filter { $0.name == nil }.map(\.value)
    var named: [String: YaqlExpression] = [:]
    for argument in arguments {
      if case .word(let name)? = argument.name { named[name] = argument.value }
    }
    self.named = named
  }

  func has(_ index: Int, _ name: String = "") -> Bool { index < operands.count || named[name] != nil }

  func expression(_ index: Int, _ name: String = "") throws(YaqlFault) -> YaqlExpression {
    if let expression = named[name] ?? (index < operands.count ? operands[index] : nil) { return expression }
    throw YaqlFault("`\(self.name)` lacks an argument")
  }

  func value(_ index: Int, _ name: String = "") throws(YaqlFault) -> Value {
    try evaluator.plain(try expression(index, name))
  }

  func optional(_ index: Int, _ name: String = "") throws(YaqlFault) -> Value? {
    // `nil` alone would be the value null.
    guard has(index, name) else { return Optional.none }
    return try value(index, name)
  }

  func text(_ index: Int, _ name: String = "") throws(YaqlFault) -> String {
    let value = try value(index, name)
    if let text = value.string { return text }
    throw YaqlFault("`\(self.name)` needs a text, found \(value.kind)", hint: "`str(…)` makes one")
  }

  func integer(_ index: Int, _ name: String = "") throws(YaqlFault) -> Int {
    let value = try value(index, name)
    if let number = value.integer { return Int(clamping: number) }
    throw YaqlFault("`\(self.name)` needs a whole number, found \(value.kind)")
  }

  func map(_ index: Int, _ name: String = "") throws(YaqlFault) -> OrderedDictionary<String, Value> {
    let value = try value(index, name)
    if let map = value.map { return map }
    throw YaqlFault("`\(self.name)` needs a map, found \(value.kind)")
  }

  /// A list within Heat's limit; a map stands for its keys, as in Python.
  func items(_ index: Int, _ name: String = "") throws(YaqlFault) -> [Value] {
    switch try value(index, name) {
    case .list(let items): return try evaluator.bounded(items)
    case .map(let members): return try evaluator.bounded(members.keys.map(Value.string))
    case let value:
      throw YaqlFault(
        "`\(self.name)` needs a list, found \(value.kind)",
        hint: value.isNull ? "`coalesce(…, [])` gives a list in place of null" : nil)
    }
  }
}
