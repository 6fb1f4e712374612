import Document
import OrderedCollections

/// The operators of queries.
enum YaqlOperators {
  /// As in Python: null, false, zero and what is empty are false.
  static func isTrue(_ value: Value) -> Bool {
    switch value {
    case .null: false
    case .bool(let truth): truth
    case .integer(let number): number != 0
    case .number(let number): number != 0
    case .string(let text): !text.isEmpty
    case .list(let items): !items.isEmpty
    case .map(let members): !members.isEmpty
    }
  }

  static func unary(_ mark: String, _ operand: Value) throws(YaqlFault) -> Value {
    if mark == "not" { return .bool(!isTrue(operand)) }
    switch operand {
    case .integer(let number) where number != .min: return .integer(-number)
    case .number(let number): return .number(-number)
    default: throw YaqlFault("`-` needs a number, found \(operand.kind)")
    }
  }

  static func binary(_ mark: String, _ left: Value, _ right: Value) throws(YaqlFault) -> Value {
    switch mark {
    case "=": return .bool(isEqual(left, right))
    case "!=": return .bool(!isEqual(left, right))
    case "in": return .bool(try contains(right, left))
    case "=~", "!~":
      let found = try YaqlPattern.search(try text(right), in: try text(left)) != nil
      return .bool(found == (mark == "=~"))
    case ">", "<", ">=", "<=": return .bool(try compare(mark, left, right))
    case "+": return try add(left, right)
    case "*": return try multiply(left, right)
    default: return try arithmetic(mark, left, right)
    }
  }

  static func isEqual(_ left: Value, _ right: Value) -> Bool {
    if let left = left.number, let right = right.number { return left == right }
    return left == right
  }

  static func text(_ value: Value) throws(YaqlFault) -> String {
    if let text = value.string { return text }
    throw YaqlFault("expected a text, found \(value.kind)", hint: "`str(…)` makes one")
  }

  static func contains(_ whole: Value, _ part: Value) throws(YaqlFault) -> Bool {
    switch whole {
    case .list(let items): return items.contains { isEqual($0, part) }
    case .map(let members): return part.scalarText.map { members[$0] != nil } ?? false
    case .string(let text):
      let part = try self.text(part)
      return part.isEmpty || text.firstRange(of: part) != nil
    default: throw YaqlFault("\(whole.kind) has nothing inside")
    }
  }

  static func precedes(_ left: Value, _ right: Value) throws(YaqlFault) -> Bool {
    if let left = left.number, let right = right.number { return left < right }
    if let left = left.string, let right = right.string {
      return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    }
    if let left = left.bool, let right = right.bool { return !left && right }
    throw YaqlFault("\(left.kind) and \(right.kind) have no order")
  }

  private static func compare(_ mark: String, _ left: Value, _ right: Value) throws(YaqlFault) -> Bool {
    switch mark {
    case "<": try precedes(left, right)
    case ">": try precedes(right, left)
    case "<=": try !precedes(right, left)
    default: try !precedes(left, right)
    }
  }

  static func add(_ left: Value, _ right: Value) throws(YaqlFault) -> Value {
    switch (left, right) {
    case (.string(let left), .string(let right)): return .string(left + right)
    case (.list(let left), .list(let right)): return .list(left + right)
    case (.map(let left), .map(let right)): return .map(left.merging(right) { $1 })
    default: return try arithmetic("+", left, right)
    }
  }

  private static func multiply(_ left: Value, _ right: Value) throws(YaqlFault) -> Value {
    if let items = left.list, let count = right.integer {
      guard items.count * Int(clamping: max(0, min(count, 10_000))) <= YaqlEvaluator.itemLimit else {
        throw YaqlFault("a list would have more than \(YaqlEvaluator.itemLimit) items")
      }
      return .list(Array(repeatElement(items, count: Int(max(0, count))).joined()))
    }
    if let text = left.string, let count = right.integer {
      let times = Int(max(0, min(count, 100_000)))
      guard text.utf8.count * times <= YaqlEvaluator.textLimit else {
        throw YaqlFault("a text would have more than \(YaqlEvaluator.textLimit) bytes")
      }
      return .string(String(repeating: text, count: times))
    }
    return try arithmetic("*", left, right)
  }

  private static func arithmetic(_ mark: String, _ left: Value, _ right: Value) throws(YaqlFault) -> Value {
    guard let first = left.number, let second = right.number else {
      let hint =
        left.string != nil || right.string != nil ? "`int(…)` and `str(…)` turn one into the other" : nil
      throw YaqlFault("`\(mark)` can't take \(left.kind) and \(right.kind)", hint: hint)
    }
    if case .integer(let left) = left, case .integer(let right) = right {
      return .integer(try whole(mark, left, right))
    }
    let result: Double
    switch mark {
    case "+": result = first + second
    case "-": result = first - second
    case "*": result = first * second
    case "/": result = first / second
    default: result = first - second * (first / second).rounded(.down)
    }
    guard result.isFinite else { throw YaqlFault("`\(mark)` has no result here") }
    return .number(result)
  }

  /// Whole numbers stay whole, and as in Python division rounds down.
  private static func whole(_ mark: String, _ left: Int64, _ right: Int64) throws(YaqlFault) -> Int64 {
    let (result, isTooLarge): (Int64, Bool)
    switch mark {
    case "+": (result, isTooLarge) = left.addingReportingOverflow(right)
    case "-": (result, isTooLarge) = left.subtractingReportingOverflow(right)
    case "*": (result, isTooLarge) = left.multipliedReportingOverflow(by: right)
    default:
      if right == 0 { throw YaqlFault("a number can't be divided by 0") }
      let (quotient, overflow) = left.dividedReportingOverflow(by: right)
      let rest = overflow ? 0 : left % right
      let isBelow = rest != 0 && (rest < 0) != (right < 0)
      (result, isTooLarge) = (
        mark == "/" ? quotient - (isBelow ? 1 : 0) : rest + (isBelow ? right : 0), overflow
      )
    }
    if isTooLarge { throw YaqlFault("a number is too large") }
    return result
  }
}
