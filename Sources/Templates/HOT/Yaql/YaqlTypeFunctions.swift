import Document

/// The functions of queries that ask for a type or change it.
struct YaqlTypeFunctions {
  static let names = [
    "str", "int", "float", "bool", "isEmpty", "isList", "isDict", "isString", "isInteger", "isNumber",
    "isBoolean", "abs", "round",
  ]

  private let call: YaqlCall

  init(_ call: YaqlCall) { self.call = call }

  /// A value as Python writes it, but for lists and maps, which are JSON.
  static func text(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let truth): truth ? "true" : "false"
    default: value.scalarText ?? value.jsonText()
    }
  }

  /// Nil when there is no such function.
  func value() throws(YaqlFault) -> Value? {
    switch call.name {
    case "str": return .string(Self.text(try call.value(0)))
    case "int": return .integer(try whole())
    case "float": return .number(try number())
    case "bool": return .bool(YaqlOperators.isTrue(try call.value(0)))
    case "abs":
      let value = try call.value(0)
      return value.number.map { $0 < 0 } == true ? try YaqlOperators.unary("-", value) : value
    case "round": return .integer(Int64(exactly: try number().rounded(.toNearestOrEven)) ?? 0)
    default: return try test()
    }
  }

  private func test() throws(YaqlFault) -> Value? {
    guard Self.names.contains(call.name) else { return nil }
    let value = try call.value(0)
    switch (call.name, value) {
    case ("isEmpty", .list), ("isEmpty", .map), ("isEmpty", .string), ("isEmpty", .null):
      return .bool(!YaqlOperators.isTrue(value))
    case ("isEmpty", _): throw YaqlFault("`isEmpty` needs a list, map or text, found \(value.kind)")
    case ("isList", .list), ("isDict", .map), ("isString", .string), ("isInteger", .integer),
      ("isNumber", .integer), ("isNumber", .number), ("isBoolean", .bool):
      return true
    default: return false
    }
  }

  private func number() throws(YaqlFault) -> Double {
    let value = try call.value(0)
    if let number = value.number ?? value.string.flatMap(Double.init), number.isFinite { return number }
    if value.isNull { return 0 }
    throw YaqlFault(
      "`\(call.name)` can't make a number of \(value.scalarText.map { "`\($0)`" } ?? value.kind)")
  }

  private func whole() throws(YaqlFault) -> Int64 {
    let value = try call.value(0)
    if let number = value.integer ?? value.string.flatMap({ Int64($0) }) { return number }
    if case .number(let number) = value, let whole = Int64(exactly: number.rounded(.towardZero)) {
      return whole
    }
    if value.isNull { return 0 }
    throw YaqlFault("`int` can't make a number of \(value.scalarText.map { "`\($0)`" } ?? value.kind)")
  }
}
